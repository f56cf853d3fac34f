#!/bin/sh
# The benchmark runs and prints plausible rows; how fast anything is, it does not check.
#   tests/bench.sh ROOT BENCH EMIT_SCALAR GENERATE PEERS TRUCE
set -eu
root=$1 bench=$2 emit=$3 generate=$4 peers=$5 truce=$6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache"

for model in epidemic predators tumour world functions arrayed scalar; do
    "$generate" "$model" > "$work/$model.xmile"
    "$generate" "$model" | cmp - "$work/$model.xmile"
done

# check NAME STEP-VARIABLES: every row has 14 columns, positive numbers, and the variables there are
check() {
    awk -v name="$1" -v variables="$2" '
        NF != 14 - ($1 == "native") { print "columns: " $0; bad = 1 }
        $2 != variables || !($3 > 0) || !($(NF - 8) > 0) || !($(NF - 3) > 0) { print "numbers: " $0; bad = 1 }
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

# Peers: by hand, and C as SDEverywhere generates it, with the stand-in of its runtime.
vectors=$([ "$(uname -m)" != x86_64 ] || echo -lmvec)
by_hand() { # options of the compiler
    # shellcheck disable=SC2086 # an option or none
    cc -std=gnu17 -O1 -march=native -fPIC -shared -Wno-psabi "$@" -I"$root/bench/peers" "$root/bench/peers/epidemic.c" \
        -o "$work/hand.so" $vectors -lm
}
"$peers" spec "$work/epidemic.xmile" | grep -q '"first infected",'
cc -std=gnu17 -O1 -fPIC -shared -I"$root/bench/peers" "$root/bench/peers/sdeverywhere.c" \
    "$root/bench/peers/sde_runtime.c" "$root/tests/data/epidemic_generated.c" -o "$work/generated.so" -lm
for how in -DAS_WRITTEN -UAS_WRITTEN; do
    by_hand $how
    "$peers" rows epidemic "$work/epidemic.xmile" 0 "by hand=$work/hand.so" "generated=$work/generated.so" > "$work/rows"
    test "$(grep -cE '^epidemic +(truce, (native code|interpreter)|by hand|generated) +[1-9][0-9]* +[0-9.]+' "$work/rows")" = 4
done
for what in interpreter native "$work/hand.so"; do "$peers" count "$work/epidemic.xmile" "$what" 2; done

# deSolve is a peer where it is installed; R does not run in a process that sanitizers watch.
if Rscript -e 'library(deSolve)' >/dev/null 2>&1 && ! grep -q __asan_init "$peers"; then
    "$truce" emit-c "$work/epidemic.xmile" -o "$work/emitted.c"
    "$peers" spec "$work/epidemic.xmile" > "$work/epidemic.json"
    python3 "$root/bench/peers/desolve.py" "$work/emitted.c" "$work/epidemic.json" > "$work/desolve.h"
    # shellcheck disable=SC2046 # options are words
    cc -std=gnu17 -O1 -fPIC -shared $(R CMD config --cppflags) -I"$root/bench/peers" -DMODEL="\"$work/desolve.h\"" \
        -DSELF="\"$work/desolve.so\"" -DSCRIPT="\"$root/bench/peers/desolve.R\"" -DHOME_OF_R="\"$(R RHOME)\"" \
        "$root/bench/peers/desolve.c" -o "$work/desolve.so" -L"$(R RHOME)/lib" -lR -lm
    "$peers" rows epidemic "$work/epidemic.xmile" 0 "deSolve=$work/desolve.so" > "$work/rows"
    grep -qE '^epidemic +deSolve +[1-9][0-9]* +[0-9.]+' "$work/rows"
else
    echo "deSolve is not installed, or sanitizers watch: not tried"
fi

# Of wrong results there is no rate.
sed 's/x\[RECOVERED\] += dt/x[RECOVERED] += 2 * dt/' "$root/bench/peers/epidemic.c" > "$work/wrong.c"
cc -std=gnu17 -O1 -march=native -fPIC -shared -Wno-psabi -I"$root/bench/peers" "$work/wrong.c" -o "$work/wrong.so" -lm
if "$peers" rows epidemic "$work/epidemic.xmile" 0 "wrong=$work/wrong.so" > "$work/rows" 2> "$work/said"; then exit 1; fi
grep -q '^epidemic *wrong *other results$' "$work/rows"
grep -q '^recovered at the end is off by' "$work/said"
