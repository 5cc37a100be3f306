#!/bin/sh
# worker.sh - mail and FAX out through the city's own program; what it refuses is kept, what it takes is sent once.
#   tests/fault/worker.sh BUILD_DIR    prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
set -eu
build=${1:?usage: worker.sh BUILD_DIR}
work=$(mktemp -d)
passed=0; failed=0
trap 'rm -rf "$work"' EXIT INT TERM
ok() { passed=$((passed + 1)); echo "ok $1"; }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }
check() { if eval "$2"; then ok "$1"; else bad "$1"; fi; }
m="$build/src/app/madoguchi"; city="$work/city"
code() { set +e; "$@" >"$work/said" 2>&1; c=$?; set -e; echo "$c"; }

"$m" demo --data "$city" >/dev/null 2>&1
check "without a command there is nothing to do" '[ "$(code "$m" worker once --data "$city")" = 78 ]'
printf '#!/bin/sh\ngrep ^Message-ID >>"%s/tried"\nexit 1\n' "$work" >"$work/busy"
printf '#!/bin/sh\necho "$@" >>"%s/sent"\ncat >>"%s/pages"\n' "$work" "$work" >"$work/line"
chmod +x "$work/busy" "$work/line"
cp "$city/madoguchi.conf" "$work/conf"
echo "fax_command = \"$work/busy\";" >>"$city/madoguchi.conf"
check "a line that is engaged" '[ "$(code "$m" worker once --data "$city")" = 0 ] && [ -s "$work/tried" ]'
check "nothing is tried again before its time" '"$m" worker once --data "$city" 2>/dev/null && [ -z "$(sort "$work/tried" | uniq -d)" ]'
{ cat "$work/conf"; echo "mail_command = \"$work/line\";"; } >"$city/madoguchi.conf"
check "mail goes through its own command" '[ "$(code "$m" worker once --data "$city")" = 0 ] && grep -q "^mail " "$work/sent"'
check "the message has a head and a body" 'grep -q "^To: " "$work/pages" && grep -q "^Message-ID: <.*@madoguchi>" "$work/pages"'
once=$(wc -l <"$work/sent")
check "nothing is sent twice" '"$m" worker once --data "$city" && [ "$(wc -l <"$work/sent")" = "$once" ]'
{ cat "$work/conf"; echo "fax_command = \"$work/line\";"; } >"$city/madoguchi.conf"
"$m" worker once --data "$city"
check "control: a line that takes them takes none of those that wait" '! grep "^Message-ID" "$work/pages" | sort - "$work/tried" | uniq -d | grep -q .'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
