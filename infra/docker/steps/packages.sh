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
# By number, which is what `runAsNonRoot` and the owners of volumes look at.
echo 'intermodal:x:10001:' >> /etc/group
echo 'intermodal:x:10001:10001::/var/lib/intermodal:/usr/sbin/nologin' >> /etc/passwd
install -d -o 10001 -g 10001 -m 0750 /var/lib/intermodal
