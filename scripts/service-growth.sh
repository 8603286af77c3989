#!/usr/bin/env bash
# How a service is with many accounts: start, memory and status latency beside 1,000 and beside a million of them.
#
#   scripts/service-growth.sh [ACCOUNTS [SECONDS]]
#
# Needs about 6 GB of disk for a million.
set -euo pipefail
cd "$(dirname "$0")/.."
accounts=${1:-1000000}
seconds=${2:-4}
if [ -z "${BIN:-}" ]; then
  cargo build --release --locked --quiet -p mesh -p mesh-load --bin servermesh --bin mesh-load
  BIN=$PWD/target/release
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/mesh-growth.XXXXXX")
pid=
stop() { if [ -n "$pid" ]; then kill "$pid" && wait "$pid" 2>/dev/null || true; pid=; fi; }
trap 'stop; rm -rf "$work"' EXIT
export MMM_LOG=error
address=127.0.0.1:15781
serve() { "$BIN/servermesh" localhost --data "$work/$1" --listen $address --per-account unlimited --sign-ups-per-hour 0 > "$work/log" 2>&1 & pid=$!; sleep 1; }
for number in 1000 "$accounts"; do
  serve "$number"
  "$BIN/mesh-load" mesh $address --seconds 1 --only none
  stop
  "$BIN/mesh-load" fill "$work/$number" "$number"
  "$BIN/mesh-load" start $address /.well-known/mmm/health \
    "$BIN/servermesh" localhost --data "$work/$number" --listen $address | sed "s/^/$number accounts: /"
  serve "$number"
  echo "$number accounts: idle 1 $(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")"
  "$BIN/mesh-load" mesh $address --seconds "$seconds" --only status --name other | sed "s/^/$number accounts: /"
  echo "$number accounts: loaded 1 $(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")"
  stop
done
