#!/bin/sh
# What the listener costs: nginx (one worker, a static file) against web_server, the same 21 KB page, 64
# keep-alive connections of wrk.  Servers on core 0, wrk on core 1.  Prints requests/s and requests per second
# of the server's own processor time; the second is comparable while the machine does other things too.
#   web_bench.sh WEB_SERVER [ROUNDS]
set -eu
server=$1 rounds=${2:-5}
dir=$(mktemp -d); chmod 755 "$dir"; mkdir "$dir/www" "$dir/tmp"
head -c 21504 /dev/zero | tr '\0' x > "$dir/www/p.html"
cat > "$dir/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $dir/pid; error_log $dir/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types { text/html html; }
  client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp;
  uwsgi_temp_path $dir/tmp; scgi_temp_path $dir/tmp;
  server { listen 127.0.0.1:18401; root $dir/www; }
}
CONF
taskset -c 0 nginx -c "$dir/nginx.conf" & nginx=$!
taskset -c 0 "$server" 18402 600 & ours=$!
trap 'kill $nginx $ours 2>/dev/null; wait; rm -rf "$dir"' EXIT
sleep 1
worker=$(cat /proc/$nginx/task/$nginx/children)
ticks() { awk '{ print $14 + $15 }' "/proc/${1% }/stat"; }
measure() {   # name pid url
  before=$(ticks "$2")
  out=$(taskset -c 1 wrk -t1 -c64 -d2 "$3")
  after=$(ticks "$2")
  echo "$out" | awk -v name="$1" -v t=$((after - before)) '
    /requests in/ { n = $1 } /Requests\/sec/ { r = $2 } /Non-2xx|Socket errors/ { bad = 1 }
    END { printf "%-8s %8.0f requests/s %8.0f per cpu-second%s\n", name, r, n * 100 / t,
                 bad ? " (errors)" : "" }'
}
i=0
while [ $i -lt "$rounds" ]; do
  measure nginx "$worker" http://127.0.0.1:18401/p.html
  measure fast "$ours" http://127.0.0.1:18402/
  measure worker "$ours" http://127.0.0.1:18402/worker
  i=$((i + 1))
done
