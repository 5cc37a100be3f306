#!/bin/sh
# copy.sh - the continuous copy: points in time, damage, the failover drill, the alarms.
#   tests/fault/copy.sh BUILD_DIR    prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
# Negative controls: a flipped byte in every kind of file, a missing file, another city's copy, a state of long ago.
set -eu
build=${1:?usage: copy.sh BUILD_DIR}
work=$(mktemp -d)
passed=0; failed=0; pid_app=; pid_copy=
end_of() { [ -z "$1" ] || { kill "$1" 2>/dev/null || :; wait "$1" 2>/dev/null || :; }; }
finish() { end_of "$pid_copy"; end_of "$pid_app"; rm -rf "$work"; }
trap finish EXIT INT TERM
ok() { passed=$((passed + 1)); echo "ok $1"; }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }
check() { if eval "$2"; then ok "$1"; else bad "$1"; fi; }
m="$build/src/app/madoguchi"; city="$work/city" second="$work/second"
web=$((20000 + ($$ + 1499) % 20000))
code() { set +e; "$@" >"$work/said" 2>&1; c=$?; set -e; echo "$c"; }
entries() { sed -n 's/.*log \([0-9]*\) entries.*/\1/p' "$work/said"; }
knock() { curl -s -o /dev/null -d "login=nobody$1&password=y" "http://127.0.0.1:$web/sign-in"; }
copied() { for _ in $(seq 100); do sleep 0.1; [ -f "$city/copy.state" ] && break; done; sleep 1; }

"$m" demo --data "$city" >/dev/null 2>&1
check "without a second place there is nothing to drill" '[ "$(code "$m" drill failover --data "$city")" = 78 ]'
echo "copy = \"$second\";" >>"$city/madoguchi.conf"
check "a second place that was never copied to is an alarm" '"$m" doctor --data "$city" 2>/dev/null | grep -q "^copy      ALARM: the second place has no copy"'
"$m" serve --data "$city" --port "$web" >"$work/app.log" 2>&1 & pid_app=$!
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$web/readyz" && break; sleep 0.1; done
check "readyz tells it" 'curl -s "http://127.0.0.1:$web/readyz" | grep -q "alarm: the second place has no copy"'
"$m" copy --data "$city" >"$work/copy.log" 2>&1 & pid_copy=$!
copied
check "the alarm is over" '! curl -s "http://127.0.0.1:$web/readyz" | grep -q alarm'
check "no keys are in the copy" '[ -z "$(find "$second" -name "*.key" -o -name "log.*")" ]'
for i in 1 2 3 4 5; do knock "$i"; sleep 0.4; done
middle=$(date +%Y-%m-%dT%H:%M:%S); sleep 1.2
for i in 6 7 8 9; do knock "$i"; sleep 0.4; done
sleep 1
check "a failover drill passes while the city is served" '[ "$(code "$m" drill failover --data "$city" --as city01)" = 0 ]'
echo "   $(tail -1 "$work/said")"
check "it leaves a certificate" 'grep -l "\"kind\":\"failover\"" "$city"/drills/*.json | xargs grep -q "\"result\":\"good\""'
check "and nothing else" '[ -z "$(ls -d "$city"/drill-* 2>/dev/null)" ]'
check "doctor tells its age" '"$m" doctor --data "$city" 2>/dev/null | grep -q "^drill     last good failover drill 0 days ago"'
sleep 1
end_of "$pid_copy"; pid_copy=
cp "$city/copy.state" "$work/state"
sed -i 's/"at_us":[0-9]*/"at_us":1700000000000000/' "$city/copy.state"
check "control: a copy that is late is an alarm" '"$m" doctor --data "$city" 2>/dev/null | grep -q "^copy      ALARM: the copy is [0-9]* s late"'
check "control: readyz and the operator see it" 'curl -s "http://127.0.0.1:$web/readyz" | grep -q "alarm: the copy is"'
cp "$work/state" "$city/copy.state"
end_of "$pid_app"; pid_app=

check "the newest state" '[ "$(code "$m" restore "$second" --data "$work/r1" --keys "$city/keys")" = 0 ]'
all=$(entries)
check "its log proves itself" '[ "$(code "$m" log verify --data "$work/r1")" = 0 ]'
check "a moment before" '[ "$(code "$m" restore "$second" --data "$work/r2" --at "$middle")" = 0 ] && [ "$(entries)" -lt "$all" ]'
then=$(entries)
check "up to an entry of the log" '[ "$(code "$m" restore "$second" --data "$work/r3" --to "$then")" = 0 ] && [ "$(entries)" -le $((then + 1)) ] && [ "$(entries)" -ge "$then" ]'
check "a folder with a database is not restored into" '[ "$(code "$m" restore "$second" --data "$work/r1")" = 73 ]'
check "it does not reach back before its beginning" '[ "$(code "$m" restore "$second" --data "$work/r4" --at 2020-01-01T00:00:00)" = 65 ] && [ ! -e "$work/r4/madoguchi.db" ]'
check "a moment is no moment" '[ "$(code "$m" restore "$second" --data "$work/r4" --at yesterday)" = 64 ]'

# Damage: the newest state is refused, and no database is left.
flip() { at=$(($(stat -c %s "$1") * $2 / 100)); byte=$(od -An -tu1 -j "$at" -N 1 "$1" | tr -d ' ')
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc 2>/dev/null; }
refused() { cp -r "$second" "$work/x"; g=$(echo "$work"/x/gen-*); eval "$2"; c=$(code "$m" restore "$work/x" --data "$work/rx")
    if [ "$c" = "$3" ] && [ ! -e "$work/rx/madoguchi.db" ] && [ ! -e "$work/rx/restoring.db" ]; then ok "control: $1 is refused ($c)"; else bad "control: $1 gave $c"; cat "$work/said"; fi
    rm -rf "$work/x" "$work/rx"; }
for at in 0 37 99; do refused "a byte changed at $at % of the base" "flip \$g/base.db $at" 65; done
for at in 0 1 50 99; do refused "a byte changed at $at % of a log" "flip \$g/00000001.wal $at" 65; done
refused "a byte changed in an index" 'flip $g/00000001.idx 50' 65
refused "a log cut off" 'truncate -s -4096 "$g/00000001.wal"' 65
refused "a missing log" 'rm "$g/00000001.wal"' 66
refused "a missing base" 'rm "$g/base.db"' 66
cp -r "$second" "$work/x"; g=$(echo "$work"/x/gen-*)
last=$(ls "$g"/*.idx | tail -1); truncate -s -1 "$last"
check "a line that was being written is no damage" '[ "$(code "$m" restore "$work/x" --data "$work/rx")" = 0 ]'

# Another city's copy at our second place: the drill must see it.
"$m" demo --data "$work/other" >/dev/null 2>&1
rm -rf "$second"; rm -f "$city/copy.state"
"$m" copy "$second" --data "$work/other" >"$work/copy.log" 2>&1 & pid_copy=$!
sleep 3; end_of "$pid_copy"; pid_copy=
check "control: a drill on another city's copy is bad, and recorded" '[ "$(code "$m" drill failover --data "$city")" = 65 ] && grep -l "\"kind\":\"failover\"" "$city"/drills/*.json | xargs grep -q "\"result\":\"bad\""'
rm -rf "$second"
check "control: a drill on nothing is bad" '[ "$(code "$m" drill failover --data "$city")" = 65 ]'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
