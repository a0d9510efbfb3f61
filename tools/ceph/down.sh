#!/usr/bin/env bash
# Ends the Ceph that tools/ceph/up.sh started in FOLDER, by its pids, and removes the folder.
# usage: tools/ceph/down.sh FOLDER
set -uo pipefail
folder=$(realpath -m "$1")
[ -e "$folder/ceph.conf" ] || exit 0
for name in client.rgw.a osd.0 mon.a; do
  pid=$(cat "$folder/run/$name.pid" 2> /dev/null) || continue
  # A pid may be another program's by now.
  tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qE '^(radosgw|ceph-osd|ceph-mon) ' || continue
  kill "$pid" 2> /dev/null
  for _ in $(seq 50); do
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.1
  done
  kill -0 "$pid" 2> /dev/null && kill -9 "$pid"
done
rm -rf "$folder"
