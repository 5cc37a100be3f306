#!/bin/sh
# plant.sh IN OUT PLANT.sed - a copy of a source file with a bug planted, one sed expression a line.
# Each must change something: a control that has become the same as the program would prove nothing.
#   ack_early  an act is answered as soon as it ran, before its batch is committed
#   vfs_deaf     a failed write or sync is not noticed by the VFS
#   sync_normal  commits are not synced (lost when the power fails)
#   factor_replay  a one-time code is taken again and again
#   first_forever  a first password has no term
#   pulse_blind  a gap between two beats is not counted as time down
#   own_report  whoever wrote a report of remote maintenance accepts it
#   fuzz_url  an escape at the end of a text reads behind it
#   fuzz_gate  a header cut in two is refused
#   once_off   the idempotency key is not looked up
set -eu
cp "$1" "$2"
while IFS= read -r expression; do
    sed "$expression" "$2" >"$2.new"
    if cmp -s "$2" "$2.new"; then
        echo "plant.sh: '$expression' changes nothing in $1" >&2
        exit 1
    fi
    mv "$2.new" "$2"
done <"$3"
