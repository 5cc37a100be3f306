#!/bin/sh
# backup.sh - backup while serving, restore, restore drill with its certificate.
#   tests/fault/backup.sh BUILD_DIR    prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
# Negative controls: one flipped byte at 20 places, a missing file, an old manifest, a forged row count: all refused.
set -eu
build=${1:?usage: backup.sh BUILD_DIR}
work=$(mktemp -d)
passed=0; failed=0; pid_app=
finish() { [ -z "$pid_app" ] || { kill "$pid_app" 2>/dev/null || :; wait "$pid_app" 2>/dev/null || :; }; rm -rf "$work"; }
trap finish EXIT INT TERM
ok() { passed=$((passed + 1)); echo "ok $1"; }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }
check() { if eval "$2"; then ok "$1"; else bad "$1"; fi; }
m="$build/src/app/madoguchi"; city="$work/city"
web=$((20000 + ($$ + 997) % 20000))
code() { set +e; "$@" >"$work/said" 2>&1; c=$?; set -e; echo "$c"; }

"$m" demo --data "$city" >/dev/null 2>&1
"$m" serve --data "$city" --port "$web" >"$work/app.log" 2>&1 & pid_app=$!
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$web/readyz" && break; sleep 0.1; done
check "a backup is made while the city is served" '[ "$(code "$m" backup "$work/b1" --data "$city" --keys "$work/keys")" = 0 ]'
check "the keys are apart" '[ -f "$work/keys/log.key" ] && [ ! -e "$work/b1/keys" ] && [ "$(stat -c %a "$work/keys/log.key")" = 600 ]'
check "the manifest names every table with its rows" '[ "$(grep -o "\"rows\"" "$work/b1/manifest.json" | wc -l)" -ge 30 ]'
curl -s -o /dev/null -d 'login=x&password=y' "http://127.0.0.1:$web/sign-in"
"$m" export "$work/csv" --data "$city" >/dev/null 2>&1
check "a second backup, of more" '[ "$(code "$m" backup "$work/b2" --data "$city")" = 0 ]'
check "a backup is not written over another" '[ "$(code "$m" backup "$work/b2" --data "$city")" = 73 ]'
kill "$pid_app"; wait "$pid_app" || :; pid_app=

check "restore, keys and all" '[ "$(code "$m" restore "$work/b2" --data "$work/r" --keys "$work/keys")" = 0 ]'
check "the restored city proves its log" '[ "$(code "$m" log verify --data "$work/r")" = 0 ]'
check "a folder with a database is not restored into" '[ "$(code "$m" restore "$work/b2" --data "$work/r")" = 73 ]'

# A restore to an older state: today's keys, yesterday's database.
"$m" restore "$work/b1" --data "$work/old" --keys "$city/keys" >/dev/null
check "an older state is not signed again" '"$m" export "$work/csv" --data "$work/old" 2>&1 | grep -q event=not_signed'
check "log verify says where it was cut" '[ "$(code "$m" log verify --data "$work/old")" = 1 ]'
check "a new epoch needs a decision" '[ "$(code "$m" log epoch --data "$work/old" --as city01)" = 64 ]'
check "an epoch is not begun where none is needed" '[ "$(code "$m" log epoch --data "$work/r" --as city01 --decision 情第1号)" = 65 ]'
check "a new epoch under a decision" '[ "$(code "$m" log epoch --data "$work/old" --as city01 --decision 情第1号)" = 0 ]'
check "then it signs and proves again, both epochs" '[ "$(code "$m" log verify --data "$work/old")" = 0 ]'
"$m" log export "$work/out" --data "$work/old" >/dev/null 2>&1
cat "$work/old/keys/log.pub" "$work/old/keys/log.old" >"$work/logs.pub"
check "madoguchi-verify takes both epochs with both keys" '[ "$(code "$build/src/verify/madoguchi-verify" log "$work/out" --log-key "$work/logs.pub")" = 0 ]'
check "control: without the old key the old notes are not taken" '[ "$(code "$build/src/verify/madoguchi-verify" log "$work/out" --log-key "$work/old/keys/log.pub")" = 1 ]'

# Damaged backups.
refused() { cp -r "$work/b2" "$work/x"; eval "$2"; c=$(code "$m" restore "$work/x" --data "$work/rx")
    if [ "$c" = "$3" ] && [ ! -e "$work/rx/madoguchi.db" ]; then ok "control: $1 is refused ($c)"; else bad "control: $1 gave $c"; cat "$work/said"; fi
    rm -rf "$work/x" "$work/rx"; }
size=$(stat -c %s "$work/b2/madoguchi.db"); n=0
for i in $(seq 20); do
    at=$((i * size / 21)); cp -r "$work/b2" "$work/x"
    byte=$(od -An -tu1 -j "$at" -N 1 "$work/x/madoguchi.db" | tr -d ' ')
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$work/x/madoguchi.db" bs=1 seek="$at" conv=notrunc 2>/dev/null
    [ "$(code "$m" restore "$work/x" --data "$work/rx")" = 65 ] && [ ! -e "$work/rx/madoguchi.db" ] && n=$((n + 1))
    rm -rf "$work/x" "$work/rx"
done
check "control: one flipped byte at 20 places, $n refused" '[ "$n" = 20 ]'
refused "a missing database" 'rm "$work/x/madoguchi.db"' 66
refused "a missing manifest" 'rm "$work/x/manifest.json"' 66
refused "an old manifest" 'cp "$work/b1/manifest.json" "$work/x/"' 65
refused "a forged row count" 'sed -i "s/\"rows\":\([0-9]*\)/\"rows\":9\1/" "$work/x/manifest.json"' 65
refused "a forged log root" 'sed -i "s/\"root\":\"..../\"root\":\"0000/" "$work/x/manifest.json"' 65
refused "a manifest of a newer kind" 'sed -i "s#madoguchi-backup/1#madoguchi-backup/2#" "$work/x/manifest.json"' 78

# Drill.
t0=$(date +%s%N)
check "a restore drill passes" '[ "$(code "$m" drill restore --data "$city" --as city01)" = 0 ]'
echo "   $(cat "$work/said" | tail -1)  ($(( ($(date +%s%N) - t0) / 1000000 )) ms in all)"
check "it leaves a certificate in a file" '[ "$(cat "$city"/drills/*.json | grep -c "\"result\":\"good\"")" = 1 ]'
"$m" export "$work/csv2" --data "$city" >/dev/null 2>&1
check "and a row" 'grep -q "good" "$work/csv2/kernel.drill.csv"'
check "and nothing else: the restored copy is gone" '[ -z "$(ls -d "$city"/drill-* 2>/dev/null)" ]'
cp -r "$work/b2" "$work/x"; rm "$work/x/madoguchi.db"
check "control: a drill on a broken backup is bad, and recorded" '[ "$(code "$m" drill restore "$work/x" --data "$city")" = 65 ] && grep -q "\"result\":\"bad\"" "$city"/drills/*.json'
check "doctor tells the age of the last good drill" '"$m" doctor --data "$city" 2>/dev/null | grep -q "^drill     last good restore drill 0 days ago"'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
