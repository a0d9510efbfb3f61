#!/bin/sh
# Makes a Debian or Ubuntu root ready for an image: the packages of the image, the user that it runs as, the folder that
# user may write to. Runs as root.
# usage: packages.sh IMAGE
set -eu
export DEBIAN_FRONTEND=noninteractive
packages=$(sed -n '/"'"$1"'": {/,/}/p' "$(dirname "$0")/../images.json" | tr -d '\n' | sed -n 's/.*"debian": *\[\([^]]*\)\].*/\1/p' | tr -d '",')
[ -n "$packages" ] || { echo "packages.sh: images.json knows no packages of '$1'." >&2; exit 2; }
apt-get update -qq
# shellcheck disable=SC2086 # a list
apt-get install -qq -y --no-install-recommends $packages > /dev/null
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log
# ffmpeg can show films in windows and use video cards, for which its packages bring 170 MB that are loaded when that is asked for.
rm -rf /usr/lib/*-linux-gnu/dri /usr/lib/*-linux-gnu/mfx
rm -f /usr/lib/*-linux-gnu/libLLVM*.so* /usr/lib/*-linux-gnu/libz3.so* /usr/lib/*-linux-gnu/libmfxhw64.so*
for program in ffmpeg ffprobe espeak-ng pocketsphinx_continuous apertium tesseract; do
  file=$(command -v "$program") || continue
  if ldd "$file" 2> /dev/null | grep 'not found'; then
    echo "packages.sh: $program misses what was removed." >&2
    exit 1
  fi
done
# By number, which is what `runAsNonRoot` and the owners of volumes look at.
echo 'intermodal:x:10001:' >> /etc/group
echo 'intermodal:x:10001:10001::/var/lib/intermodal:/usr/sbin/nologin' >> /etc/passwd
# A volume that is mounted there gets the owner of the folder.
install -d -o 10001 -g 10001 -m 0750 /var/lib/intermodal /var/lib/intermodal/models
