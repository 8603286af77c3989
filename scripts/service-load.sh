#!/usr/bin/env bash
# Runs a Mesh service beside atuin-server, both on this machine with their embedded store, and prints figures and ratios of one run.
#
#   scripts/service-load.sh [SECONDS]           # for each figure; default 4
#   PEER=none scripts/service-load.sh           # ours alone
#
# atuin-server is installed from its registry into target/peers, once. Each service holds an account with 1,000 entries; connections are kept.
# The load generator (tools/mesh-load) runs on the same cores, and does for us what a device does: it encrypts requests and opens answers.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-4}
peer=${PEER:-atuin}
version=18.24.4
if [ -z "${BIN:-}" ]; then
  cargo build --release --locked --quiet -p mesh -p mesh-load --bin servermesh --bin mesh-load
  BIN=$PWD/target/release
fi
peers=$PWD/target/peers
if [ "$peer" = atuin ] && [ ! -x "$peers/bin/atuin-server" ]; then
  cargo install --quiet --locked --root "$peers" "atuin-server@$version"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/mesh-load.XXXXXX")
pid=
stop() { if [ -n "$pid" ]; then kill "$pid" && wait "$pid" 2>/dev/null || true; pid=; fi; }
trap 'stop; rm -rf "$work"' EXIT

# How large the program is, how long it takes to its first answer, its memory before and after, and the load. A line each: NAME CONNECTIONS FIGURE P50 P99.
measure() { # KIND ADDRESS PATH PROGRAM ARGUMENTS...
  local kind=$1 address=$2 path=$3
  shift 3
  cp "$1" "$work/stripped"
  strip "$work/stripped"
  echo "binary 1 $(stat -c %s "$work/stripped")"
  "$BIN/mesh-load" start "$address" "$path" "$@"
  "$@" > "$work/log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do curl -s -o "$work/answer" "http://$address$path" && break || sleep 0.1; done
  echo "idle 1 $(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")"
  "$BIN/mesh-load" "$kind" "$address" --seconds "$seconds"
  echo "loaded 1 $(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")"
  stop
}

export MMM_LOG=error
measure mesh 127.0.0.1:15779 /.well-known/mmm/health \
  "$BIN/servermesh" localhost --data "$work/mesh" --listen 127.0.0.1:15779 --per-account unlimited --sign-ups-per-hour 0 > "$work/ours"
if [ "$peer" = atuin ]; then
  export ATUIN_CONFIG_DIR=$work/atuin ATUIN_OPEN_REGISTRATION=true ATUIN_DB_URI=sqlite://$work/atuin.db
  measure atuin 127.0.0.1:15780 / "$peers/bin/atuin-server" start --host 127.0.0.1 --port 15780 > "$work/theirs"
else
  : > "$work/theirs"
fi
awk '
  FILENAME == ARGV[1] { figure[$1, $2] = $3; p99[$1, $2] = $5; next }
  FNR == 1 { printf "%-10s %4s %12s %8s %8s %12s %8s %8s\n", "", "", "mesh", "p50 µs", "p99 µs", "peer", "p99 µs", "ratio" }
  {
    theirs = figure[$1, $2]
    printf "%-10s %4s %12s %8s %8s %12s %8s %8s\n", $1, $2, $3, $4, $5, theirs, p99[$1, $2], theirs ? sprintf("%.2f", $3 / theirs) : ""
  }' "$work/theirs" "$work/ours"
echo "(rates a second; start in µs; idle and loaded in KiB of memory; binary in octets. Of those a ratio below 1 is better.)"
