#!/bin/sh
# a-day.sh - walk the day of docs/a-day.md once more and write its pictures anew; they stay small.
set -eu
cd "$(dirname "$0")"
PICTURES=1 sh run.sh a-day
find ../../docs/pictures/a-day -name '*.png' -size +80k -print | grep . && { echo "a-day: these are larger than 80 kB"; exit 1; }
ls ../../docs/pictures/a-day | wc -l
