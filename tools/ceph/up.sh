#!/usr/bin/env bash
# Starts one Ceph monitor, one OSD in memory and one RADOS gateway: a real S3 server for tests, on loopback or at another ADDRESS.
# usage: tools/ceph/up.sh FOLDER [ADDRESS]     writes FOLDER/s3.env to be sourced; tools/ceph/down.sh FOLDER ends it
set -euo pipefail
folder=$(realpath -m "$1")
address=${2:-127.0.0.1}
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$folder/s3.env" ] && { echo "tools/ceph/up.sh: $folder is in use" >&2; exit 1; }
mkdir -p "$folder"/{mon,osd,rgw,log,run}
chmod 0755 "$folder"
user=()
if [ "$(id -u)" = 0 ]; then
  # Nothing here needs root. The whole path must be open to the other user.
  chown -R nobody "$folder"
  user=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups --)
fi
cluster=$(cat /proc/sys/kernel/random/uuid)
access=IM$(head -c 9 /dev/urandom | od -An -tx1 | tr -d ' \n' | tr a-f A-F)
secret=$(head -c 20 /dev/urandom | od -An -tx1 | tr -d ' \n')
read -r mon2 mon1 web < <(node -e '
  const servers = Array.from({ length: 3 }, () => require("net").createServer().listen(0, "127.0.0.1"));
  Promise.all(servers.map((s) => new Promise((done) => s.once("listening", done)))).then(() => {
    console.log(servers.map((s) => s.address().port).join(" "));
    servers.forEach((s) => s.close());
  });')

cat > "$folder/ceph.conf" <<CONF
[global]
fsid = $cluster
mon host = [v2:127.0.0.1:$mon2,v1:127.0.0.1:$mon1]
auth cluster required = none
auth service required = none
auth client required = none
public network = 127.0.0.0/8
ms bind ipv6 = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
admin socket = $folder/run/\$name.asok
pid file = $folder/run/\$name.pid
log file = $folder/log/\$name.log
run dir = $folder/run
setuser match path = /nonexistent
osd objectstore = memstore
memstore device bytes = 2147483648
osd max object name len = 460
osd max object namespace len = 64
paxos propose interval = 0.02
paxos min wait = 0.01
osd mon report interval = 1
[mon.a]
mon data = $folder/mon
[osd.0]
osd data = $folder/osd
[client.rgw.a]
rgw frontends = beast endpoint=$address:$web tcp_nodelay=1
rgw data = $folder/rgw
# With the default the gateway waits five minutes for a key that a cluster without cephx has not.
ms mon client mode = crc
rgw gc processor max time = 60
rgw enable usage log = false
rgw run sync thread = false
CONF
export CEPH_CONF="$folder/ceph.conf" CEPH_ARGS="-c $folder/ceph.conf"
# What a daemon says goes to a file: one that kept our output open would keep a pipe behind us waiting.
as() { (cd "$folder" && "${user[@]}" "$@") >> "$folder/log/up.log" 2>&1 < /dev/null; }
failed() {
  [ -e "$folder/s3.env" ] && return
  echo "tools/ceph/up.sh: Ceph did not start:" >&2
  tail -15 "$folder/log/up.log" >&2
  "$here/down.sh" "$folder"
}
trap failed EXIT

as monmaptool --create --fsid "$cluster" --addv a "[v2:127.0.0.1:$mon2,v1:127.0.0.1:$mon1]" "$folder/monmap"
as ceph-mon -i a --mkfs --monmap "$folder/monmap"
as ceph-mon -i a
osd=$(cat /proc/sys/kernel/random/uuid)
as timeout 20 ceph osd new "$osd"
as ceph-osd -i 0 --mkfs --osd-uuid "$osd"
as ceph-osd -i 0
for _ in $(seq 100); do
  timeout 5 ceph osd stat 2> /dev/null | grep -q '1 up' && break
  sleep 0.1
done
as timeout 60 radosgw -n client.rgw.a
answers() { node -e 'fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))' "http://$address:$web/"; }
for _ in $(seq 300); do
  answers && break
  sleep 0.1
done
answers
as timeout 60 radosgw-admin user create --uid=intermodal --display-name=intermodal --access-key="$access" --secret-key="$secret"

cat > "$folder/s3.env.new" <<ENV
export S3_ENDPOINT=http://$address:$web S3_REGION=us-east-1 S3_BUCKET=intermodal-test
export S3_ACCESS_KEY_ID=$access S3_SECRET_ACCESS_KEY=$secret S3_FORCE_PATH_STYLE=true
ENV
mv "$folder/s3.env.new" "$folder/s3.env"
