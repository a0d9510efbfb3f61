#!/bin/sh
# Makes the secrets of compose.yaml in infra/compose/secrets, once: files that are there stay as they are.
# usage: infra/compose/secrets.sh [FOLDER]
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"
cd "$folder"
# The containers' users read them through a bind mount: the folder, which others cannot enter, is what keeps them.
keep() { [ -e "$1" ] || { cat > "$1.new"; chmod 0444 "$1.new"; mv "$1.new" "$1"; }; }
random() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
random 24 | keep postgres_password
random 24 | keep redis_password
random 24 | keep grafana_password
random 32 | keep secret_key
random 10 | keep s3_access_key_id
random 20 | keep s3_secret_access_key
printf 'postgres://intermodal:%s@postgres:5432/intermodal' "$(cat postgres_password)" | keep database_url
printf 'dir /data\nappendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\nrequirepass %s\n' \
  "$(cat redis_password)" | keep redis_config
printf 'redis://:%s@redis:6379' "$(cat redis_password)" | keep redis_url
printf '{"identities":[{"name":"intermodal","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin","Read","Write","List","Tagging"]}]}\n' \
  "$(cat s3_access_key_id)" "$(cat s3_secret_access_key)" | keep s3_config
