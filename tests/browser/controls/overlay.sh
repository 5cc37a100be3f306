#!/bin/sh
# overlay.sh EMBED ROOT OUT CHANGE FILE… - embed the files with a planted mistake: CHANGE runs in a copy of the tree.
set -eu
embed=$1 root=$2 out=$3 change=$(realpath "$4")
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list=
for file in "$@"; do
    name=$(realpath --relative-to="$root" "$file")
    mkdir -p "$work/tree/$(dirname "$name")"
    cp "$file" "$work/tree/$name"
    list="$list $work/tree/$name"
done
cp -R "$work/tree" "$work/before"
(cd "$work/tree" && sh "$change")
if diff -rq "$work/before" "$work/tree" >/dev/null; then
    echo "$change changes nothing" >&2
    exit 1
fi
# shellcheck disable=SC2086
"$embed" "$work/tree" "$out" $list
