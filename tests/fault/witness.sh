#!/bin/sh
# witness.sh - keeper and witness as processes of their own beside serve.
#   tests/fault/witness.sh BUILD_DIR    prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
# Negative controls: a log rewritten behind the keeper's back, and a log cut by a restore, must not be signed.
set -eu
build=${1:?usage: witness.sh BUILD_DIR}
work=$(mktemp -d)
passed=0; failed=0
pid_app=; pid_keeper=; pid_witness=
stop() { [ -z "$1" ] || { kill "$1" 2>/dev/null || :; wait "$1" 2>/dev/null || :; }; }
finish() { stop "$pid_app"; stop "$pid_keeper"; stop "$pid_witness"; rm -rf "$work"; }
trap finish EXIT INT TERM
ok() { passed=$((passed + 1)); echo "ok $1"; }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }
check() { if eval "$2"; then ok "$1"; else bad "$1"; fi; }
port() { echo $((20000 + ($$ + $1 * 997) % 20000)); }
web=$(port 1); wit=$(port 2)
m="$build/src/app/madoguchi"; v="$build/src/verify/madoguchi-verify"; city="$work/city"
serve() { "$m" serve --data "$city" --port "$web" >>"$work/app.log" 2>&1 & pid_app=$!
    for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$web/readyz" && return 0; sleep 0.1; done; cat "$work/app.log"; return 1; }
keeper() { "$m" keeper --data "$city" >>"$work/keeper.log" 2>&1 & pid_keeper=$!
    for _ in $(seq 50); do [ -S "$city/keeper.sock" ] && return 0; sleep 0.1; done; cat "$work/keeper.log"; return 1; }
witness() { "$m" witness --dir "$work/witness" --log-key "$work/log.pub" --listen "127.0.0.1:$wit" >>"$work/witness.log" 2>&1 & pid_witness=$!
    for _ in $(seq 50); do curl -s -o /dev/null "http://127.0.0.1:$wit/" && return 0; sleep 0.1; done; cat "$work/witness.log"; return 1; }

"$m" demo --data "$city" >/dev/null 2>&1
check "a demo city signs in its own process, and doctor says so" '"$m" doctor --data "$city" 2>/dev/null | grep -q "^signing   in this process (demo"'
cp "$city/keys/log.pub" "$work/log.pub"
keeper; witness
cp "$work/witness/witness.pub" "$city/keys/witness.pub"
echo "witness = \"http://127.0.0.1:$wit\";" >>"$city/madoguchi.conf"
check "doctor names keeper and witness" '"$m" doctor --data "$city" 2>/dev/null | tee "$work/doctor" | grep -q "^signing   keeper" && grep -q "^witness   http" "$work/doctor"'
check "a second keeper is turned away" '! "$m" keeper --data "$city" 2>/dev/null'
check "the socket is for its owner alone" '[ "$(stat -c %a "$city/keeper.sock")" = 600 ]'
"$m" export "$work/csv" --data "$city" >/dev/null 2>&1       # an entry, so that there is something to sign
"$m" log export "$work/out" --data "$city" >/dev/null 2>&1
check "the newest checkpoint carries the witness' line" 'grep -q "^— madoguchi.invalid/witness/1 " "$work/out/checkpoint"'
check "madoguchi-verify accepts it with both keys" '"$v" log "$work/out" --log-key "$work/log.pub" --witness-key "$work/witness/witness.pub" >"$work/said"'
check "log verify names the witness" '"$m" log verify --data "$city" 2>/dev/null | grep -q 立会い済み'
check "a day later without a cosignature it says 3" '[ "$("$v" log "$work/out" --log-key "$work/log.pub" --witness-key "$work/witness/witness.pub" --now $(($(date +%s) + 90000)) | tail -1 | cut -c1-8)" = "RESULT 3" ]'
serve
curl -s -o /dev/null -d x=y "http://127.0.0.1:$web/sign-in"
curl -s -o /dev/null -d 'login=nobody&password=nothing-at-all-here' "http://127.0.0.1:$web/sign-in"
stop "$pid_app"; pid_app=
check "the witness keeps a list of what it accepted" '[ "$(wc -l <"$work/witness/accepted")" -ge 2 ]'
check "C2SP: unknown origin 404" '[ "$(printf "old 0\n\nnowhere.example/x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— x AAAAAAAA\n" | curl -s -o /dev/null -w %{http_code} --data-binary @- "http://127.0.0.1:$wit/add-checkpoint")" = 404 ]'
check "C2SP: an old size that is not its own 409, and it says which" '[ "$({ printf "old 0\n\n"; cat "$work/out/checkpoint"; } | curl -s -w " %{http_code}" --data-binary @- "http://127.0.0.1:$wit/add-checkpoint" | tr -d "\n" | cut -d" " -f2)" = 409 ]'
check "C2SP: a bad signature 403" '[ "$({ printf "old 0\n\n"; sed "3s/./B/" "$work/out/checkpoint"; } | curl -s -o /dev/null -w %{http_code} --data-binary @- "http://127.0.0.1:$wit/add-checkpoint")" = 403 ]'
check "GET is refused" '[ "$(curl -s -o /dev/null -w %{http_code} "http://127.0.0.1:$wit/add-checkpoint")" = 405 ]'

# Without the witness the log goes on; without the keeper a demo city still signs.
stop "$pid_witness"; pid_witness=
"$m" export "$work/csv" --data "$city" >/dev/null 2>&1
"$m" log export "$work/out2" --data "$city" >/dev/null 2>&1
check "a witness that is away does not stop the log" '"$m" log verify --data "$city" >/dev/null 2>&1'

# Controls: yesterday's database under today's keys; then the same without a keeper.
cp "$city/madoguchi.db" "$work/older.db"
"$m" export "$work/csv" --data "$city" >/dev/null 2>&1
"$m" log export "$work/out3" --data "$city" >/dev/null 2>&1
rm -f "$city"/madoguchi.db*; cp "$work/older.db" "$city/madoguchi.db"
n=$(grep -c answer=note "$work/keeper.log")
"$m" log export "$work/out4" --data "$city" >"$work/refused" 2>&1 || :
check "control: a restored, shorter log is not signed" 'grep -q "event=not_signed" "$work/refused" && [ "$(grep -c answer=note "$work/keeper.log")" = "$n" ]'
check "control: log verify says 1 and where it was cut" '[ "$("$m" log verify --data "$city" 2>/dev/null | grep -c "最後に署名した件数より短い")" -ge 1 ]'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
