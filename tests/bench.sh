#!/bin/sh
# The benchmark runs and prints plausible rows; how fast anything is, it does not check.
#   tests/bench.sh ROOT BENCH EMIT_SCALAR GENERATE
set -eu
root=$1 bench=$2 emit=$3 generate=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache"

for model in epidemic predators world functions arrayed scalar; do
    "$generate" "$model" > "$work/$model.xmile"
    "$generate" "$model" | cmp - "$work/$model.xmile"
done

# check NAME STEP-VARIABLES: every row has 13 columns, positive numbers, and the variables there are
check() {
    awk -v name="$1" -v variables="$2" '
        NF != 13 - ($1 == "native") { print "columns: " $0; bad = 1 }
        $2 != variables || !($3 > 0) || !($(NF - 7) > 0) || !($(NF - 3) > 0) { print "numbers: " $0; bad = 1 }
        /DIFFER/ { print; bad = 1 }
        NR == 1 && $1 != name { print "name: " $0; bad = 1 }
        END { exit bad || NR < 1 }' "$work/rows"
}

"$emit" "$work/epidemic.xmile" > "$work/epidemic.c"
cc -std=c17 -O1 -march=native -ffp-contract=off -fPIC -shared -DUSE_SLEEF -I"$root/src" -I"$root/include" \
    "$work/epidemic.c" -o "$work/epidemic.so" -lsleef -lm
"$bench" row epidemic "$work/epidemic.xmile" 0 "$work/epidemic.so" > "$work/rows"
check epidemic 5
"$bench" row predators "$work/predators.xmile" 0 > "$work/rows"
check predators 6
"$bench" head | grep -q 'members/s'
"$bench" widths "$work/epidemic.xmile" 0 | grep -q 'baseline.* 128: [0-9.]*'
