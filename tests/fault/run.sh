#!/bin/sh
# Fault: killed, cut off, flooded, failing disks; nothing acknowledged is lost, nothing is half.
#   tests/fault/run.sh [short|long|soak] [SEED]
# Each check has its planted bug (control), which must be seen.
set -u
cd "$(dirname "$0")/../.." || exit 1
scale=${1:-short} seed=${2:-$(date +%s)}
case $scale in
short) kills=100 deep=5 repeats=25 requests=10000 disks=8 cuts=10 gone=2 ;;
long) kills=1000 deep=5 repeats=100 requests=40000 disks=200 cuts=300 gone=20 ;;
*) kills=10000 deep=20 repeats=1000 requests=1000000 disks=2000 cuts=1000 gone=200 ;;
esac
. tests/load/city.sh
programs='tests/fault/kill tests/fault/repeat tests/fault/malformed tests/fault/io tests/fault/power tests/fault/descriptors tests/fault/gone
    tests/fault/libshim.so'
controls='tests/controls/ack_early tests/controls/once_off tests/controls/gate_open_city tests/controls/sync_normal tests/controls/vfs_deaf
    tests/controls/copy_loose'
# shellcheck disable=SC2086
ninja -C build $programs $controls src/verify/madoguchi-verify >"$work/ninja.log" 2>&1 || {
    cat "$work/ninja.log"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
at=build/tests/fault bug=build/tests/controls

# check NAME WORD PROGRAM ARGUMENTS…: on a fresh city.
check() {
    what=$1 word=$2 tool=$3
    shift 3
    city_lite "$work/city" && "$at/$tool" --data "$work/city" "$@"
    judge "$what" $? "$word"
}

echo "seed $seed"
check "F1: kill -9 with acts in flight, $kills counted rounds" green kill --rounds $kills --deep $deep --seed "$seed"
check "F1 control: an answer before COMMIT is lost" red kill --rounds 200 --deep 0 --seed "$seed" --program $bug/ack_early --tool build/madoguchi
mkdir "$work/power"
check "F2: the power fails, $cuts cuts" green power --rounds $cuts --seed "$seed" --out "$work/power"
check "F2 control: without the sync acknowledged acts are lost" red power --rounds 40 --seed "$seed" --out "$work/power" --program $bug/sync_normal --tool build/madoguchi
check "F4: the disk refuses, $disks places" green io --cases $disks --seed "$seed" --shim "$PWD/$at/libshim.so"
check "F4 control: without the watcher it goes on" red io --cases 8 --seed "$seed" --shim "$PWD/$at/libshim.so" --program $bug/vfs_deaf
check "F7: no descriptors left" green descriptors
check "F12: lost and doubled requests are one act" green repeat --cases $repeats
check "F12 control: without the key they are two" red repeat --cases 2 --program $bug/once_off
# lost SEED OPTION…: the machine and its folder are gone, the second place is what remains.
lost() {
    rm -rf "$work/second" && mkdir "$work/second" && city_lite "$work/city" &&
        "$at/gone" --data "$work/city" --second "$work/second" --out "$work" --seed "$@"
}
lost_all() {
    for n in $(seq "$gone"); do lost $((seed + n)) || return 1; done
}
lost_all
judge "F16: the machine is gone, $gone times; at most a second is lost" $? green
lost "$seed" --stall 2500
judge "F16 control: a copier that stalls loses more" $? red
lost "$seed" --copier $bug/copy_loose
judge "F16 control: a copier that does not hold the log leaves holes" $? red
# The sanitized program where ./test has built it: a report of it is a failure too.
honest=build/madoguchi
[ ! -x build-test/madoguchi ] || honest=build-test/madoguchi
check "F10: $requests malformed requests" green malformed --cases $requests --seed "$seed" --program $honest
check "F10 control: without the gate they are understood" red malformed --cases 21 --program $bug/gate_open_city
for part in front witness backup copy confine worker; do
    sh tests/fault/$part.sh build >"$work/$part.log" 2>&1
    cat "$work/$part.log"
    figures=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$work/$part.log")
    # shellcheck disable=SC2086
    set -- ${figures:-0 1 0}
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
done
close_part
