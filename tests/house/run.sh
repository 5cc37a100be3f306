#!/bin/sh
# The tree keeps the house's rules, and every rule is seen to name what it must (controls/RULE/…).
#   tests/house/run.sh          all rules on this tree, and all controls
#   tests/house/run.sh RULE     one rule on this tree
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
. tests/house/rules.sh
passed=0 failed=0

command -v ctags >/dev/null 2>&1 || {
    echo "house: ctags is missing; apt-get install universal-ctags"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

case ${1:-short} in
short | long | soak) ;;
*)
    "rule_$1"
    exit
    ;;
esac

for rule in $rules; do
    breaches=$("rule_$rule")
    if [ -z "$breaches" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s\n' "$breaches" | head -n 20
        echo "FAIL $rule: $(printf '%s\n' "$breaches" | wc -l) breaches"
    fi
done

# A control is a folder controls/RULE/CASE: a small bad tree and, in the file `expect`, the lines that the rule
# must print about it, no more and no fewer.
for rule in $rules; do
    cases=0
    for control in "$root/tests/house/controls/$rule"/*/; do
        [ -f "$control/expect" ] || continue
        cases=$((cases + 1))
        got=$(cd "$control" && "rule_$rule" | LC_ALL=C sort)
        if [ -n "$got" ] && [ "$got" = "$(LC_ALL=C sort "$control/expect")" ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAIL control $rule/$(basename "$control"): the rule said"
            printf '%s\n' "$got"
        fi
    done
    [ "$cases" -gt 0 ] || {
        failed=$((failed + 1))
        echo "FAIL $rule has no control"
    }
done

# What the program itself prints must be what stands in docs/; it needs the program that ./test has built.
program=build-test/src/app/madoguchi
[ -x "$program" ] || program=build/src/app/madoguchi
if [ -x "$program" ]; then
    said=$(sh tests/house/generated.sh "$program")
    printf '%s\n' "$said" | grep FAIL
    passed=$((passed + $(printf '%s\n' "$said" | sed -n 's/^\([0-9]*\) passed.*/\1/p')))
    failed=$((failed + $(printf '%s\n' "$said" | sed -n 's/.* \([0-9]*\) failed.*/\1/p')))
else
    failed=$((failed + 1))
    echo "FAIL generated: there is no program yet; ./run --build makes it"
fi

function_sizes | awk '{ print $1 }' | sort -n | awk '{ v[NR] = $1 } END {
    if (NR) printf "functions: %d, median %d lines, p90 %d, longest %d\n", NR, v[int((NR + 1) / 2)], v[int(NR * 0.9 + 0.5)], v[NR] }'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
