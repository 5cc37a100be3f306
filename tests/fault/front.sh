#!/bin/sh
# front.sh - the shipped nginx configuration in front of a running server: TLS, HTTP/2, redirect, limits, outage page.
#   tests/fault/front.sh BUILD_DIR      prints ok/FAIL lines and closes with `N passed, N failed, N skipped`
# Negative control: the same checks against a configuration with TLS 1.0 and without the redirect must fail.
set -eu
build=${1:?usage: front.sh BUILD_DIR}
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
passed=0; failed=0
pid_app=; pid_web=
finish() { [ -z "$pid_web" ] || kill "$pid_web" 2>/dev/null || :; [ -z "$pid_app" ] || kill "$pid_app" 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"; }
trap finish EXIT INT TERM
ok() { passed=$((passed + 1)); echo "ok $1"; }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }
check() { if eval "$2"; then ok "$1"; else bad "$1"; fi; }
port() { # a free port from a base that depends on this process
    p=$((20000 + ($$ + $1 * 997) % 20000)); echo "$p"; }
app=$(port 1); staff=$(port 2); web=$(port 3); tls=$(port 4); stls=$(port 5)

"$build/src/app/madoguchi" demo --data "$work/city" >/dev/null
printf 'trust_proxy = true;\ntls = true;\nstaff_port = %s;\n' "$staff" >>"$work/city/madoguchi.conf"
"$build/src/app/madoguchi" serve --data "$work/city" --port "$app" >"$work/app.log" 2>&1 & pid_app=$!
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/k.pem" -out "$work/c.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost >/dev/null 2>&1
mkdir -p "$work/outage"; cp "$top/deploy/outage.html" "$work/outage/"; cp "$top/deploy/madoguchi_proxy.conf" "$work/"

ready() { # the server answers; the first start makes keys and views
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        curl -s -f -o /dev/null "http://127.0.0.1:$app/readyz" && return 0
        sleep 0.2
    done
    cat "$work/app.log"
}
ready

site() { # the shipped file with names, ports and paths of this test
    sed -e "s/127.0.0.1:8080/127.0.0.1:$app/; s/127.0.0.1:8081/127.0.0.1:$staff/; s/listen 80;/listen 127.0.0.1:$web;/" \
        -e "s/listen 443 /listen 127.0.0.1:$tls /; s/listen 8443 /listen 127.0.0.1:$stls /; s/server_name [a-z.]*;/server_name localhost;/" \
        -e "s#/etc/madoguchi/tls/[a-z]*.crt#$work/c.pem#; s#/etc/madoguchi/tls/[a-z]*.key#$work/k.pem#" \
        -e "s#/var/lib/madoguchi/outage#$work/outage#; s#include madoguchi_proxy.conf#include $work/madoguchi_proxy.conf#" "$top/deploy/nginx.conf"
}
nginx_start() {
    { echo "daemon off; pid $work/nginx.pid; error_log $work/nginx.err; worker_processes 1; events { worker_connections 512; }"
      [ "$(id -u)" -ne 0 ] || echo "user root;"
      echo "http { access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;"
      cat "$work/site"; echo "}"; } >"$work/nginx.conf"
    /usr/sbin/nginx -c "$work/nginx.conf" 2>>"$work/nginx.err" & pid_web=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        curl -s -o /dev/null "http://127.0.0.1:$web/" && return 0; sleep 0.2; done; cat "$work/nginx.err"; return 1; }
nginx_stop() { kill "$pid_web" 2>/dev/null || :; wait "$pid_web" 2>/dev/null || :; pid_web=; }

c="curl -s --max-time 10 --cacert $work/c.pem"
public=https://localhost:$tls; office=https://localhost:$stls
checks() {
    check "plain HTTP redirects to https" '[ "$(curl -s -o /dev/null -w %{http_code} http://localhost:$web/)" = 301 ]'
    check "HTTP/2 is spoken" '[ "$($c -o /dev/null -w %{http_version} $public/)" = 2 ]'
    check "HSTS is sent" '$c -D - -o /dev/null $public/ | grep -qi "^strict-transport-security: max-age=63072000"'
    check "no server version is told" '! $c -D - -o /dev/null $public/ | grep -qi "^server: nginx/"'
    check "the availability page comes through" '$c $public/crematorium | grep -q 空き状況'
    check "a body over the limit is refused" '[ "$(head -c 13000000 /dev/zero | $c -o /dev/null -w %{http_code} --data-binary @- $public/sign-in)" = 413 ]'
    check "staff addresses are not on the public side" '[ "$($c -o /dev/null -w %{http_code} $public/kernel/account)" = 404 ]'
    check "the staff side answers" '[ "$($c -o /dev/null -w %{http_code} $office/sign-in)" = 200 ]'
    check "TLS 1.1 is refused" '! $c --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 -o /dev/null $public/'
}
site >"$work/site"; nginx_start; checks
kill "$pid_app"; wait "$pid_app" 2>/dev/null || :; pid_app=
check "without the server nginx tells people what to do" '$c $public/ | grep -q ただいま使えません'
nginx_stop

# Control: old TLS, no redirect, version told.  At least three of the checks must go red.
"$build/src/app/madoguchi" serve --data "$work/city" --port "$app" >"$work/app.log" 2>&1 & pid_app=$!
ready
site | sed -e 's/TLSv1.2 TLSv1.3/TLSv1 TLSv1.1 TLSv1.2/; s/ssl_ciphers .*/ssl_ciphers DEFAULT@SECLEVEL=0;/' -e 's/return 301.*/return 200 plain;/' \
    -e 's/server_tokens off/server_tokens on/' >"$work/site"
p=$passed; f=$failed; passed=0; failed=0
nginx_start; checks >"$work/control.log"; red=$failed; passed=$p; failed=$f
check "control: a weak front turns $red checks red (at least 3)" '[ "$red" -ge 3 ]'
nginx_stop
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
