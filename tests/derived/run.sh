#!/bin/sh
# Derived tests: every declared table and act on both databases, the transcripts compared, the controls, the tutorial.
# usage: run.sh [SCALE]; the build folder is $MADOGUCHI_BUILD, or build-test.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(cd "${MADOGUCHI_BUILD:-build-test}" && pwd) || exit 1
bin=$build/tests/derived
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM
export LSAN_OPTIONS="suppressions=$PWD/tests/unit/lsan.supp:print_suppressions=0"
passed=0 failed=0 skipped=0

# Each subject counts by its checks; a program that ended without a word counts as one failure.
show() { # NAME
    grep -v '^     ' "$out/$1" | sed 's/^/     /; s/^     ok  /ok  /; s/^     FAIL/FAIL/'
    grep '^     ' "$out/$1"
    # shellcheck disable=SC2046
    set -- "$1" $(awk '/^(ok|FAIL) / { p += $4; f += $6; s += $8 } END { print p + 0, f + 0, s + 0 }' "$out/$1") "$(cat "$out/$1.code")"
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    [ "$5" -eq 0 ] || [ "$3" -gt 0 ] || {
        failed=$((failed + 1))
        echo "FAIL $1 ended with $5"
        tail -n 30 "$out/$1.err"
    }
}
one() { # NAME PROGRAM WORD…: its output, errors and code by name
    name=$1
    shift
    timeout -k 5 400 "$@" >"$out/$name" 2>"$out/$name.err"
    echo $? >"$out/$name.code"
}
say() { # OK? TEXT
    if [ "$1" -eq 0 ]; then passed=$((passed + 1)) && echo "ok   $2"; else failed=$((failed + 1)) && echo "FAIL $2"; fi
}

[ -x "$bin/derived" ] || ninja -C "$build" >"$out/ninja" 2>&1 || tail -n 20 "$out/ninja"

# The tutorial's copy builds on one core while the databases run on the other.
sh tests/derived/tutorial.sh "$out/tutorial.dir" >"$out/tutorial" 2>&1 &
tutorial=$!
one sqlite "$bin/derived" sqlite "$out/sqlite.txt" &
lite=$!
if [ -n "${MADOGUCHI_TEST_PG:-}" ]; then
    one pg "$bin/derived" pg "$out/pg.txt"
    wait "$lite"
    show sqlite
    show pg
    cmp -s "$out/sqlite.txt" "$out/pg.txt"
    say $? "both databases answer the same, line by line ($(wc -l <"$out/sqlite.txt") lines)"
    diff "$out/sqlite.txt" "$out/pg.txt" | head -n 20
else
    wait "$lite"
    show sqlite
    skipped=$((skipped + 1))
    echo "     no MADOGUCHI_TEST_PG: PostgreSQL is skipped"
fi

# A planted mistake must be seen by its subject, and by its own checks rather than by a crash.
control() { # NAME SUBJECT
    one "control_$1" "$bin/control_$1" sqlite "$out/control.txt" only:toy "$2"
    grep -q "^FAIL sqlite $2 " "$out/control_$1"
    say $? "control $1: $2 turns red"
}
control grant_open rights
control grant_open acts
control mask_off rights
control field_unbounded values
control text_altered hostile
control approval_self second
control token_off door
control paging_off lists
control keys_off history
control address_any edge
control half_done torture

wait "$tutorial"
code=$?
sed '/^[0-9]* passed, [0-9]* failed$/d' "$out/tutorial"
# shellcheck disable=SC2046
set -- $(awk '/^ok / { p++ } /^FAIL / { f++ } END { print p + 0, f + 0 }' "$out/tutorial")
passed=$((passed + $1)) failed=$((failed + $2))
[ "$code" -eq 0 ] || [ "$2" -gt 0 ] || {
    failed=$((failed + 1))
    echo "FAIL tutorial.sh ended with $code"
}
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
