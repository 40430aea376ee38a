#!/bin/sh
# What the container of `backup` runs: a backup every hour, and a drill with the first after three o'clock (UTC). One that
# fails is told by the log, `status` and the alerts, and tried again with the next.
drilled=
while :; do
  node /app/dist/apps/ops/main.js backup
  today=$(date -u +%F)
  if [ "$(date -u +%H)" -ge 3 ] && [ "$drilled" != "$today" ]; then
    node /app/dist/apps/ops/main.js drill && drilled=$today
  fi
  # In the background, so that a signal ends it at once.
  sleep 3600 &
  wait $!
done
