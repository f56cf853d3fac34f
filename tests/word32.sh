#!/bin/bash
# Builds truce for 32-bit words and runs programs with it: tests/word32.sh BUILD TRUCE, BUILD being a directory to keep
# and TRUCE the 64-bit command line. The last line is "N passed, N failed".
#
# Debian has the C library for 32 bits in gcc-multilib; expat, libyaml and utf8proc would need packages of another
# architecture. So the build takes their headers only, leaves out native code, NetCDF and gnuplot, has special functions
# of our own in place of SLEEF's, and links without the libraries: what reads XMILE or YAML is compiled and not run.
# What runs a program needs none of them but utf8proc, for which tests/word32/ascii.c stands in.
set -u
cd "$(dirname "$0")/.."
build=$1 truce=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
that() { # name, command...
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
        tail -n 20 "$work/log"
    fi
}

set_up() {
    mkdir -p "$build/headers"
    for library in expat yaml-0.1 libutf8proc; do
        printf 'Name: %s\nDescription: its headers\nVersion: 99\n' $library >"$build/headers/$library.pc"
    done
    gcc -m32 -c tests/word32/ascii.c -o "$build/ascii.o" &&
        CC='gcc -m32 -msse2 -mfpmath=sse' PKG_CONFIG_LIBDIR="$build/headers" meson setup "$build" \
            -Doptimization=1 -Dspecial=own -Dnative=disabled -Dnetcdf=disabled -Dlibzip=disabled -Dgnuplot=disabled -Dnlopt=disabled --werror \
            -Dc_link_args="['-static', '$build/ascii.o', '-Wl,--unresolved-symbols=ignore-all']"
}
builds() {
    if [ ! -f "$build/build.ninja" ]; then set_up || return 1; fi
    ninja -C "$build" src/cli/truce
}

# The same table to 1e-9 of a value, and of the greatest in its column: the special functions differ in the last place.
agree() { # two CSV files
    /usr/bin/python3 - "$1" "$2" <<'PYTHON'
import csv, sys
ours, theirs = ([*csv.reader(open(name))] for name in sys.argv[1:])
assert len(ours) == len(theirs) > 2 and ours[0] == theirs[0]
for column, name in enumerate(ours[0]):
    pairs = [(row[column], other[column]) for row, other in zip(ours[1:], theirs[1:])]
    greatest = max((abs(float(b)) for a, b in pairs if a != b), default=0)
    for a, b in pairs:
        assert a == b or abs(float(a) - float(b)) <= 1e-9 * max(abs(float(b)), greatest), (name, a, b)
PYTHON
}
runs_as_on_64_bits() { # model
    "$truce" compile "$1" -o "$work/program" --force &&
        "$truce" run "$work/program" >"$work/64.csv" && "$build/src/cli/truce" run "$work/program" >"$work/32.csv" &&
        agree "$work/32.csv" "$work/64.csv"
}

that "the build for 32 bits has no warnings" builds
for model in models/*.xmile; do
    that "$model runs with 32 bits as with 64" runs_as_on_64_bits "$model"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
