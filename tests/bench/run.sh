#!/bin/sh
# Bench: our speed beside nginx and beside a bare database loop, both sides in one run on this machine.
#   tests/bench/run.sh [SECONDS]        each measurement takes so many seconds (5)
# Prints one table: value, yardstick, ratio, the bar.  A bar that is missed is said, and ends with 1; ./test never
# looks at times.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-5}
. tests/load/city.sh
ninja -C build tests/bench/bench >"$work/ninja.log" 2>&1 || {
    cat "$work/ninja.log"
    exit 70
}
bench=build/tests/bench/bench
servers=
end_servers() {
    for pid in $servers; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
    servers=
}
pg_own=
finish() {
    end_servers
    city_end
    [ -z "$pg_own" ] || { sh tests/pg.sh stop "$pg_own/pg"; rm -rf "$pg_own"; }
}
trap finish EXIT

# serve DIR [URL]: on $port, process $server; both server and yardstick have core 0, clients core 1.
cores=$(nproc)
on() { if [ "$cores" -ge 2 ]; then core=$1 && shift && taskset -c "$core" "$@"; else shift && "$@"; fi; }
serve() {
    port=$(($$ % 20000 + 20000))
    if [ $# -gt 1 ]; then build/madoguchi serve --data "$1" --port $port --database "$2" >"$work/serve.log" 2>&1 &
    else build/madoguchi serve --data "$1" --port $port >"$work/serve.log" 2>&1 & fi
    server=$! servers="$servers $!" n=0
    until curl -s -o /dev/null "http://127.0.0.1:$port/readyz"; do
        n=$((n + 1))
        [ $n -lt 100 ] || { cat "$work/serve.log"; exit 1; }
        sleep 0.1
    done
}
value() { sed -n "s/^$2 //p" "$work/$1"; }
measure() { # FILE WORD ARGUMENTS…
    file=$1
    shift
    $bench "$@" >"$work/$file" || { echo "bench $1 failed"; : >"$work/$file"; }
}
missed=0
printf '%-52s %12s %12s %8s  %s\n' measurement ours yardstick ratio bar
# row NAME OURS YARDSTICK BAR-OPERATOR BAR: the bar is on the ratio, or on ours where there is no yardstick.
row() {
    awk -v name="$1" -v ours="${2:-0}" -v other="$3" -v op="$4" -v bar="$5" 'BEGIN {
        judged = other == "" ? ours : (other > 0 ? ours / other : 0)
        good = op == "" ? 1 : op == ">=" ? judged >= bar : judged <= bar
        printf "%-52s %12s %12s %8s  %s%s\n", name, ours, other, other == "" ? "" : sprintf("%.2f", judged),
            op == "" ? "" : op " " bar, good ? "" : "  MISSED"
        exit !good }' || missed=$((missed + 1))
}

city_lite "$work/city" || exit 1
measure sync sync --data "$work/city"
row "disk: append 4 KiB and fdatasync, ms (median)" "$(value sync sync_ms_median)" "" "" ""
measure start start --program build/madoguchi --data "$work/city"
row "start on the demo city, ms" "$(value start start_ms)" "" "<=" 300

serve "$work/city"
measure rss rss --port $port --pid $server --connections 1000
row "memory with 1,000 connections, MiB" "$(value rss rss_mib)" "" "<=" 64

# -- the availability page beside the same bytes as a file ------------------------------------------------------
mkdir "$work/www" "$work/tmp"
chmod 755 "$work" "$work/www"
measure page page --port $port --out "$work/www/p.html"
cat >"$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/error.log;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types { text/html html; }
  client_body_temp_path $work/tmp; proxy_temp_path $work/tmp; fastcgi_temp_path $work/tmp;
  uwsgi_temp_path $work/tmp; scgi_temp_path $work/tmp;
  server { listen 127.0.0.1:$((port + 1)); root $work/www; }
}
CONF
nginx=$(command -v nginx || echo /usr/sbin/nginx)
on 0 "$nginx" -c "$work/nginx.conf" 2>"$work/nginx.log" &
servers="$servers $!"
sleep 0.5
[ "$cores" -lt 2 ] || taskset -a -c -p 0 "$server" >/dev/null
hits() { on 1 wrk -t1 -c64 -d"${seconds}s" "$1" | awk '/Requests\/sec/ { r = $2 } /Non-2xx|Socket errors/ { bad = 1 } END { printf "%.0f", bad ? 0 : r }'; }
file_hits=$(hits "http://127.0.0.1:$((port + 1))/p.html")
on 1 $bench fresh --port $port --seconds $((seconds + 2)) >"$work/fresh" &
fresh=$!
sleep 1
page_hits=$(hits "http://127.0.0.1:$port/crematorium")
wait $fresh || echo "bench fresh failed"
row "availability page, $(value page page_bytes) bytes, $(value page page_cells) cells: requests/s" "$page_hits" "$file_hits" ">=" 0.4
row "  stale pages of $(value fresh looked) looked at after an answer" "$(value fresh stale)" "" "<=" 0
[ "$cores" -lt 2 ] || taskset -a -c -p "0-$((cores - 1))" "$server" >/dev/null

# -- durable bookings beside a bare loop ------------------------------------------------------------------------------
measure book book --port $port --clients 256 --seconds "$seconds" --data "$work/city"
measure bare bare --data "$work/city" --seconds "$seconds"
bare=$(value bare bare_per_second)
row "durable bookings over HTTP, 256 clients: a second" "$(value book per_second)" "$bare" ">=" 1.0
row "  not booked" "$(value book not_booked)" "" "<=" 0
row "  p99 with all clients always waiting, ms" "$(value book p99_ms)" "" "" ""
measure paced book --port $port --clients 256 --seconds "$seconds" --rate "$bare" --from-slot "$(value book last_slot)" --data "$work/city"
row "  p99 at the bare loop's rate ($bare a second), ms" "$(value paced p99_ms)" "" "<=" 100
measure paper paper --port $port --data "$work/city"
row "permit as PDF, ms (median)" "$(value paper paper_ms)" "" "<=" 15
end_servers

# -- 監査台帳: a large city beside one of 71 systems ----------------------------------------------------------------------
stop_watch() { # NAME COMMAND…: seconds, in a file for value(); exit 1 is an answer too (a check says 否)
    file=$1 begun=$(date +%s.%N)
    shift
    "$@" >"$work/$file.out" 2>"$work/$file.err" || [ $? -eq 1 ] || echo "$file failed"
    echo "$begun $(date +%s.%N)" | awk '{ printf "seconds %.2f\n", $2 - $1 }' >"$work/$file"
}
city_lite "$work/few" && build/madoguchi audit import --data "$work/few" tests/data/wako/ledger 2>/dev/null
city_lite "$work/many" && sh tests/bench/large_ledger.sh "$work/ledger"
stop_watch import build/madoguchi audit import --data "$work/many" "$work/ledger"
stop_watch tables build/madoguchi audit tables --data "$work/many" "$work/tables.out"
stop_watch checks build/madoguchi audit checks --data "$work/many" --as-of 2025-10-01 "$work/results.csv"
row "10,000 systems, 100,000 contracts: import, s" "$(value import seconds)" "" "<=" 30
row "  all printed tables, s" "$(value tables seconds)" "" "<=" 1
row "  all checks ($(wc -l <"$work/results.csv") results), s" "$(value checks seconds)" "" "<=" 5
serve "$work/few"
measure few lists --port $port
end_servers
serve "$work/many"
measure many lists --port $port
end_servers
row "  list of systems, ms, beside 71" "$(value many systems_ms)" "$(value few systems_ms)" "<=" 1.25
row "  list of contracts, ms, beside 127" "$(value many contracts_ms)" "$(value few contracts_ms)" "<=" 1.25
row "  contracts found by a word, ms" "$(value many found_ms)" "$(value few found_ms)" "" ""

# -- PostgreSQL ------------------------------------------------------------------------------------------------------------
if [ -z "${MADOGUCHI_TEST_PG:-}" ]; then
    pg_own=$(mktemp -d)
    chmod 711 "$pg_own"
    MADOGUCHI_TEST_PG=$(sh tests/pg.sh start "$pg_own/pg") || { echo "PostgreSQL: not here"; pg_own=; }
fi
if [ -n "${MADOGUCHI_TEST_PG:-}" ] && city_pg bench "$work/pg"; then
    serve "$work/pg" "$url"
    measure pg_book book --port $port --clients 64 --seconds "$seconds" --data "$work/pg"
    measure pg_bare bare --url "$url" --seconds "$seconds" --connections 16
    row "PostgreSQL: bookings, 16 connections: a second" "$(value pg_book per_second)" "$(value pg_bare bare_per_second)" ">=" 0.5
    end_servers
fi
echo "$missed bars missed"
[ $missed -eq 0 ]
