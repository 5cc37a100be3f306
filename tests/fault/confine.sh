#!/bin/sh
# confine.sh - the unit file's exposure, the binary's hardening, and a server that has given up what it does not need.
#   tests/fault/confine.sh BUILD_DIR    prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
# Negative controls: a bare unit is too exposed; a program built without the flags is named.
set -eu
build=${1:?usage: confine.sh BUILD_DIR}
work=$(mktemp -d)
passed=0 failed=0 skipped=0 pid_app=
finish() { [ -z "$pid_app" ] || { kill "$pid_app" 2>/dev/null || :; wait "$pid_app" 2>/dev/null || :; }; rm -rf "$work"; }
trap finish EXIT INT TERM
check() { if eval "$2"; then passed=$((passed + 1)); echo "ok $1"; else failed=$((failed + 1)); echo "FAIL $1"; fi; }

exposed() { systemd-analyze security --offline=true --no-pager --threshold="$1" "$2" >"$work/exposure" 2>&1; }
if command -v systemd-analyze >/dev/null 2>&1; then
    check "the unit's exposure is at most 1.5" 'exposed 15 deploy/madoguchi.service'
    sed -n 's/^.*Overall exposure level/     exposure/p' "$work/exposure"
    check "the copier's unit too" 'exposed 15 deploy/madoguchi-copy.service'
    printf '[Service]\nExecStart=/usr/bin/madoguchi serve\n' >"$work/bare.service"
    check "control: a bare unit is refused" '! exposed 15 "$work/bare.service"'
else
    skipped=$((skipped + 3))
    echo "     no systemd-analyze here"
fi

# hardened PROGRAM: a word for each thing that is missing, nothing if all is there.
hardened() {
    readelf -hW "$1" | grep -q 'Type:.*DYN' || echo pie
    readelf -lW "$1" | grep -q GNU_RELRO || echo relro
    readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS.*NOW' || echo now
    readelf -lW "$1" | grep GNU_STACK | grep -q 'RW ' || echo stack
    readelf -sW "$1" | grep -q __stack_chk_fail || echo canary
    readelf -sW "$1" | grep -qE '__[a-z]*(printf|memcpy|read)_chk' || echo fortify
    objdump -d --disassemble=main "$1" | grep -q endbr64 || echo cet
    ! readelf -dW "$1" | grep -qE 'RPATH|RUNPATH|TEXTREL' || echo path
}
program="$build/src/app/madoguchi"
# A sanitized build has no FORTIFY by intention; the shipped one has.
allowed=; readelf -sW "$program" | grep -q __asan_init && allowed=fortify
missing=$(hardened "$program" | tr '\n' ' ')
check "the binary has PIE, RELRO, NOW, NX stack, canary, FORTIFY, CET (missing: ${missing:-nothing})" '[ -z "$(echo "$missing" | sed "s/${allowed:-none}//; s/ //g")" ]'
printf '#include <stdio.h>\nint main(int c, char **v) { char b[64]; return snprintf(b, sizeof b, "%%s%%d", v[0], c) < 0; }\n' >"$work/soft.c"
cc -O1 -no-pie -fno-stack-protector -fcf-protection=none -U_FORTIFY_SOURCE -Wl,-z,norelro,-z,lazy,-z,execstack -o "$work/soft" "$work/soft.c" 2>/dev/null
check "control: a soft program lacks all of them" '[ "$(hardened "$work/soft" | tr "\n" " ")" = "pie relro now stack canary fortify cet " ]'

port=$((12000 + ($$ + 1499) % 18000))
"$program" demo --data "$work/city" >/dev/null 2>&1
"$program" serve --data "$work/city" --port "$port" >"$work/app.log" 2>&1 & pid_app=$!
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/readyz" && break; sleep 0.1; done
check "a confined server is ready" 'curl -s "http://127.0.0.1:$port/readyz" | grep -q "^ready" || { tail -n 5 "$work/app.log"; false; }'
if grep -q 'cannot use' "$work/app.log"; then
    skipped=$((skipped + 1))
    sed -n '/cannot use/p' "$work/app.log"
else
    # Threads come and go (a library's pool): what counts is that none of them is without.
    check "every thread of it has the filter and no new privileges" '[ "$(cat /proc/$pid_app/task/*/status 2>/dev/null |
        grep -E "^(Seccomp|NoNewPrivs):" | tr -d "\t " | sort -u | tr "\n" " ")" = "NoNewPrivs:1 Seccomp:2 " ]'
fi
kill "$pid_app"; wait "$pid_app" || :; pid_app=
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
