#!/bin/bash
# The programs that README.md and docs/use/library.md show: what they print.
set -eu

if [ $# -ne 2 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
    echo "Usage: tests/documented.sh README_PROGRAM LIBRARY_PROGRAM      the compiled C of the two pages"
    exit 64
fi
first=$(realpath "$1") second=$(realpath "$2")
cd "$(dirname "$0")/.."
number='-?[0-9.]+'
passed=0 failed=0

prints() { # program, pattern of a line
    if grep -qxE "$2" <<<"$1"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: no line is like %s in\n%s\n' "$2" "$1"
    fi
}

readme=$("$first")
library=$("$second")
prints "$readme" "Speed of the front: $number \(90 %: $number to $number\) km2 a month"
prints "$library" "one month ahead: CRPS $number, [0-5] of 5 changes inside the 90 % intervals"
prints "$library" "Territory held by Highland, 12 months on: $number \($number to $number\) km2"
prints "$library" "Ukraine's position: $number of 100"
prints "$library" "a deal within 12 months: $number \($number to $number\)"
prints "$library" "no opening to meet explains $number % of there being none"
echo "$passed passed, $failed failed"
test "$failed" -eq 0
