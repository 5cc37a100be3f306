#!/bin/sh
# mutants.sh COUNT [SEED | ID…] - of the lines of the catalogue in tests/controls/coverage.txt, COUNT are drawn at random (or those named):
# the act or check of each is disabled in a copy of its source, linked before the archive, and its test must go red.
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
build=$(cd "${MADOGUCHI_BUILD:-build-test}" && pwd) || exit 1
count=$1
shift
list=tests/controls/coverage.txt
seed=${1:-$(date +%s)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
unset MADOGUCHI_TEST_PG
export MADOGUCHI_SOURCE="$root" MADOGUCHI_TEST_DATA="$root/tests/data" LSAN_OPTIONS="suppressions=$root/tests/unit/lsan.supp:print_suppressions=0"
passed=0 failed=0

# One command of the build with other names; it runs in the build folder.
command_of() { ninja -C "$build" -t commands "$1" | tail -n 1; }

# Compile the changed copy, link it before the archive, run the test's program: 0 if the test named went red.
killed() { # FILE SED TEST-FILE TEST-NAME
    case $1 in */*) src=src/$1 ;; *) src=src/systems/crematorium/$1 ;; esac # of the crematorium, or room/…
    program=tests/unit/$(basename "$3" _test.c) under=${src#src/}
    sed "$2" "$src" >"$work/changed.c"
    ! cmp -s "$src" "$work/changed.c" || { echo "the expression changes nothing in $1" && return 1; }
    object=src/lib${under%%/*}.a.p/$(echo "$under" | tr / _).o
    (cd "$build" && eval "$(command_of "$object" | sed "s| -MD .*||") -w -O0 -I$root/$(dirname "$src") -o $work/o.o -c $work/changed.c") >"$work/said" 2>&1 ||
        { echo "it does not compile" && head -n 5 "$work/said" && return 1; }
    (cd "$build" && eval "$(command_of "$program" | sed "s|-o $program |-o $work/test $work/o.o |")") >"$work/said" 2>&1 ||
        { echo "it does not link" && head -n 5 "$work/said" && return 1; }
    timeout 120 "$work/test" >"$work/said" 2>&1
    grep -q "^\[  FAILED  \] $4\$" "$work/said" || { echo "its test stays green" && return 1; }
}

draw() {
    if [ $# -gt 1 ] || grep -q "^${1:--}|" "$list"; then for id in "$@"; do grep "^$id|" "$list"; done
    else grep -v '^#' "$list" | awk -v seed="$seed" 'BEGIN { srand(seed) } { printf "%.9f\t%s\n", rand(), $0 }' | sort | cut -f2- | head -n "$count"; fi
}
draw "$@" >"$work/drawn"
while IFS='|' read -r id file expression; do
    test=$(grep "^$id," docs/coverage/crematorium.csv | cut -d, -f3)
    if why=$(killed "$file" "$expression" "${test%%:*}" "${test#*:}"); then passed=$((passed + 1)) && echo "ok   mutant $id is seen by ${test#*:}"
    else failed=$((failed + 1)) && echo "FAIL mutant $id ($file): $why"; fi
done <"$work/drawn"
echo "mutants drawn with seed $seed"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
