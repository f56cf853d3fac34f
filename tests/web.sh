#!/bin/bash
# Tests of the page: its engine, its addresses, truce serve, and the page in Chromium.
#
# Usage: tests/web.sh BUILD    the directory of a native build; the page must be in web/dist (script/web)
#
# The last line is "N passed, N failed, N skipped". What lacks its tools is skipped and says so.
set -u

build=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
missing=
[ -f web/dist/engine.js ] || missing="the built page (script/web)"
[ -d web/node_modules/esbuild ] || missing="the modules of node (script/web)"
command -v node >/dev/null 2>&1 || missing="Node.js (script/bootstrap --web)"
if [ -n "$missing" ]; then
    echo "skipped: $missing is missing"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
tests=(web/test/engine.test.mjs web/test/state.test.mjs web/test/server.test.mjs)
skipped=0
if [ -x "${CHROMIUM:-/usr/bin/chromium}" ] && [ -d web/node_modules/playwright-core ]; then
    tests+=(web/test/browser.test.mjs)
else
    echo "skipped: the page in a browser, for want of Chromium (script/bootstrap --web)"
    skipped=1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
TRUCE_BUILD=$build node --test --test-concurrency=1 --test-reporter=tap "${tests[@]}" >"$log" 2>&1
grep -E '^ *(not ok|# greatest)|^ +(error|failureType): ' "$log" | head -n 60
passed=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$log" | tail -n 1)
failed=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' "$log" | tail -n 1)
if [ -z "$passed" ]; then
    tail -n 40 "$log"
    passed=0 failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
