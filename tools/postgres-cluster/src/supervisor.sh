# SPDX-License-Identifier: MIT
# Runs a cluster until standard input ends. Every command is answered by 'ok', or by an explanation and 'failed'.
programs=$1 directory=$2 port=$3 role=$4 password=$5 fsync=$6 tls=$7
data=$directory/data log=$directory/log
pid=
trap '' INT TERM HUP

# The processes of a database die with their parent, but not at once.
tree() { cat "/proc/$pid/task/$pid/children" 2>/dev/null; }
gone() {
  for process in $1; do
    while kill -0 "$process" 2>/dev/null; do sleep 0.01; done
  done
}
stop() {
  [ -n "$pid" ] || return 0
  kill -CONT "$pid" $(tree) 2>/dev/null
  kill -QUIT "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  pid=
}
answer() {
  if [ "$1" = 0 ]; then echo ok; else tail -n 30 "$log"; echo failed; fi
}

printf %s "$password" >"$directory/password"
"$programs/initdb" -D "$data" -U "$role" -E UTF8 --locale=C --no-sync \
  --auth-local=trust --auth-host=scram-sha-256 --pwfile="$directory/password" >"$log" 2>&1
made=$?
if [ $made = 0 ] && [ "$tls" = on ]; then
  openssl req -new -x509 -days 2 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -addext basicConstraints=critical,CA:FALSE -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
    -out "$data/server.crt" -keyout "$data/server.key" >>"$log" 2>&1 && chmod 600 "$data/server.key"
  made=$?
fi
answer $made

while read -r command argument; do
  case $command in
  start)
    "$programs/postgres" -D "$data" -k "$directory" -h localhost -p "$port" -c "fsync=$fsync" -c "ssl=$tls" \
      -c max_connections=200 -c log_min_messages=warning >>"$log" 2>&1 </dev/null &
    pid=$!
    result=1
    for _ in $(seq 1 600); do
      if "$programs/psql" -X -q -h "$directory" -p "$port" -U "$role" -d postgres -c 'SELECT 1' >/dev/null 2>&1; then
        result=0
        break
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.05
    done
    answer $result
    ;;
  kill)
    children=$(tree)
    kill -KILL "$pid" $children 2>>"$log"
    wait "$pid" 2>/dev/null
    gone "$children"
    pid=
    answer 0
    ;;
  pause)
    kill -STOP "$pid" $(tree)
    answer 0
    ;;
  resume)
    kill -CONT "$pid" $(tree)
    answer 0
    ;;
  create)
    "$programs/psql" -X -q -h "$directory" -p "$port" -U "$role" -d postgres \
      -c "CREATE DATABASE $argument TEMPLATE template0" >>"$log" 2>&1
    answer $?
    ;;
  esac
done
stop
cd / && rm -rf "$directory"
