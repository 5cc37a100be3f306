#!/bin/sh
# pg.sh - a PostgreSQL cluster of the tests' own: a unix socket in DIR, no network.
#   tests/pg.sh start DIR   makes and starts it, prints the address of the database `madoguchi`
#   tests/pg.sh stop DIR    ends it by its own process id
# Run by root it becomes the user postgres, since PostgreSQL refuses to run as root.
set -eu

say() { echo "pg.sh: $*" >&2; exit 1; }
[ $# -eq 2 ] || say "usage: pg.sh start|stop DIR"
dir=$2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v postgres)") || say "no PostgreSQL server here"

as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$dir" "$@"
    else
        "$@"
    fi
}

start() {
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    [ ${#dir} -lt 80 ] || say "the path is too long for a socket: $dir"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$dir"
    cd "$dir"
    # No sync while the empty cluster is made; the running server syncs as in service.
    as_owner "$bin/initdb" --pgdata="$dir/data" --username="$(id -un)" --auth=trust --encoding=UTF8 \
        --locale=C --data-checksums --no-sync --no-instructions >"$dir/initdb.log" 2>&1 || say "initdb: see $dir/initdb.log"
    cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0777
fsync = on
shared_buffers = 64MB
max_connections = 120
CONF
    as_owner "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/server.log" --wait --timeout=30 --silent start >/dev/null ||
        say "start: see $dir/server.log"
    "$bin/createdb" --host="$dir" madoguchi
    echo "postgresql:///madoguchi?host=$dir"
}

stop() {
    [ -f "$dir/data/postmaster.pid" ] || return 0
    pid=$(head -n 1 "$dir/data/postmaster.pid")
    kill -INT "$pid" 2>/dev/null || return 0
    n=0
    while kill -0 "$pid" 2>/dev/null; do
        n=$((n + 1))
        [ $n -lt 100 ] || say "process $pid does not end"
        sleep 0.1
    done
}

case $1 in
start) start ;;
stop) stop ;;
*) say "usage: pg.sh start|stop DIR" ;;
esac
