#!/bin/sh
# Journeys in a real browser; needs build/madoguchi once a journey is there.
#   tests/browser/run.sh [short|long|soak] [PART OF A JOURNEY'S NAME…]
set -u
cd "$(dirname "$0")" || exit 1
# npm ci only when the pinned list is not the one installed: it needs the network, the rest does not.
if ! cmp -s package-lock.json node_modules/.pinned; then
    npm ci --ignore-scripts --no-audit --no-fund >/dev/null || {
        echo "browser: npm ci failed; the pinned packages come from the npm registry once"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    }
    cp package-lock.json node_modules/.pinned
fi
# Programs with a planted mistake, each of which must turn the suite red.
[ ! -d ../../build ] || ninja -C ../../build browser_controls >/dev/null || echo "browser: the controls do not build"
exec node run.mjs "$@"
