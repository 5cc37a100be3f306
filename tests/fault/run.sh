#!/bin/sh
# Fault: the program is killed in mid-commit, its requests are repeated, the shipped front stands before it.
#   tests/fault/run.sh [short|long|soak] [SEED]
# Every check has its planted bug, which must turn it red.
set -u
cd "$(dirname "$0")/../.." || exit 1
case ${1:-short} in short) rounds=100 ;; long) rounds=1000 ;; *) rounds=2000 ;; esac
seed=${2:-$(date +%s)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0
judge() { # TEXT CODE [red]
    if [ "${3:-green}" = green ] && [ "$2" -eq 0 ] || [ "${3:-green}" = red ] && [ "$2" -eq 1 ]; then
        passed=$((passed + 1))
        echo "ok   $1"
    else
        failed=$((failed + 1))
        echo "FAIL $1 (exit $2)"
    fi
}
close_part() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] || exit 1
    exit 0
}
ninja -C build tests/fault/kill tests/controls/ack_early >"$work/ninja.log" 2>&1 || {
    cat "$work/ninja.log"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
program=$PWD/build/src/app/madoguchi
city() { rm -rf "$work/city" && "$program" demo --data "$work/city" >/dev/null; }

city && build/tests/fault/kill --program "$program" --data "$work/city" --rounds "$rounds" --seed "$seed"
judge "kill -9 in mid-commit, $rounds rounds, seed $seed: nothing acknowledged is lost" $?
city && build/tests/fault/kill --program build/tests/controls/ack_early --sign-in-with "$program" --data "$work/city" --rounds 20 --seed "$seed" \
    >"$work/early.log"
judge "control: an answer before the commit is seen to be lost" $? red

front=$(sh tests/fault/front.sh build)
judge "the shipped front: $(printf '%s\n' "$front" | tail -n 1)" $?
printf '%s\n' "$front" | grep FAIL
close_part
