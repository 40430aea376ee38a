#!/bin/sh
# docker/switch.sh blue|green: builds that colour's web from this checkout, waits until it is ready, leads nginx to it and
# stops the other. Migrations only expand, so that both colours work on the database meanwhile. Back: the other colour again.
set -eu
cd "$(dirname "$0")/.."
colour=${1:-}
case $colour in
  blue) other=green ;;
  green) other=blue ;;
  *) echo "usage: docker/switch.sh blue|green" >&2; exit 2 ;;
esac
# Named in full: with COMPOSE_FILE in the environment docker-compose 1.29 would not read .env here.
compose="${COMPOSE:-docker-compose} --env-file .env -f docker/docker-compose.yml -f docker/docker-compose.ha.yml \
  -f docker/docker-compose.blue.yml -f docker/docker-compose.green.yml"

$compose up --build --detach --no-deps "web-$colour"
ready="fetch('http://127.0.0.1:8000/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
tries=0
until $compose exec -T "web-$colour" node -e "$ready"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "web-$colour is not ready after 60 tries; nginx still leads to what it led to. See: $compose logs web-$colour" >&2
    exit 1
  fi
  sleep 2
done

active=docker/nginx/upstream/active.conf
before=$(cat "$active")
echo "server web-$colour:8000 max_fails=2 fail_timeout=10s;" > "$active"
if ! $compose exec -T nginx nginx -t; then
  echo "$before" > "$active"
  echo "nginx refuses the new upstream; the old one is in place again." >&2
  exit 1
fi
$compose exec -T nginx nginx -s reload
echo "nginx leads to web-$colour. Requests under way end at the other colour."
# SIGTERM lets them: the process drains before it ends.
$compose stop "web-$other" web
