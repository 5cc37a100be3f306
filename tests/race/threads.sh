#!/bin/sh
# threads.sh - the race test over a program built with the thread sanitizer: no two threads touch the same without a lock.
#   tests/race/threads.sh CITY [SEED]    prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
# Builds build-tsan.  CITY: a demo city, which is copied.  Negative control: a program without the locks of the session cache.
# Libraries that are not built so are left out by name (tsan.supp).
set -eu
cd "$(dirname "$0")/../.."
city=${1:?usage: threads.sh CITY [SEED]} seed=${2:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
passed=0 failed=0
[ -d build-tsan/meson-private ] || meson setup build-tsan --buildtype=debugoptimized -Db_sanitize=thread >"$work/setup.log" 2>&1
ninja -C build-tsan src/app/madoguchi tests/controls/cache_bare >"$work/ninja.log" 2>&1 || { cat "$work/ninja.log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# reports PROGRAM: how many the sanitizer wrote; how the run itself ended is in the file `ended`.
reports() {
    rm -rf "$work/data" "$work"/tsan.*
    cp -r "$city" "$work/data"
    TSAN_OPTIONS="suppressions=$PWD/tests/race/tsan.supp:log_path=$work/tsan:exitcode=0:second_deadlock_stack=1" \
        build/tests/race/race --program "$1" --data "$work/data" --slots 40 --seed "$seed" >"$work/race.log" 2>&1 && echo well >"$work/ended" || echo badly >"$work/ended"
    cat "$work"/tsan.* 2>/dev/null | grep -c 'WARNING: ThreadSanitizer' || :
}
n=$(reports build-tsan/src/app/madoguchi)
tail -n 2 "$work/race.log"
if [ "$n" = 0 ] && [ "$(cat "$work/ended")" = well ]; then passed=$((passed + 1)); echo "ok   no two threads touch the same without a lock"
else failed=$((failed + 1)); echo "FAIL $n reports of the thread sanitizer; the run ended $(cat "$work/ended")"; cat "$work"/tsan.* 2>/dev/null | grep -v '^$' | head -40; fi
n=$(reports build-tsan/tests/controls/cache_bare)
if [ "$n" -gt 0 ]; then passed=$((passed + 1)); echo "ok   control: without the locks of the session cache it is seen ($n reports)"
else failed=$((failed + 1)); echo "FAIL control: it was not seen"; fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
