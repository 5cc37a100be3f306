#!/bin/sh
# generated.sh - documents that the program writes, and the manual, agree with the program.
#   tests/house/generated.sh PROGRAM       prints FAIL lines and closes with `N passed, N failed, N skipped`
# Controls: a changed sentence and a manual without one option must be named.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${1:?usage: generated.sh PROGRAM}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
expect() { # text, 0 when it should hold or 1 when it must not, then the command
    what=$1 want=$2
    shift 2
    if "$@" >"$work/said" 2>&1; then got=0; else got=1; fi
    if [ "$got" -eq "$want" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAIL $what"
        head -n 10 "$work/said"
    fi
}

same_refusals() { "$program" refusals | diff - "$1"; }
# Every option and command of --help stands in the manual, and no other option does.
same_manual() {
    "$program" --help >"$work/help"
    sed '/^examples/q' "$work/help" | grep -E '^  --' | cut -c1-20 | grep -oE -- '--[a-z-]+' | sed 's/^--//' | sort -u >"$work/options"
    grep '^\.It Fl Fl' "$1" | grep -oE 'Fl Fl [a-z-]+' | sed 's/^Fl Fl //' | grep -vx -e help -e version | sort -u >"$work/manual"
    diff "$work/options" "$work/manual" || return 1
    sed -n '/^examples/q; s/^  \([a-z][a-z]*\) .*/\1/p' "$work/help" | sort -u | while read -r c; do
        grep -q "^\.It Cm $c" "$1" || { echo "the manual does not know the command $c"; exit 1; }
    done
}

expect "docs/refusals.md is what the program prints (build/madoguchi refusals > docs/refusals.md)" 0 same_refusals docs/refusals.md
sed 's/入力してください/入れてください/' docs/refusals.md >"$work/refusals.md"
expect "control: a changed sentence is seen" 1 same_refusals "$work/refusals.md"
expect "docs/man/madoguchi.1 names the program's options and commands" 0 same_manual docs/man/madoguchi.1
grep -v '^\.It Fl Fl staff-port' docs/man/madoguchi.1 >"$work/man.1"
expect "control: an option missing from the manual is seen" 1 same_manual "$work/man.1"
# The appendix of the operating plan follows the configuration, the accounts and the declarations.
"$program" demo --data "$work/one" >/dev/null 2>&1
plan() { "$program" document --data "$work/one" "$@" 2>/dev/null | grep -v '^この文書は'; }
plan --port 8111 >"$work/plan.md"
same_plan() { plan --port "$1" | diff - "$work/plan.md"; }
names_all() { # every role and act that the program knows, and the port
    "$program" rights --data "$work/one" 2>/dev/null | tail -n +2 | cut -d, -f1 | tr -d '"\r' | sort -u | while read -r role; do
        grep -q -F -- "$role" "$1" || { echo "no role $role"; exit 1; }
    done && grep -q '| 8111/tcp |' "$1" && grep -q 'service.case.report' "$1" && grep -q 'it_office | 情報政策課 | [1-9]' "$1"
}
expect "the plan names every role, the port, the holders" 0 names_all "$work/plan.md"
sed '/| it_office |/d' "$work/plan.md" >"$work/short.md"
expect "control: a plan without a role is seen" 1 names_all "$work/short.md"
expect "the plan is the same for the same city" 0 same_plan 8111
expect "control: another port is another plan" 1 same_plan 8112
# The bill of materials against what the loader and dpkg say.
loaded() { ldd "$program" | grep -oE '/[^ ]+\.so[^ ]*' | while read -r f; do basename "$(readlink -f "$f")"; done | sort -u; }
files_of() { grep -oE '"name":"file","value":"[^"]+"' "$1" | sed 's/.*"value":"//; s/"//' | sort -u; }
names_libraries() { loaded >"$work/loaded" && files_of "$1" >"$work/listed" && diff "$work/loaded" "$work/listed"; }
has_version() { grep -q "pkg:deb/debian/$2@$(dpkg-query -W -f '${Version}' "$2" | head -n 1)\"" "$1"; }
sqlite=$(dpkg-query -W -f '${Package}' libsqlite3-0 2>/dev/null)
"$program" sbom >"$work/sbom.json" 2>/dev/null
expect "the bill of materials names every library that is loaded" 0 names_libraries "$work/sbom.json"
sed 's/"value":"libsqlite3/"value":"libother/' "$work/sbom.json" >"$work/short.json"
expect "control: a library that is not listed is seen" 1 names_libraries "$work/short.json"
[ -z "$sqlite" ] || expect "versions are those of dpkg" 0 has_version "$work/sbom.json" "$sqlite"
sed 's/\(debian\/libsqlite3-0@\)/\10/' "$work/sbom.json" >"$work/old.json"
[ -z "$sqlite" ] || expect "control: another version is seen" 1 has_version "$work/old.json" "$sqlite"
if command -v mandoc >/dev/null 2>&1; then
    lint() { ! mandoc -Tlint "$@" | grep -v 'referenced manual not found'; }
    expect "the manual pages are sound" 0 lint docs/man/madoguchi.1 docs/man/madoguchi.conf.5
else
    failed=$((failed + 1))
    echo "FAIL mandoc is missing; apt-get install mandoc"
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
