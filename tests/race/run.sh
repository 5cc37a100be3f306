#!/bin/sh
# Race: 64 clients on 200 slots over HTTP, SQLite and two processes on PostgreSQL; nothing is sold twice, no
# acknowledged booking is missing, a cancel frees exactly one.  Each check has its planted bug.
#   tests/race/run.sh [short|long|soak] [SEED]
set -u
cd "$(dirname "$0")/../.." || exit 1
case ${1:-short} in short) rounds=1 ;; long) rounds=5 ;; *) rounds=40 ;; esac
seed=${2:-$(date +%s)}
. tests/load/city.sh
ninja -C build tests/race/race tests/race/checker_test tests/controls/race_naive >"$work/ninja.log" 2>&1 || {
    cat "$work/ninja.log"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
race=build/tests/race/race naive=build/tests/controls/race_naive

build/tests/race/checker_test
judge "the checker names 12 bad histories and stays silent on 1000 good ones" $?

lite() { # NAME PROGRAM WORD ARGUMENTS…
    what=$1 program=$2 word=$3
    shift 3
    city_lite "$work/lite" && $race --program "$program" --data "$work/lite" "$@"
    judge "$what" $? "$word"
}
pg() {
    what=$1 program=$2 word=$3
    shift 3
    city_pg "race$n" "$work/pg" && $race --program "$program" --data "$work/pg" --url "$url" --servers 2 "$@"
    judge "$what" $? "$word"
}
n=0
while [ $n -lt $rounds ]; do
    n=$((n + 1))
    lite "SQLite, seed $((seed + n))" build/madoguchi green --seed $((seed + n))
    if [ -n "${MADOGUCHI_TEST_PG:-}" ]; then
        pg "PostgreSQL, two processes, seed $((seed + n))" build/madoguchi green --seed $((seed + n))
    fi
done
echo "control: check, then insert, without the key"
lite "control on SQLite: places are sold twice" $naive red --slots 40 --drop-key 1 --seed "$seed"
n=control
if [ -n "${MADOGUCHI_TEST_PG:-}" ]; then
    pg "control on PostgreSQL: places are sold twice" $naive red --slots 40 --drop-key 1 --seed "$seed"
else
    skipped=$((skipped + 2))
    echo "skip PostgreSQL: no MADOGUCHI_TEST_PG"
fi
if [ "${1:-short}" != short ]; then
    city_lite "$work/lite" && sh tests/race/threads.sh "$work/lite" "$seed" >"$work/threads.log" 2>&1
    sed '$d' "$work/threads.log"
    figures=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$work/threads.log")
    # shellcheck disable=SC2086
    set -- ${figures:-0 1 0}
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
fi
close_part
