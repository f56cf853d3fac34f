#!/bin/bash
# Every command that writes results, with its n-th system call of a kind failing or the process killed there: afterwards the old
# set of files or the new one is there whole, nothing else is left unless it was killed, and the next run works and leaves nothing.
#   tests/faults.sh TRUCE FAULT [MOST [COMMAND]]   MOST calls of each kind, spread evenly (12); 0: every one. COMMAND: this
#                                                  one alone, by its name below
# Ends with "N passed, N failed"; with "1 skipped" where faults cannot be injected.
set -u
truce=$(realpath "$1") fault=$(realpath "$2") most=${3:-12} only=${4-}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TRUCE_NATIVE=0 TMPDIR=$work/tmp
mkdir "$work/tmp"
cd "$work"
cp -r "$root/tests/data" data
cp -r "$root/docs/example" example
cp "$root/models/lanchester.xmile" model.xmile
cp "$root/fuzz/seeds/claims/tests" claims.yaml
mkdir page
for file in engine.js index.html page.css page.js; do echo "$file" >page/$file; done
passed=0 failed=0 faults=0

"$fault" write 0 EIO true 2>/dev/null
if [ $? = 125 ]; then
    echo "faults cannot be injected here: seccomp's notifications are not to be had"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

left='\.part(-......)?$' # names of temporaries
# What the two outcomes look like: names and contents.
state() { (cd place 2>/dev/null && find . -type f ! -name checkpoint.bin ! -name '.*.part' ! -path '*/.*.part*/*' -exec md5sum {} + | sort); }
nothing_left() { ! ls -A . place | grep -qE "$left" && [ -z "$(ls -A tmp)" ]; }
# Each file is of the old run or of the new one, and what both have is there.
of_either() {
    [ -z "$(comm -23 <(echo "$now") <(printf '%s\n' "$before" "$after" | sort -u))" ] &&
        [ -z "$(comm -23 <(comm -12 <(names "$before") <(names "$after")) <(names "$now"))" ]
}
names() { sed 's/^[0-9a-f]*  //' <<<"$1" | sort -u; }
in_place() { if [ "$from" = inside ]; then (cd place && "$@"); else "$@"; fi; }
run() { # N CALL ERROR: the command of this round, under the fault
    in_place "$fault" "$2" "$1" "$3" "${command[@]}" >out 2>err </dev/null
}
restore() {
    rm -rf place .place.* tmp
    mkdir tmp
    cp -r old place
}
complain() {
    printf '    %s, call %d of %s, %s: %s\n' "$name" "$n" "$call" "$error" "$1"
    tail -n 2 err | sed 's/^/        /'
    bad=1
}
# How often the command makes a call.
count() { # CALL
    restore
    run 0 "$1" EIO
    total=$(sed -n 's/^fault: \([0-9]*\) calls$/\1/p' err)
    total=${total:-0}
}
# One kind of call and one error: all n, or so many of them.
try() { # CALL ERROR
    local call=$1 error=$2 n bad=0 code step=1
    if [ "$total" = 0 ]; then return; fi
    if [ "$most" -gt 0 ] && [ "$total" -gt "$most" ]; then step=$(((total + most - 1) / most)); fi
    for ((n = total; n >= 1; n -= step)); do
        restore
        run $n "$call" "$error"
        code=$?
        faults=$((faults + 1))
        now=$(state)
        if [ -e place/checkpoint.bin ]; then kept=$((kept + 1)); fi
        judge
        # What makes only what is not there has nothing more to do.
        if [ "$once" = 1 ] && [ "$now" = "$after" ]; then continue; fi
        if [ "$error" = KILL ] || [ "$once" = 1 ] || ! nothing_left; then
            in_place "${command[@]}" >out 2>err </dev/null || complain "the next run fails"
            [ "$(state)" = "$after" ] || complain "the next run does not make the new set"
            # A fit that is whole is used, and nothing is written under its name again.
            [ "$name" = "kept fits" ] || nothing_left || complain "the next run leaves what this one left"
        fi
    done
    if [ $bad = 0 ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'FAILED: %s, %s fails with %s\n' "$name" "$call" "$error"
    fi
}
judge() {
    if [ "$now" != "$before" ] && [ "$now" != "$after" ]; then
        case $mixed,$error in
        always,* | killed,KILL) of_either || complain "a file is neither the old nor the new one" ;;
        *) complain "neither the old nor the new set is there" ;;
        esac
    fi
    if [ $code = 0 ] && [ "$now" != "$after" ]; then complain "exit code 0 without the new set"; fi
    # What is kept for later runs can be made again.
    if [ $code = 0 ] && [ "$call, $error" = "fsync, ENOSPC" ] && [ $mixed != always ]; then
        complain "nobody is told that it may not last"
    fi
    # The first mapping is that of the loader before it can say anything; it crashes.
    if [ "$call, $n, $code" = "mmap, 1, 139" ]; then return; fi
    # NetCDF 4.9 itself crashes in nc_close when the very last write of members.nc fails; the old set stays all the same.
    if [ $code -ge 128 ] && [ "$error" != KILL ] && [ "$name, $call" != "run of a case, pwrite64" ]; then
        complain "ended by signal $((code - 128))"
    fi
    # 127: the loader's, which has its own words
    if [ $code != 0 ] && [ $code -lt 127 ] && ! grep -qE '^truce: .{10,}' err; then
        complain "exit code $code without a sentence"
    fi
    # What is left is found by opening a folder.
    if [ "$error" != KILL ] && [ "$call" != openat ] && [ $code -lt 128 ]; then nothing_left || complain "something is left"; fi
}
fail() { # WORDS
    failed=$((failed + 1))
    printf 'FAILED: %s: %s\n' "$name" "$1"
}
# Of a round, beside its command: what else stands in the place, where the command runs, whether it makes only what is not
# there, whether files may be of two sets, and calls that it must make (a check of calls that are not made cannot fail).
plain() { beside=: from=here once=0 mixed=never needs="fsync"; }
plain
round() { # NAME OLD-SEED NEW-SEED COMMAND... with SEED in the place of the seed; OLD-SEED "-": there is nothing yet
    name=$1
    if [ -z "$only" ] || [ "$only" = "$name" ]; then play "${@:2}"; fi
    plain
}
play() {
    local old=$1 new=$2 total named=0 kept=0
    shift 2
    rm -rf place old
    mkdir place
    if [ "$old" != - ]; then
        in_place "${@//SEED/$old}" >out 2>&1 </dev/null || {
            fail "it does not run: $(tail -n 3 out)"
            return
        }
    fi
    rm -f place/checkpoint.bin
    (cd place && eval "$beside")
    cp -r place old
    before=$(state)
    command=("${@//SEED/$new}")
    in_place "${command[@]}" >out 2>&1 </dev/null || true
    after=$(state)
    if [ "$after" = "$before" ]; then fail "the new set is the old one"; fi
    for call in write pwrite64 openat rename renameat renameat2 linkat fsync mmap ftruncate; do
        count $call
        case $call in
        rename* | linkat) named=$((named + total)) ;;
        esac
        case " $needs " in *" $call "*) [ "$total" -gt 0 ] || fail "it never calls $call" ;; esac
        case $call in
        write | pwrite64 | fsync) try $call ENOSPC ;;
        mmap) try $call ENOMEM ;;
        *) try $call EIO ;;
        esac
        try $call KILL
    done
    [ $named -gt 0 ] || fail "it never gives a file its name"
    case $once,$name in 1,fit*) [ $kept -gt 0 ] || fail "no fit that was interrupted left a checkpoint" ;; esac
}

round "run of a model" 1 2 "$truce" run model.xmile -o place/out.csv --force --seed SEED
round "run of a case" 1 2 "$truce" run example/case.yaml -n 20 -t 1 -o place --force --seed SEED
round "fit" 1 2 "$truce" fit data/fit/case.yaml -n 32 -t 1 -o place --force --seed SEED
once=1 # without --force it goes on from the checkpoint, and comes to the same
round "fit that goes on" - 1 "$truce" fit data/fit/case.yaml -n 32 -t 1 -o place
round "score" 1 2 "$truce" score data/fit/case.yaml -n 32 -t 1 -o place --force --seed SEED
round "talks" 1 2 "$truce" talks data/talks/case.yaml -n 60 -t 1 -o place --force --seed SEED
round "compile" 1 2 "$truce" compile model.xmile -o place/SEED.truce --force
round "emit-c" 1 2 "$truce" emit-c model.xmile -o place/SEED.c --force
round "forecast" 1 2 "$truce" forecast data/fit/case.yaml -n 32 -t 1 --date 2024-12-31 -o place --force --seed SEED
round "convert" 1 2 "$truce" convert model.xmile -o place/SEED.mdl --force
once=1
round "new" 1 2 "$truce" new place/SEED --from data/talks
round "compare" 1 2 "$truce" compare data/talks actual push -n 20 -t 1 -o place --force --seed SEED
round "enough" 1 2 "$truce" enough data/talks --goal 'change "held" 2024-01..2024-06 > 3' --lever drift=0:5 --how set \
    -n 30 -t 1 -o place --force --seed SEED
round "matter" 1 2 "$truce" matter data/talks --value 'at "held" 2024-08' -n 200 -t 1 -o place --force --seed SEED
round "plan" 1 2 "$truce" plan data/talks --goal 'change "held" 2024-01..2024-06 > 3' --lever drift=0:5 --how set \
    -n 30 -t 1 --evaluations 4 -o place --force --seed SEED
round "yearly" 1 2 "$truce" yearly data/talks --value held -n 30 -t 1 -o place --force --seed SEED
round "futures" 1 2 "$truce" matter data/talks --when 'at "held" 2024-08 > 3' -n 400 -t 1 -o place --force --seed SEED
round "sources" 1 2 "$truce" matter data/fit/robust.yaml --sources --source gaps --particles 32 -n 32 -t 1 -o place --force --seed SEED
round "claims" 1 2 "$truce" claims data/talks --claims claims.yaml -n 50 -t 1 -o place --force --seed SEED
round "web" 1 2 "$truce" web data/talks --page page -n 20 -o place --force --seed SEED
round "member" 1 2 "$truce" run data/talks -s push --member 1 -o place/member.csv --force --seed SEED
round "member as NetCDF" 1 2 "$truce" run data/talks -s push --member 1 -o place/member.nc --force --seed SEED
round "scenario" 1 2 "$truce" run data/talks -n 20 -t 1 --set drift=SEED --save-scenario place/scenario.yaml --force
round "chart" 1 2 "$truce" run example/case.yaml -n 20 -t 1 --chart territory-held-by-highland -o place/chart.svg --force \
    --seed SEED
# Sets that cannot be put in place in one step, or take other files along.
sides=("$work/data/talks" actual push -n 20 -t 1 --force --seed SEED)
beside='mkdir inner; echo mine >inner/file' mixed=killed needs="fsync linkat renameat"
round "compare beside a folder" 1 2 "$truce" compare "${sides[@]}" -o place
beside='echo mine >file' needs="fsync linkat renameat2"
round "compare beside a file" 1 2 "$truce" compare "${sides[@]}" -o place
from=inside mixed=killed needs="fsync linkat renameat"
round "compare in the working directory" 1 2 "$truce" compare "${sides[@]}" -o .
# What goes on where another run stopped: each file is of the old run or of the new one, and a run that is told so works.
goal='change "held" 2024-01..2024-06 > 3'
mixed=always
round "archive of a plan" 4 6 "$truce" plan data/talks --goal "$goal" --lever drift=0:5 --how set -n 30 -t 1 --evaluations SEED \
    --archive place/archive.csv
mixed=always
round "kept forecasts" 1 2 "$truce" forecast data/fit/case.yaml -n 32 -t 1 --date 2024-12-31 --keep place -o place --force \
    --seed SEED
mixed=always
round "kept fits" 1 2 "$truce" matter data/fit/robust.yaml --sources --source gaps --particles 32 -n 32 -t 1 --keep place \
    --seed SEED
# gnuplot says nothing when it could not write a part of a drawing: the chart is refused, or it is right all the same.
name=gnuplot call=write error=EIO bad=0 refused=0
if [ -z "$only" ] || [ "$only" = "$name" ]; then
    mkdir stand-in
    chart=("$truce" run example/case.yaml -n 20 -t 1 --chart territory-held-by-highland --force)
    "${chart[@]}" -o right.svg >out 2>err || complain "it does not run"
    for n in $(seq 30); do
        printf '#!/bin/sh\nexec "%s" write %d EIO "%s" "$@"\n' "$fault" "$n" "$(command -v gnuplot)" >stand-in/gnuplot
        chmod +x stand-in/gnuplot
        rm -f drawn.svg
        faults=$((faults + 1))
        if PATH=$work/stand-in:$PATH "${chart[@]}" -o drawn.svg >out 2>err; then
            cmp -s right.svg drawn.svg || complain "a damaged chart was taken"
        else
            refused=$((refused + 1))
            [ ! -e drawn.svg ] || complain "something is left"
        fi
    done
    [ $refused -ge 10 ] || fail "writes of gnuplot do not fail"
    if [ $bad = 0 ]; then passed=$((passed + 1)); else fail "damage passed"; fi
fi
printf '%d faults\n%d passed, %d failed\n' $faults $passed $failed
[ $failed = 0 ]
