#!/bin/sh
# audit_checks.sh PROGRAM DATA - `madoguchi audit checks`: counts on standard output, a CSV of results, the exit codes.
set -eu
program=$1 data=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAIL $1" && exit 1; }
run() { # WANTED WORDS…: the exit code
    want=$1
    shift
    code=0
    "$program" audit checks --data "$dir/city" "$@" >"$dir/out" 2>"$dir/err" || code=$?
    [ "$code" = "$want" ] || fail "exit $code, not $want: $*"
}
mkdir "$dir/city"
"$program" audit import --data "$dir/city" "$data/wako/ledger" 2>/dev/null
run 1 --as-of 2022-10-17 "$dir/results.csv"
[ "$(head -n 1 "$dir/results.csv")" = "検査ID,対象,結果,理由,要確認,自動区分" ] || fail "heading"
[ "$(grep -c ',否,' "$dir/results.csv")" = 21 ] || fail "21 of 否"
grep -q '^DOC-01 *2 *0 *2 *0 *0 *0  文書の版' "$dir/out" || fail "counts of DOC-01"
lines=$(tail -n +2 "$dir/results.csv" | wc -l)
grep -q "^計 *$lines " "$dir/out" || fail "the sum is the number of results"
run 1 --as-of 2022-10-17 # without a file
run 64 --as-of yesterday
run 73 --as-of 2022-10-17 "$dir/none/results.csv"
mkdir "$dir/few"
cp "$data"/wako/ledger/*.csv "$dir/few"
rm "$dir/few/facts.csv"
"$program" audit import --data "$dir/city" "$dir/few" 2>/dev/null
run 0 --as-of 2022-10-17 # nothing declared: nothing fails
echo "ok   audit checks"
