#!/bin/sh
# draw-check.sh - recompute a published draw with openssl alone: sh draw-check.sh FILE
# FILE is the text of the page "抽選": lines "commitment HEX", "ids-hash HEX", "beacon TEXT", "secret HEX", then "ids"
# and one id a line, then "result" and lines "ID BAND".  Prints the order; exit 0 if both hashes fit, 1 if not.
set -eu
[ $# -eq 1 ] && [ -r "$1" ] || { echo "usage: draw-check.sh FILE" >&2; exit 2; }
word() { tr -d '\r' <"$file" | sed -n "s/^$1 //p" | head -n 1; }
hash() { openssl dgst -sha256 -r | cut -d ' ' -f 1; }
file=$1
secret=$(word secret)
beacon=$(word beacon)
ids=$(tr -d '\r' <"$file" | awk '/^result$/ { on = 0 } on && NF { print } /^ids$/ { on = 1 }')
bad=0
# POSIX printf has no \x: go by octal.
raw() {
    rest=$1
    while [ -n "$rest" ]; do
        pair=${rest%"${rest#??}"}
        rest=${rest#??}
        # shellcheck disable=SC2059
        printf "\\$(printf '%03o' "0x$pair")"
    done
}
[ "$(raw "$secret" | hash)" = "$(word commitment)" ] || { echo "the secret is not that of the commitment"; bad=1; }
[ "$(printf '%s\n' "$ids" | hash)" = "$(word ids-hash)" ] || { echo "the list of ids is not that of its hash"; bad=1; }
for id in $ids; do
    mac=$(printf '%s%s' "$beacon" "$id" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$secret" -r | cut -d ' ' -f 1)
    echo "$mac $id"
done | LC_ALL=C sort | awk '{ printf "%d %s %s\n", NR, $2, substr($1, 1, 8) }'
exit $bad
