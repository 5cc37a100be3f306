#!/bin/sh
# tutorial.sh DIR: docs/my-first-system.md, exactly as printed, becomes a system in a copy of the tree at DIR; it is built,
# its derived tests run on both databases, and its pages are asked for.  Lines "ok …" and "FAIL …".
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$1
bad=0
say() { # OK? TEXT
    if [ "$1" -eq 0 ]; then echo "ok   tutorial: $2"; else
        echo "FAIL tutorial: $2"
        bad=1
    fi
}
give_up() { # TEXT FILE
    say 1 "$1"
    tail -n 30 "$2"
    exit 1
}

mkdir -p "$dir/tree"
tar cf - --exclude=./build --exclude='./build-*' --exclude=./.git --exclude=./demo --exclude=node_modules . | tar xf - -C "$dir/tree"

# A line `path` (continued) names the file that the next block is; without the word it replaces the file.
awk -v root="$dir/tree" '
    !inside && /^`[^`]+`( \(continued\))?$/ {
        split($0, part, "`"); file = root "/" part[2]; more = /continued/
        next
    }
    /^```/ {
        if (inside) { close(file); inside = 0; file = "" }
        else if (file != "") {
            inside = 1; folder = file; sub(/\/[^\/]*$/, "", folder)
            system("mkdir -p \"" folder "\"")
            if (!more) printf "" > file; else printf "" >> file
        } else other = !other
        next
    }
    inside && more { print >> file; next }
    inside { print > file; next }' docs/my-first-system.md

# Its size, as the page says: lines that are not blank, of at most 100 characters.
awk '
    /^`[^`]+`/ { named = 1; next }
    /^```/ { if (inside) inside = 0; else if (named) { inside = 1; named = 0 } else skip = !skip; next }
    inside' docs/my-first-system.md >"$dir/blocks"
lines=$(grep -c '[^[:space:]]' "$dir/blocks")
wide=$(LC_ALL=C.UTF-8 grep -cE '^.{101,}' "$dir/blocks")
[ "$lines" -gt 40 ] && [ "$lines" -le 150 ]
say $? "a system in $lines lines (at most 150)"
[ "$wide" -eq 0 ]
say $? "no line over 100 columns ($wide)"

# Without optimisation and sanitizers: this is about whether it builds and works, not about how fast.
cd "$dir/tree" || exit 1
meson setup "$dir/build" -Doptimization=0 -Ddebug=false >"$dir/setup.log" 2>&1 || give_up "meson setup" "$dir/setup.log"
ninja -C "$dir/build" src/app/madoguchi tests/derived/derived >"$dir/ninja.log" 2>&1 || give_up "it builds" "$dir/ninja.log"
say 0 "it builds without a warning"

derived() { # DATABASE
    timeout 100 "$dir/build/tests/derived/derived" "$1" "$dir/$1.txt" only:lost_property >"$dir/$1.out" 2>"$dir/$1.err"
    code=$?
    say $code "derived tests on $1: $(awk '/^(ok|FAIL) / { p += $4; f += $6 } END { print p + 0 " passed, " f + 0 " failed" }' "$dir/$1.out")"
    [ "$code" -eq 0 ] || { grep -v '^ok' "$dir/$1.out" && tail -n 5 "$dir/$1.err"; }
}
derived sqlite
if [ -n "${MADOGUCHI_TEST_PG:-}" ]; then
    derived pg
    cmp -s "$dir/sqlite.txt" "$dir/pg.txt"
    say $? "both databases answer the same"
fi
grep -q '^lost_property.item clerk list 200' "$dir/sqlite.txt"
say $? "the new table is among what was tried"

# A city with a clerk, served.
data=$dir/city
mkdir -p "$data"
printf 'city = "試験市";\ndemo = true;\n' >"$data/madoguchi.conf"
"$dir/build/tests/derived/derived" hire "$data" clerk1 lost_property.clerk >"$dir/hire.log" 2>&1 || give_up "a clerk" "$dir/hire.log"
port=$((20000 + $$ % 20000))
"$dir/build/src/app/madoguchi" serve --data "$data" --port "$port" >"$dir/serve.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
base=http://127.0.0.1:$port
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    curl -s -o "$dir/home" "$base/healthz" && break
    sleep 0.3
done
get() { curl -s -L -b "$dir/jar" -c "$dir/jar" -o "$dir/answer" -w '%{http_code}' "$@"; }
[ "$(get "$base/lost_property/")" = 200 ] && grep -q 'いまお預かりしているものはありません。' "$dir/answer"
say $? "/lost_property/ says that nothing is kept"
get "$base/sign-in" >"$dir/code"
token=$(sed -n 's/.*name="_token" value="\([0-9a-f]*\)".*/\1/p' "$dir/answer" | head -n 1)
password=$(sed -n 's/^#define DEMO_PASSWORD "\(.*\)"$/\1/p' src/kernel/demo.h)
curl -s -b "$dir/jar" -c "$dir/jar" -o "$dir/answer" -d login=clerk1 -d "password=$password" --data-urlencode "_token=$token" "$base/sign-in"
get "$base/session.json" >"$dir/code"
grep -q lost_property.clerk "$dir/answer"
say $? "a clerk signs in"
token=$(sed -n 's/.*"token":"\([0-9a-f]*\)".*/\1/p' "$dir/answer")
code=$(get -H 'Content-Type: application/json' -H "X-Form-Token: $token" -H 'Idempotency-Key: tutorial-1' \
    -d '{"kind":"umbrella","found_on":"2026-04-01","place":"市役所1階","finder":"山田花子"}' "$base/lost_property/item/receive")
[ "$code" = 201 ] && grep -q '"item_no":"L-00001"' "$dir/answer"
say $? "receive answers 201 with the number L-00001 ($code)"
[ "$(get "$base/lost_property/item.json")" = 200 ] && grep -q '"finder":"山田花子"' "$dir/answer"
say $? "the clerk's list shows who found it"
code=$(curl -s -o "$dir/answer" -w '%{http_code}' "$base/lost_property/item.json")
[ "$code" = 200 ] && grep -q '市役所1階' "$dir/answer" && ! grep -q '山田花子' "$dir/answer"
say $? "the public sees the umbrella and not its finder ($code)"
[ "$(get "$base/lost_property/")" = 200 ] && grep -q '傘 1点' "$dir/answer"
say $? "the page counts one umbrella"
kill "$server"
wait "$server"
exit "$bad"
