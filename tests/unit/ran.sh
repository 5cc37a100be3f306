#!/bin/sh
# ran.sh LOG [CSV] - every unit test that docs/coverage names ran and was green in this log of meson.
set -u
log=${1:?usage: ran.sh LOG [CSV]}
sed 1d "${2:-docs/coverage/crematorium.csv}" | cut -d, -f3 | grep '^tests/unit/' | sort -u | awk -v file="$log" -F: '
    BEGIN { while ((getline line < file) > 0) if (line ~ /^\[ +(OK|SKIPPED) +\] /) { sub(/^[^]]*\] /, "", line); sub(/ \((SQLite|PostgreSQL)\)$/, "", line); ran[line] = 1 } }
    $2 in ran { good++; next }
    { bad++; print "FAIL coverage: did not run green: " $0 }
    END { printf "%d passed, %d failed, 0 skipped\n", good, bad; exit bad > 0 }'
