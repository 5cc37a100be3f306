#!/bin/sh
# audit_bench.sh - a large city's ledger (10,000 systems, 100,000 contracts): import, all printed tables, all checks, timed.
# audit_bench.sh PROGRAM [SYSTEMS CONTRACTS]; prints seconds; no pass or fail (audit-ledger.md 13: 30 s, 1 s, 5 s).
set -eu
program=$1 systems=${2:-10000} contracts=${3:-100000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/data"
sh "$(dirname "$0")/large_ledger.sh" "$dir/ledger" "$systems" "$contracts"
now() { date +%s.%N; }
step() {
    name=$1
    shift
    from=$(now)
    "$@"
    echo "$name $(now) $from" | awk '{ printf "%-8s %.2f s\n", $1, $2 - $3 }'
}
step import "$program" audit import --data "$dir/data" "$dir/ledger"
step tables "$program" audit tables --data "$dir/data" "$dir/out"
step again "$program" audit tables --data "$dir/data" "$dir/out"
checks() { "$program" audit checks --data "$dir/data" --as-of 2025-10-01 "$dir/results.csv" >"$dir/counts" || [ $? -eq 1 ]; }
step checks checks
tail -n 1 "$dir/counts" | awk '{ printf "results  %d\n", $2 }'
ls -l "$dir/data/madoguchi.db" | awk '{ printf "database %.0f MB\n", $5 / 1000000 }'
