#!/bin/sh
# Unit tests: every program of tests/unit/meson.build under ASan and UBSan.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=build-test/meson-logs/testlog.txt
rm -f "$log"
meson test -C build-test --suite unit --no-rebuild >build-test/unit-meson.log 2>&1
[ -f "$log" ] || {
    cat build-test/unit-meson.log
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
# Planted bugs: the same tests must go red, each of them; all in `long`, in `short` the quick ones (ten seconds).
which=
[ "${1:-short}" != short ] || which='control_fuzz_url control_fuzz_gate'
# shellcheck disable=SC2086
controls=$(meson test -C build-test $which --suite control --logbase control --no-rebuild 2>&1 | tee build-test/control-meson.log |
    awk '/^(Ok|Expected Fail): / { p += $NF } /^(Fail|Unexpected Pass|Timeout): / { f += $NF } END { print p + 0, f + 0 }')
# shellcheck disable=SC2086
set -- $controls
echo "$([ "$2" -eq 0 ] && [ "$1" -gt 0 ] && echo ok || echo FAIL)   controls                 $1 seen red, $2 not"
[ "$2" -eq 0 ] || grep -E 'FAIL|UNEXPECTEDPASS|TIMEOUT' build-test/control-meson.log
# One line a program.  A program that ended badly without naming a failed test (a sanitizer's report, a crash,
# a timeout) counts as one failure, and its whole output is shown.
awk -v p="$1" -v f="$2" '
    function close_test() {
        if (name == "") return
        crashed = result !~ /exit status 0|^OK/ && bad == 0
        if (crashed) bad = 1
        printf "%-4s %-24s %d passed, %d failed, %d skipped\n", bad ? "FAIL" : "ok", name, good, bad, skip
        if (bad) printf "%s", text
        p += good; f += bad; s += skip
        name = ""
    }
    /^=+ [0-9]+\/[0-9]+ =+$/ { close_test(); good = bad = skip = 0; text = result = ""; next }
    /^test: / { name = $2; sub(/^[^:]*:/, "", name); next }
    /^result: / { result = substr($0, 9); next }
    { text = text $0 "\n" }
    /^\[  PASSED  \] [0-9]+ test/ { good += $4 }
    /^\[  FAILED  \] [0-9]+ test/ { bad += $4 }
    /^\[  SKIPPED \] [0-9]+ test/ { skip += $4 }
    END { close_test(); printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$log" >build-test/unit.txt
sed '$d' build-test/unit.txt
# What the catalogue of a system says is proved did run; and of the mutants of its lines some are drawn.
cp "$log" build-test/unit-testlog.txt
rm -f build-test/ran*.txt
grep -v ',\(open\|not used\),' docs/asvs.csv | awk -F, '{ print $1 "," $4 "," $5 }' >build-test/asvs.csv
for csv in docs/coverage/*.csv build-test/asvs.csv; do
    case $csv in *.open.csv) continue ;; esac
    sh tests/unit/ran.sh build-test/unit-testlog.txt "$csv" >"build-test/ran-$(basename "$csv" .csv).txt"
done
grep -h FAIL build-test/ran-*.txt
case ${1:-short} in short) mutants=3 ;; *) mutants=20 ;; esac
sh tests/unit/mutants.sh $mutants >build-test/mutants.txt 2>&1
sed '$d' build-test/mutants.txt
tail -qn 1 build-test/unit.txt build-test/ran-*.txt build-test/mutants.txt | awk '
    { p += $1; f += $3; s += $5 }
    END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }'
