#!/usr/bin/env bash
# Runs mesh beside the tools that people use for data at rest, in turn, and prints medians and ratios of one run.
#
#   scripts/data-at-rest.sh [MEGABYTES [ROUNDS]]
#
# Needs age and gpg (apt install age gnupg), rage where it is found (cargo install rage), ssh-keygen, and a directory in memory (/dev/shm).
# Ratios above 1 mean that mesh is faster.
set -euo pipefail
cd "$(dirname "$0")/.."
megabytes=${1:-1024}
rounds=${2:-5}
cargo build --release --locked --bin mesh --quiet
mesh=$PWD/target/release/mesh
rage=$(command -v rage || echo)
gpg=$(command -v gpg || echo)
work=$(mktemp -d /dev/shm/mesh-peers.XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work GNUPGHOME=$work/gnupg

openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c "$((megabytes << 20))" > input || true
age-keygen -o age.key 2> age.txt
recipient=$(grep -o 'age1[a-z0-9]*' age.txt)
ssh-keygen -q -t ed25519 -N '' -f id
mkdir files
for i in $(seq 2000); do head -c 4096 /dev/urandom > "files/$i"; done
head -c 4096 /dev/urandom > small
if [ -n "$gpg" ]; then
  mkdir -m 700 gnupg
  gpg --batch --quiet --passphrase '' --quick-generate-key peer default default never 2> /dev/null
fi

# Prints the median of the times, in seconds, that each of two or more commands takes in turn.
median() { sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }
now() { date +%s%N; }
declare -A times
measure() { # NAME COMMAND
  local begin end
  begin=$(now)
  bash -c "$2" > /dev/null 2>&1
  end=$(now)
  times[$1]+="$(awk -v n=$((end - begin)) 'BEGIN { printf "%.4f", n / 1e9 }') "
}
compare() { # TITLE, then pairs NAME COMMAND; the first is mesh
  local title=$1
  shift
  times=()
  local names=() commands=()
  while [ $# -gt 0 ]; do names+=("$1"); commands+=("$2"); shift 2; done
  for _ in $(seq "$rounds"); do
    for i in "${!names[@]}"; do measure "${names[$i]}" "${commands[$i]}"; done
  done
  local own line
  own=$(tr ' ' '\n' <<< "${times[${names[0]}]}" | grep . | median)
  line="$title: ${names[0]} ${own} s"
  for i in "${!names[@]}"; do
    [ "$i" = 0 ] && continue
    other=$(tr ' ' '\n' <<< "${times[${names[$i]}]}" | grep . | median)
    line+=", ${names[$i]} ${other} s (ratio $(awk -v a="$other" -v b="$own" 'BEGIN { printf "%.2f", a / b }'))"
  done
  echo "$line"
}

peers=()
[ -z "$rage" ] || peers=(rage "$rage -r $recipient -o o.rage input; rm o.rage")
compare "encrypt $megabytes MiB" mesh "$mesh dare encode input o.dare --force --encrypt id.pub" age "age -r $recipient -o o.age input" "${peers[@]}"
compare "decrypt and verify" mesh "$mesh dare decode o.dare p --force --identity id" age "age -d -i age.key -o p o.age"
peers=()
[ -z "$gpg" ] || peers=(gpg "gpg --batch --yes --trust-model always -z 0 --sign --encrypt -r peer -o o.gpg input")
compare "encrypt, digest and sign" mesh "$mesh dare encode input o.dare --force --encrypt id.pub --sign-key id" age "age -r $recipient -o o.age input" "${peers[@]}"
compare "one file of 4 KiB" mesh "$mesh dare encode small s.dare --force --encrypt id.pub" age "age -r $recipient -o s.age small"
if [ -n "$rage" ]; then
  compare "archive of 2,000 files of 4 KiB" mesh "$mesh archive create a.darc files --force --encrypt id.pub" "tar | rage" "tar -cf - files | $rage -r $recipient > a.rage"
  compare "extract it" mesh "rm -rf x; $mesh archive extract a.darc --into x --identity id" "rage -d | tar" "rm -rf y; mkdir y; $rage -d -i age.key a.rage | tar -xf - -C y"
  compare "extract one file of it" mesh "rm -rf x; $mesh archive extract a.darc files/777 --into x --identity id" "rage -d" "$rage -d -i age.key a.rage > t"
fi
if [ -x /usr/bin/time ]; then
  for command in "$mesh dare encode input o.dare --force --encrypt id.pub" "$mesh dare encode small o.dare --force --encrypt id.pub" "age -r $recipient -o o.age input"; do
    /usr/bin/time -f "peak memory %M KiB: $(basename "${command%% *}") ${command#* }" bash -c "exec $command" 2>&1 > /dev/null | tail -1
  done
fi
