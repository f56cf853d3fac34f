#!/bin/bash
# The command line as a user meets it: every documented command, wrong usage, wrong input, output that cannot be
# written, interruption. The last line is "N passed, N failed".
set -eu

if [ $# -ne 1 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
    echo "Usage: tests/cli.sh TRUCE      TRUCE is the program to test"
    exit 64
fi
truce=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
mounted=
clean() {
    if [ -n "$mounted" ]; then umount "$mounted" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap clean EXIT
cd "$work"
passed=0 failed=0 skipped=0

pass() {
    passed=$((passed + 1))
}
fail() { # name, reason
    failed=$((failed + 1))
    printf 'FAILED: %s: %s\n' "$1" "$2"
    printf '  standard output: %s\n  standard error:  %s\n' "$(head -c 600 out)" "$(head -c 600 err)"
}
skip() {
    skipped=$((skipped + 1))
    printf 'skipped: %s\n' "$1"
}
that() { # name, command...: passes when the command does
    local name=$1
    shift
    if "$@" >>out 2>>err; then pass; else fail "$name" "$*"; fi
}
# name, exit code, pattern of standard output, pattern of standard error ('' for none at all, - for anything),
# arguments of truce
check() {
    local name=$1 wanted=$2 out=$3 err=$4 code=0
    shift 4
    "$truce" "$@" >out 2>err </dev/null || code=$?
    if [ "$code" -ne "$wanted" ]; then
        fail "$name" "exit code $code, not $wanted"
    elif [ "$out" != - ] && [ -n "$out" ] && ! grep -qE -- "$out" out; then
        fail "$name" "standard output has no \"$out\""
    elif [ -z "$out" ] && [ -s out ]; then
        fail "$name" "standard output is not empty"
    elif [ "$err" != - ] && [ -n "$err" ] && ! grep -qE -- "$err" err; then
        fail "$name" "standard error has no \"$err\""
    elif [ -z "$err" ] && [ -s err ]; then
        fail "$name" "standard error is not empty"
    elif [ "$wanted" -ne 0 ] && [ "$wanted" -lt 128 ] && ! grep -qE '^truce: .{10,}' err; then
        fail "$name" "nothing says why"
    elif [ "$wanted" -ne 0 ] && [ "$wanted" -ne 2 ] && [ "$(wc -l <err)" -ne 1 ]; then
        fail "$name" "the message is not one line"
    else
        pass
    fi
}

# ---- Something to work on ------------------------------------------------------------------------------------

cat >decay.xmile <<'XML'
<?xml version="1.0"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><name>decay</name><vendor>v</vendor><product version="1">p</product></header>
<sim_specs time_units="month"><start>0</start><stop>2</stop><dt>0.5</dt></sim_specs>
<dimensions><dim name="Side"><elem name="left"/><elem name="right"/></dim></dimensions>
<model><variables>
<stock name="amount"><eqn>8</eqn><outflow>loss</outflow><units>kg</units><doc>What is left.</doc></stock>
<flow name="loss"><eqn>amount * rate</eqn><units>kg/month</units></flow>
<aux name="rate"><eqn>1</eqn><units>1/month</units></aux>
<aux name="share"><dimensions><dim name="Side"/></dimensions><element subscript="left"><eqn>1</eqn></element>
<element subscript="right"><eqn>2</eqn></element></aux>
</variables></model></xmile>
XML
sed 's/amount \* rate/amount * rte/' decay.xmile >wrong_name.xmile
sed 's/<units>kg.month/<units>metre/' decay.xmile >wrong_units.xmile
sed 's/amount \* rate/-amount ^ 3/; s/<stop>2</<stop>40</' decay.xmile >explodes.xmile
echo '<xmile' >broken.xmile

cp -r "$root/docs/example" example
cp -r example rates && sed -i "s/, units: km2 a month//" rates/case.yaml
check "a change without units is shown as a rate" 0 'Speed of the front, km² a month' - run rates/case.yaml -n 20 --priors
case=example/case.yaml

# ---- Help and version -----------------------------------------------------------------------------------------

check "help is printed" 0 'truce run CASE' '' --help
check "the version is printed" 0 '^truce [0-9]+\.[0-9]+\.[0-9]+$' '' --version
for command in run check explain list compile emit-c new; do
    check "$command --help is printed" 0 "truce $command" '' "$command" --help
    check "$command -h is printed" 0 "truce $command" '' "$command" -h
done

# ---- Wrong usage ----------------------------------------------------------------------------------------------

check "no command is wrong usage" 64 '' 'say what to do'
check "an unknown command names the nearest" 64 '' 'unknown command "rum" \(did you mean "run"\?\)' rum
check "an unknown general option is refused" 64 '' 'unknown option "--quiet"' --quiet
check "an unknown option names the nearest" 64 '' '"--scenaro" \(did you mean "--scenario"\?\)' run decay.xmile --scenaro=x
check "an unknown letter is refused" 64 '' 'unknown option "-x"' run decay.xmile -x
check "a missing value is refused" 64 '' '"--seed" needs a value' run decay.xmile --seed
check "a value too many is refused" 64 '' '"--force" takes no value' run decay.xmile --force=yes
check "run needs something to run" 64 '' 'which case or model' run
check "run takes one thing" 64 '' 'not also "b"' run decay.xmile b
check "check needs a model" 64 '' 'which model or case' check
check "check takes one model" 64 '' 'one model or case' check a b
check "explain needs a variable" 64 '' 'which variable' explain decay.xmile
check "explain takes one variable" 64 '' 'quote a name' explain decay.xmile a b
check "list takes one thing" 64 '' 'one model or case' list a b
for bad in 0 -3 1.5 many 99999999999999999999999; do
    check "members \"$bad\" is refused" 64 '' 'members must be a whole number from 1' run "$case" --members "$bad"
done
check "members need a value" 64 "" "members needs a value" run "$case" --members ""
check "a seed that is no number is refused" 64 '' 'seed must be a whole number' run decay.xmile --seed x
check "no threads is refused" 64 '' 'threads must be a whole number from 1 to 1024' run "$case" --threads 0
check "an engine that is none is refused" 64 '' 'did you mean "native"' run "$case" --engine nativ
check "an engine of a bare model is refused" 64 '' 'engine needs a case' run decay.xmile --engine native
check "members of a bare model are refused" 64 '' 'members needs a case' run decay.xmile --members 3
check "a setting without a value is refused" 64 '' 'NAME=NUMBER, not "rate"' run decay.xmile --set rate
check "a setting that is no number is refused" 64 '' 'NAME=NUMBER, not "rate=x"' run decay.xmile --set rate=x
check "a change of a bare model is refused" 64 '' 'add needs a case' run decay.xmile --add rate=1
check "a change without a value is refused" 64 '' 'takes NAME=VALUE' run "$case" --set "front speed"
check "a date before a change is refused" 64 '' 'follows the change' run "$case" --from 2024-10 --set rate=1
check "a date that is none is refused" 64 '' 'month such as' run "$case" --set rate=1 --from October
check "a sweep without a count is refused" 64 '' 'takes NAME=FIRST:LAST:COUNT' run "$case" --sweep rate=1:2
check "a sweep of one is refused" 64 '' 'whole number from 2 to 24' run "$case" --sweep rate=1:2:1
check "a month is no size" 2 '' 'must be a number' run "$case" --set "ammunition delivered=2024-03" --members 40
check "a milestone lasts for months" 64 '' 'is not a test such as' run "$case" --milestone "the front > 1 for 2 bananas"
check "a milestone of another unit of time is told" 2 '' 'write "months"' run "$case" --milestone "the front > 1 for 2 days"
check "a name needs a change" 64 '' 'name needs a change' run "$case" --name more
check "priors and a posterior are refused" 64 '' 'asks for one' run "$case" --priors --posterior x
check "compile needs a model" 64 '' 'which model' compile
check "a case is not compiled" 64 '' 'takes a model' compile "$case"
check "a scenario of a bare model is refused" 64 '' 'scenario needs a case' run decay.xmile -s actual

# ---- Wrong input ----------------------------------------------------------------------------------------------

check "a missing file is wrong input" 2 '' 'nothing.xmile: cannot read' run nothing.xmile
check "an unknown name is wrong input" 2 '' 'no file and no case or model "nothing"' run nothing
check "a directory without a case is wrong input" 2 '' 'case.yaml: cannot read' run .
check "broken XML has its place" 2 '' '^truce: broken.xmile:[0-9]+: ' check broken.xmile
check "an unknown name has its place and the nearest" 2 '' '^truce: wrong_name.xmile:8: .*rte.*did you mean "rate"' \
    run wrong_name.xmile
check "explain names the nearest variable" 2 '' 'did you mean "amount"' explain decay.xmile amunt
if [ "$(id -u)" -ne 0 ]; then
    cp decay.xmile secret.xmile && chmod 0 secret.xmile
    check "an unreadable file is wrong input" 2 '' 'Permission denied' run secret.xmile
elif command -v setpriv >/dev/null; then
    cp decay.xmile secret.xmile && chmod 600 secret.xmile && chmod 755 "$work"
    code=0
    setpriv --reuid 65534 --clear-groups "$truce" run secret.xmile >out 2>err || code=$?
    if [ -x "$truce" ] && setpriv --reuid 65534 --clear-groups test -x "$truce"; then
        that "an unreadable file is wrong input" test $code -eq 2
        that "an unreadable file is named" grep -q 'secret.xmile: cannot read the file: Permission denied' err
    else
        skip "an unreadable file (another user cannot reach the program)"
    fi
else
    skip "an unreadable file (running as root)"
fi

# ---- A bare model ---------------------------------------------------------------------------------------------

check "a model runs to standard output" 0 '^time,amount,loss,rate,share' '' run decay.xmile
that "array elements are named and quoted where needed" grep -q 'share\[left\],share\[right\]' out
# Euler's method with step 1/2: the amount halves in every step.
cat >expected.csv <<'CSV'
time,amount,loss,rate,share[left],share[right]
0,8,8,1,1,2
0.5,4,4,1,1,2
1,2,2,1,1,2
1.5,1,1,1,1,2
2,0.5,0.5,1,1,2
CSV
that "the numbers are those of the closed form" cmp out expected.csv
check "a model runs to a file" 0 '' '' run decay.xmile -o decay.csv
that "the file has the same bytes" cmp decay.csv expected.csv
check "a file is not overwritten" 1 '' 'decay.csv: the file already exists; --force' run decay.xmile -o decay.csv
check "--force overwrites a file" 0 '' '' run decay.xmile -o decay.csv --force
check "the model itself is never overwritten" 1 '' 'decay.xmile: the file is an input, which is not overwritten' run decay.xmile -o ./decay.xmile --force
check "nor by C" 1 '' 'decay.xmile: the file is an input, which is not overwritten' emit-c decay.xmile -o decay.xmile --force
check "what is set is finite" 64 '' '--set takes a finite number, and that of "rate=1e999" is not' run decay.xmile --set rate=1e999
check "parents of a file are made" 0 '' '' run decay.xmile --output new/place/decay.csv --seed 3
that "the file is in the new place" cmp new/place/decay.csv expected.csv
check "a run that fails says where" 1 - 'explodes.xmile: the run failed: "(amount|loss)" is -?(inf|nan) at time' run explodes.xmile
check "check describes a model" 0 '4 variables' '' check decay.xmile
check "check --units passes right units" 0 '0 findings' '' check decay.xmile --units
check "check --units shows findings with their place" 2 'wrong_units.xmile:[0-9]+: ' '^truce: [0-9]+ findings? in the units' check wrong_units.xmile --units
check "findings without --units are counted only" 0 'findings?$' '' check wrong_units.xmile
check "explain shows equation and units" 0 'Equation +amount \* rate' '' explain decay.xmile loss
check "explain shows what uses a variable" 0 'Used by +loss' '' explain decay.xmile rate
check "explain shows numbers given element by element" 0 'share\[right\] = 2' '' explain decay.xmile share
check "explain folds names" 0 'What is left' '' explain decay.xmile ' AMOUNT '
check "explain takes an element" 0 'Dimensions +Side: left, right' '' explain decay.xmile 'share[left]'
check "list shows the variables" 0 'share\[Side\] +auxiliary' '' list decay.xmile
check "list works where there is no case" 0 '^Cases' - list
mkdir -p many/models
for i in $(seq 300); do cp decay.xmile "many/models/decay.$i.xmile"; done
that "however many models there are, each is found by its name, also with a point in it" sh -c \
    "cd many && '$truce' list | grep -c ' decay[.]' | grep -qx 300 && '$truce' check decay.300 >../out"
cp "$root/tests/vensim/operators/model.mdl" many/models/operators.mdl
cp "$root/tests/vensim/operators/model.mdl" many/models/decay.1.mdl
that "models of Vensim are found by their names, after those of XMILE" sh -c \
    "cd many && '$truce' list >../out && grep -q 'operators  *models/operators.mdl' ../out &&
     grep -q ' decay.1  *models/decay.1.xmile' ../out && '$truce' check operators >../out"

# ---- Data for a bare model ------------------------------------------------------------------------------------

printf 'month\t"Rate"\r\n0\t0\r\n1\t1\r\n' >rate.tab
check "data take the place of an equation" 0 '^1,8,8,1,' '' run decay.xmile --data rate.tab
that "the last value holds between times and after them" sh -c "grep -q '^0.5,8,0,0,' out && grep -q '^2,2,2,1,' out"
check "data are interpolated" 0 '^0.5,8,4,0.5,' '' run decay.xmile --data rate.tab --interpolation linear
check "without interpolation the equation holds in between" 0 '^0.5,8,8,1,' '' \
    run decay.xmile --data rate.tab --interpolation none
printf 'time,rats\n0,1\n' >rats.csv
check "a column without a variable names the nearest" 2 '' 'rats.csv:1: no variable "rats".*did you mean "rate"' \
    run decay.xmile --data rats.csv
printf 'time,rate\n0,1\n1,x\n' >bad.csv
check "a number that is none is refused with its line" 2 '' 'bad.csv:3: "x" in column "rate"' \
    run decay.xmile --data bad.csv
check "an unknown interpolation names the nearest" 64 '' 'did you mean "linear"' \
    run decay.xmile --data rate.tab --interpolation linaer
check "interpolation without data is refused" 64 '' 'needs --data' run decay.xmile --interpolation none
check "data of a case are refused" 64 '' '--data needs a model or a program' run "$case" --data rate.tab
sed 's/<sim_specs/<sim_specs method="rk45"/' decay.xmile >adaptive.xmile
check "a tolerance is taken" 0 '^2,1.0826822' '' run adaptive.xmile --tolerance 1e-9
check "a tolerance needs the method that has one" 64 '' 'for the method RK45' run decay.xmile --tolerance 1e-9
check "a tolerance out of range is refused" 64 '' 'tolerance 1 is not from 1e-12 to 0.1' run adaptive.xmile --tolerance 1
check "check names the method" 0 'adaptive' '' check adaptive.xmile

# ---- A program file -------------------------------------------------------------------------------------------

check "a model is compiled" 0 '' '' compile decay.xmile
that "the program is named after the model" test -s decay.truce
check "a program is not overwritten" 1 '' 'decay.truce: the file already exists; --force' compile decay.xmile
check "a program is overwritten by force" 0 '' '' compile decay.xmile --force
check "a compiled model runs" 0 '^time,amount,loss,rate,share' '' run decay.truce
cp out of_program.csv
"$truce" run decay.xmile >of_model.csv
that "a program gives the bytes of its model" cmp of_program.csv of_model.csv
sed 's/amount \* rate/amount * rate + NORMAL(0, 1)/' decay.xmile >noisy.xmile
check "a model with random numbers is compiled" 0 '' '' compile noisy.xmile -o folder/noisy.truce
"$truce" run noisy.xmile --seed 7 --member 3 >of_model.csv
check "a program runs with seed and member" 0 - '' run folder/noisy.truce --seed 7 --member 3 -o of_program.csv --force
that "seed and member give the bytes of the model" cmp of_program.csv of_model.csv
"$truce" run noisy.xmile --seed 7 >of_program.csv
that "another member has other random numbers" bash -c '! cmp -s of_program.csv of_model.csv'
check "inputs and what to save are chosen" 0 '' '' compile decay.xmile --input rate --save loss -o chosen.truce
check "only what was chosen is saved" 0 '^time,loss$' '' run chosen.truce --set rate=0.5
cp out of_program.csv
check "a variable of a model is set" 0 '^0.5,6,3,0.5' '' run decay.xmile --set Rate=0.5
that "a set input gives the numbers of the set model" cmp of_program.csv <(cut -d, -f1,3 out)
check "an input must be set" 2 '' 'chosen.truce: the program needs a value of "rate": --set "rate=..."' run chosen.truce
check "an unknown input names the nearest" 2 '' 'no input "rte" \(did you mean "rate"\?\)' \
    run chosen.truce --set rate=1 --set rte=1
check "an input set twice is refused" 2 '' '"rate" is set more than once' run chosen.truce --set rate=1 --set rate=2
check "an unknown variable to save names the nearest" 2 '' 'did you mean "loss"' compile decay.xmile --save lss -o no.truce
that "a failed compilation leaves no file" test ! -e no.truce
check "a program is not a model" 2 '' 'decay.truce: this is a compiled program' explain decay.truce amount
check "members of a program are refused" 64 '' 'members needs a case, and "decay.truce" is a program' run decay.truce -n 3
head -c 300 decay.truce >cut.truce
check "a program cut short is refused" 2 '' '^truce: cut.truce: the program file is damaged' run cut.truce
"$truce" compile explodes.xmile -o explodes.truce
check "a program that fails says where" 1 - '^truce: explodes.truce: the run failed: "' run explodes.truce

# ---- C --------------------------------------------------------------------------------------------------------

check "a model is written as C" 0 'Loss = Amount \* Rate;' '' emit-c decay.xmile
cp out decay.c
that "the C is compiled without a warning" cc -std=c99 -Wall -Wextra -Wpedantic -Werror decay.c -lm -o decay
"$truce" run decay.xmile >of_model.csv
that "the C prints the bytes of the model" cmp <(./decay) of_model.csv
"$truce" run decay.xmile --set rate=0.5 --set amount=3 >of_model.csv
that "constants are arguments of the C" cmp <(./decay rate=0.5 amount=3) of_model.csv
check "C is written to a file" 0 '' '' emit-c decay.xmile -o folder/decay.c
that "the C file is the same" cmp decay.c folder/decay.c
check "a C file is not overwritten" 1 '' 'decay.c: the file already exists' emit-c decay.xmile -o folder/decay.c
check "a C file is overwritten by force" 0 '' '' emit-c decay.xmile -o folder/decay.c --force
cat >itself.xmile <<'XMILE'
<xmile version="1.0"><header><vendor>t</vendor><product>t</product></header>
<sim_specs><start>0</start><stop>3</stop></sim_specs>
<dimensions><dim name="D"><elem name="a"/><elem name="b"/><elem name="c"/></dim></dimensions>
<model><variables><aux name="v"><dimensions><dim name="D"/></dimensions><eqn>1</eqn></aux>
<aux name="z"><eqn>v[2:z]</eqn></aux></variables></model></xmile>
XMILE
check "a range that ends at its own sum is refused" 2 '' 'itself.xmile:5: the bounds of a range' run itself.xmile
mkdir random
python3 "$root/tests/vensim_random.py" 1 20 random
run_random() { for model in random/*.mdl; do "$truce" run "$model" >/dev/null || return 1; done; }
that "random models of Vensim, those of script/differential, are run" run_random
check "emit-c needs a model" 64 '' 'which model' emit-c
check "a case is not written as C" 64 '' 'emit-c takes a model' emit-c "$case"
sed 's/<sim_specs /<sim_specs method="rk45" /' decay.xmile >adaptive.xmile
check "a method that C does not have is refused" 2 '' 'rk45 cannot be written as C' emit-c adaptive.xmile

# ---- Vensim ---------------------------------------------------------------------------------------------------

printf '{UTF-8}\nrate = 0.1 ~ 1/Month ~ Lost a month. |\nstock = INTEG(-stock*rate, 8) ~ men ~|\n%s' \
    'INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~ Month ~| SAVEPER = 1 ~~|' >levels.mdl
check "a model of Vensim runs" 0 '^1,' '' run levels.mdl
check "a model of Vensim is checked" 0 'levels' '' check levels.mdl
check "a variable of a model of Vensim is explained" 0 'Lost a month' '' explain levels.mdl rate
check "a model of Vensim is converted" 0 '' '' convert levels.mdl -o levels.xmile
printf '{UTF-8}\na = 2 ~~|\n****\n~ No name. |\nb = a ~~|\nFINAL TIME = 4 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n' >nameless.mdl
that "a group without a name is none" sh -c "'$truce' convert nameless.mdl -o nameless.xmile && '$truce' check nameless.xmile"
sed 's/^a = 2/Dim: A1, A2, A3 ~~|\nSub: A3, A3 ~~|\na = 2/' nameless.mdl >twice.mdl
check "a range has an element once" 2 '' 'twice.mdl:3: .*"Sub" has the element "A3" twice' check twice.mdl
sed 's/^a = 2/P: A1, A2 ~~|\nQ: A2, A3 ~~|\nU: P, Q ~~|\na = ELMCOUNT(U)/' nameless.mdl >union.mdl
check "ranges of a range have an element in common once" 0 '^0,3,3,' '' run union.mdl
check "the conversion is checked" 0 'levels' '' check levels.xmile
check "it is converted back" 0 '' '' convert levels.xmile -o back.mdl
"$truce" run levels.mdl --set rate=0.2 >of_model.csv
"$truce" run back.mdl --set rate=0.2 -o back.csv
that "the numbers are the same" grep -qx "$(cut -d, -f1-3 of_model.csv | tail -n 1 | cut -d, -f1),.*" back.csv
check "a conversion overwrites nothing" 1 '' 'levels.xmile: the file already exists' convert levels.mdl -o levels.xmile
check "a conversion needs an output" 64 '' 'convert needs -o' convert levels.mdl
check "a conversion needs a language" 64 '' 'follows from the name' convert levels.mdl -o levels.txt
check "a conversion needs a model" 64 '' 'which model' convert -o levels.xmile
sed 's/stock\*rate/stok*rate/' levels.mdl >wrong.mdl
check "a wrong name in a model of Vensim has its line" 2 '' '^truce: wrong.mdl:3: .*stok' run wrong.mdl
sed 's/0.1 /GET DIRECT CONSTANTS('"'in.ods', 'Sheet1', 'B2'"') /' levels.mdl >sheet.mdl
check "a spreadsheet is refused by name" 2 '' 'sheet.mdl:2: the spreadsheet "in.ods" is not read' run sheet.mdl
sed 's/0.1 //; s/rate = /rate /' levels.mdl >data.mdl
check "data must be given" 2 '' 'data.mdl:2: "rate" has no equation and no data' run data.mdl
printf 'time,rate\n0,0.5\n2,0.25\n' >rate.csv
check "data are taken" 0 '^1,0.375' '' run data.mdl --data rate.csv
cat >read.mdl <<'END'
{UTF-8}
plain ~~|
line :INTERPOLATE: ~~|
ahead :LOOK FORWARD: ~~|
back :HOLD BACKWARD: ~~|
side: a, b ~~|
men[side] = 1, 2 ~~|
last = 4 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = last ~~|
TIME STEP = 1 ~~|
SAVEPER = TIME STEP ~~|
END
printf 'Time,plain,line,ahead,back\n0,10,10,10,10\n1,,,,\n2,20,20,20,20\n3.5,35,35,35,35\n' >read.csv
check "data variables are read as they say, at the start" 0 '^1,15,15,20,10,' '' run read.mdl --data read.csv
check "and in the middle" 0 '^3,30,30,35,20,' '' run read.mdl --data read.csv --interpolation previous
check "and beyond the end" 0 '^4,35,35,35,35,' '' run read.mdl --data read.csv
for name in 'FINAL TIME' 'TIME STEP' SAVEPER 'INITIAL TIME' last; do
    check "$name is the model's clock, not an input" 2 '' "\"$name\" is part of the model's clock" \
        run read.mdl --data read.csv --set "$name=2"
done
check "an array is no input" 2 '' '"men" is an array: name an element, such as men\[a\]' \
    run read.mdl --data read.csv --set men=1
check "nor of a program" 2 '' '"men" is an array: name an element' compile read.mdl --input men -o men.truce
sed 's/plain ~~/plain :RAW: ~~/' read.mdl >raw.mdl
check "raw data are there at their times" 0 '^2,20,20,20,20,' '' run raw.mdl --data read.csv
check "and missing between them" 0 '^3,-6.490371073168535e.32,30,35,20,' '' run raw.mdl --data read.csv

# ---- Output that cannot be written ------------------------------------------------------------------------------

full() { # name, arguments: standard output is a full device
    local name=$1 code=0
    shift
    "$truce" "$@" >/dev/full 2>err </dev/null || code=$?
    : >out
    that "$name: exit code 1" test $code -eq 1
    that "$name: message" grep -q 'cannot write to standard output: No space left on device' err
    that "$name: one message" test "$(wc -l <err)" -eq 1
}
full "help to a full device" --help
full "a model to a full device" run decay.xmile
full "a list to a full device" list decay.xmile
check "a device as the file" 1 '' '/dev/full: cannot write the file: it is not a regular file' run decay.xmile -o /dev/full
that "the device is still a device" test -c /dev/full
code=0
"$truce" list decay.xmile >&- 2>err || code=$?
that "closed standard output is noticed" test $code -eq 1
code=0
{ "$truce" run "$root/models/attrition.xmile" 2>err || echo $? >code; } | true
that "a reader that went away is noticed" grep -q 141 code
code=0
(ulimit -f 1 && exec "$truce" run "$case" --members 700 -o large) >out 2>err </dev/null || code=$?
that "a file over the limit of its size fails the run" test $code -eq 1
that "a file over the limit is named" grep -q 'cannot write' err
that "nothing of it is left" test ! -e large
check "a place that is no directory" 1 '' 'decay.csv: cannot' run "$case" --members 8 -s actual -o decay.csv
if [ "$(id -u)" -eq 0 ] && mkdir -p small && mount -t tmpfs -o size=4k tmpfs small 2>/dev/null; then
    mounted=$work/small
    check "a full disk under a CSV file" 1 '' 'No space left on device' run "$case" --member 1 -o small/member.csv
    that "nothing is left on the full disk" test -z "$(ls -A small)"
    check "a full disk under results" 1 '' '.' run "$case" --members 40 -s actual -o small/results
    that "no results are left on the full disk" test -z "$(ls -A small)"
else
    skip "a full disk (needs root and mount)"
fi

# ---- A case -----------------------------------------------------------------------------------------------------

check "check describes a case" 0 'scenarios' '' check "$case"
check "a case is found by its directory" 0 'scenarios' '' check example
# ---- Scenarios on the spot -----------------------------------------------------------------------------------

check "a change is a scenario beside the baseline" 0 'changed' '' \
    run "$case" --set "ammunition delivered=0" --from 2024-10 --members 40
check "only the first scenario stands beside it" 0 'Scenario: As it went' '' \
    run "$case" --set "ammunition delivered=0" --from 2024-10 --members 40
"$truce" run "$case" --scenario actual --set "ammunition delivered=0" --from 2024-10 --scale "recruits[defender]=0.5" \
    --from 2025-01 --to 2025-06 --name stopped --save-scenario part.yaml --members 50 -o spot >out 2>err
"$truce" run "$case" --scenario actual --scenario stops --members 50 -o spelt >out 2>err
that "what a change makes is what the file makes" cmp <(grep ,stopped, spot/summary.csv | sed s/stopped/stops/) \
    <(grep ,stops, spelt/summary.csv)
that "a scenario that was saved is read again" sh -c \
    "cp -r example again && cp part.yaml again && echo 'include: part.yaml' >>again/case.yaml &&
     '$truce' run again/case.yaml --scenario actual --scenario stopped --members 50 -o read >out 2>err"
that "and gives the same numbers" cmp spot/summary.csv read/summary.csv
check "the file of a scenario is not overwritten" 1 '' 'already exists' \
    run "$case" --set "ammunition delivered=0" --save-scenario part.yaml --members 40
check "a computed variable takes no sum" 2 '' 'needs a series or a constant' \
    run "$case" --add "advance=1" --members 40
check "a name that is near is told" 2 '' 'did you mean "ammunition delivered"' \
    run "$case" --set "amunition delivered=0" --members 40
check "a sweep makes scenarios" 0 'ammunition-delivered-50( |$)' '' \
    run "$case" --sweep "ammunition delivered=0:100:3" --from 2024-10 --members 40
check "a sweep has a table of its values" 0 '^SWEEP of ammunition delivered, from Oct 2024' '' \
    run "$case" --sweep "ammunition delivered=0:100:3" --from 2024-10 --members 40 --milestone "the front > 1"
that "with the probability of each" grep -qE '^   50 +[0-9<>]+ %' out
that "and a sentence on the whole way" grep -q 'with ammunition delivered 0, ' out
check "the chart of a sweep names its ends" 0 'is in' '' run "$case" --sweep "ammunition delivered=0:100:5" --from 2024-10 \
    --members 40 --milestone "force[defender] < 500000" --chart answer -o sweep.svg
that "however many they are" sh -c "tr -d '\n' <sweep.svg | sed 's/<[^>]*>/ /g' | grep -q 'of 5 scenarios'"
mkdir alike
cp "$root/tests/data/meadow/model.xmile" alike
sed 's/title: Foxes, section: animals/title: Hares (and foxes), section: forces/; s/title: Hares, /title: Hares (alone), /' \
    "$root/tests/data/meadow/case.yaml" >alike/case.yaml
check "titles that differ in brackets alone are two charts" 64 '^hares-2$' 'no chart "none"' run alike -n 3 --chart none -o none.svg
check "a page of few and many" 0 - '' run alike --sweep "hunting=0:0.2:20" -n 1 -o alike/page
that "has the differences of every section" grep -q '<caption>Forces</caption>' alike/page/report.html
that "says of how many scenarios a chart has lines" grep -q 'Drawn are the first 15 of 21 scenarios' alike/page/report.html
that "and has one member" sh -c "grep -q '90 % of 1 member[;.]' alike/page/report.html && ! grep -q '1 members' alike/page/report.html"
for i in 1 2 3 4 5 6; do
    echo "  hunt-$i: {from: as-it-is, title: Hunted $i, changes: [{variable: hunting, from: 2025-01, value: 0.0$i}]}"
done >alike/more
sed -i "/^  as-it-is:/r alike/more" alike/case.yaml
check "each of many worlds has a figure" 0 - '' compare alike as-it-is hunt-{1..6} -n 3 -o alike/worlds
that "the last too" grep -q '<p>Hunted 6 (solid) against Nobody hunts' alike/worlds/compare.html
that "and what is not drawn is told" grep -q 'Of 18 effects 12 are drawn' alike/worlds/compare.html
check "a plan may cost less than nothing" 0 'costs −[0-9.]+: ' '' plan alike --goal 'change "Foxes" 2025-01..2026-12 < 0' \
    --lever hunting=0:0.3 --from 2025-01 --cost 'change "Foxes" 2025-01..2026-12' -n 60 -o alike/plan
that "which its chart shows" grep -q 'sans-serif" >-[0-9]' alike/plan/plan.html
check "the numbers of a chart of days" 0 - '' run "$root/cases/summer-2023" --priors -n 20 --milestone "ground <= 0 for 3 days" \
    --chart answer -o days.csv
that "have days, and probabilities from 0 to 1" awk -F, 'NR == 1 && $3 != "day" || NR > 1 && $4 > 1 { exit 1 } END { exit NR < 50 }' days.csv
check "each scenario has its verdict before the tables" 0 '^As it went \(actual\): ' '' run "$case" -s actual -s stops -n 40
that "with the same period" test "$(sed '/^FRONT/q' out | tr '\n' ' ' | grep -o 'gains [0-9]* km² a month in Jul 2024 to Dec 2025' | wc -l)" -eq 2
check "a change that comes too late says so" 0 'shortly before the|too late to act' '' \
    run "$root/cases/ukraine" --set "fund size=20" --from 2029-12 -n 40
check "and one that changes nothing too" 0 'Nothing that is shown differs' '' \
    run "$root/cases/ukraine" --set "fund size=0" --from 2026-07 -n 40
check "a sweep is told by its values" 0 'ammunition-delivered-100( |$)' '' \
    run "$case" --sweep "ammunition delivered=0:100:3" --from 2024-10 --members 40
"$truce" run "$case" -s actual --milestone "speed of the front > 1 for 2 months" --milestone "force[defender] below 50 %" \
    --members 60 -o milestones >out 2>err
that "a milestone has a table" grep -q '^MILESTONES' out
that "and a probability for every month" test "$(grep -c '^actual,force\[defender\] below 50 %,' milestones/summary.csv)" -eq 18
that "what its columns are is said below" grep -q '^Until, then: share of futures' out
check "a spell must fit the horizon" 2 '' 'a spell of 600 months does not fit the horizon of 24' \
    run "$case" --milestone "force[defender] < 5 for 600 months"
check "a test that tells nothing is told" 0 'holds in no month of any future' '' \
    run "$case" -s actual -n 20 --milestone "force[defender] < -400000"
check "a milestone has its dates" 0 'front <= 0 for 2 months from 2025-01 by 2025-06' '' \
    run "$case" -s actual -n 20 --milestone "speed of the front <= 0 for 2 months from 2025-01 by 2025-06"
check "and may be of a window, as goals are" 0 '^MILESTONES' '' \
    run "$case" --set "ammunition delivered=105" --from 2024-10 -n 60 \
    --milestone 'change "territory held" 2025-01..2025-12 < 400' --milestone "speed of the front < 20 for 3 months by 2025-06"
awk '$1 == "changed" && $2 ~ /^[<>0-9]/ { print $6 }' out | head -2 >by_run
for goal in 'change "territory held" 2025-01..2025-12 < 400' "speed of the front < 20 for 3 months by 2025-06"; do
    "$truce" enough "$case" --goal "$goal" --lever "ammunition delivered=105:145" --from 2024-10 -n 60 2>/dev/null |
        awk '$1 == "105" { print $2 }'
done >by_enough
that "with the same probability" cmp by_run by_enough
printf '%s\n' 'milestones:' '  - {title: By keys, variable: the front, measure: change, at most: 60, months: 3}' \
    '  - {title: In words, test: speed of the front <= 60 for 3 months}' >both.yaml
check "a case says a test in words as well" 0 '^MILESTONES' '' run "$case" -s actual -n 60 --include both.yaml
that "which is the same as by keys" sh -c "grep -A1 -E '^ (By keys|In words)' out | grep '   ' | uniq | wc -l | grep -qx 1"
check "a report names the sections that were given" 0 - '' run "$case" -s actual -n 20 --include both.yaml -o sections
that "so that its commands can be given again" grep -q 'truce run [^<]*--include both.yaml' sections/report.html
check "dates of a milestone out of order are told" 2 '' 'out of order' \
    run "$case" --milestone "the front > 1 from 2025-06 by 2025-01"
check "more than one test in a milestone is told" 64 '' 'give another --milestone' \
    run "$case" --milestone "the front > 1 and the front < 3"
check "a goal is told what a test is" 2 '' '"for" takes a number of months' \
    enough "$case" --goal "the front > 1 for long" --lever "ammunition delivered=60:140" --from 2024-10
check "a speed that is misspelt" 2 '' 'did you mean "speed of' run "$case" --milestone "sped of the front <= 0"
check "elements are listed" 2 '' 'no element "estland"; it has [a-z]+, ' run "$case" --milestone "force[estland] < 1"
check "a name that is near none" 2 '' 'truce list MODEL shows its variables' run "$case" --set "zzzzzz=1"
check "scenarios are listed" 64 '' 'no scenario "foo"; it has actual, ' run "$case" -s foo
check "a future with branches is run" 0 'branches' '' run "$case" -s actual --branch stops=0.4 -n 40
check "a branch has a probability" 64 '' 'a branch is SCENARIO=PROBABILITY' run "$case" --branch stops=40
check "a branch is a scenario of the case" 2 '' 'did you mean "stops"' run "$case" --branch stosp=0.4
check "probabilities of branches add up" 2 '' 'add up to 1.2' run "$case" --branch stops=0.6 --branch stops=0.6
check "a scenario given twice is told" 0 . 'given twice and run once' run "$case" -s actual -s actual -n 20
check "a base that there is not" 64 '' 'no scenario "a, b: c"; it has actual, ' \
    run "$case" --scenario 'a, b: c' --set "ammunition delivered=5"
check "a name that is too long" 64 '' 'longer than 64' \
    run "$case" --set "ammunition delivered=5" --name "$(printf 'a%.0s' $(seq 65))"
check "values of a sweep that are alike in six digits, with a name" 0 's-5000004' '' \
    run "$case" --sweep "ammunition delivered=5000000:5000004:3" --name s -n 20
check "a great value of a sweep with a name" 0 's-5e-06' '' run "$case" --sweep "ammunition delivered=0:5e6:2" --name s -n 20
check "a number is decimal" 64 '' 'not a number' run "$case" --set "ammunition delivered=0x10"
check "so is a count" 64 '' 'must be a whole number' run "$case" -n 0x1e2
check "a probability is taken whole or not at all" 64 '' 'a branch is SCENARIO' \
    run "$case" --branch stops=0.5000000000000000000000000000000000000000e1
check "a member takes no sweep" 64 '' 'takes no --sweep' run "$case" --member 1 --sweep "ammunition delivered=1:2:2"
check "a chart takes no JSON" 64 '' 'takes no --json' run "$case" --chart answer -o answer.csv --json
check "a sweep needs two values" 64 '' 'from one value to a different' run "$case" --sweep "ammunition delivered=5:5:3"
check "a name that is taken" 64 '' 'has a scenario "actual" already' \
    run "$case" --set "ammunition delivered=5" --name actual
check "a day in a case of months" 64 '' '--from is a month such as' \
    run "$case" --set "ammunition delivered=5" --from 2024-10-01
check "a number in words" 64 '' '"5 billion" is not a number or date' run "$case" --set "ammunition delivered=5 billion"
check "a milestone that is no test is refused" 64 '' 'is not a test such as' run "$case" --milestone "the front"
sed 's/^outputs:/sections: {ward: "Hospital \& ward"}\noutputs:/; s/section: forces/section: ward/' "$case" >example/ward.yaml
check "a case names sections of its own" 0 'HOSPITAL & WARD' '' run example/ward.yaml -s actual --members 40
sed 's/section: ward/section: wards/' example/ward.yaml >example/wards.yaml
check "an error lists the sections" 2 '' 'the sections are front, .*resolve, ward' check example/wards.yaml
sed 's/from: actual/from: actuall/' "$case" >example/broken.yaml
check "a case is copied with its models" 0 'copy of' '' new mine --from "$root/cases/ukraine"
check "the copy stands alone" 0 'scenarios' '' check mine
that "and names its models in its own folder" sh -c '! grep -h "^model:" mine/*.yaml | grep -q /'
check "folders above it are made" 0 'copy of' '' new above/it/mine/ --from mine
check "and taken back when there is nothing to copy" 2 '' 'there is no' new beyond/it/mine --from zzz
that "so that nothing is left" test ! -e beyond
drained() { # a stock that may not be negative, with so many outflows
    local i
    echo '<xmile version="1.0"><header/><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs><model><variables>'
    echo '<stock name="pool"><eqn>1</eqn>'
    for ((i = 0; i < $1; i++)); do echo "<outflow>f$i</outflow>"; done
    echo '<non_negative/></stock>'
    for ((i = 0; i < $1; i++)); do echo "<flow name=\"f$i\"><eqn>1</eqn><non_negative/></flow>"; done
    echo '</variables></model></xmile>'
}
drained 100 >drained.xmile
check "a stock with a hundred outflows is converted" 0 '' '' convert drained.xmile -o drained.mdl
drained 101 >drained.xmile
check "one with more would be too much text" 2 '' 'it has more than 100 outflows' convert drained.xmile -o drained.mdl --force
cat >slashed.xmile <<'X'
<xmile version="1.0"><header/><sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs><model><variables>
<aux name="a\\\b"><eqn>1</eqn></aux><aux name="'=c"><eqn>2</eqn></aux></variables></model></xmile>
X
check "a name is found as it is shown, with its backslashes" 0 'a case for a copy of' '' new slashed --model slashed.xmile
check "and runs" 0 'a.*b' '' run slashed -n 20
check "names that look like guarded formulas" 0 '' '' run slashed.xmile -o guarded.csv
check "come back from a table" 0 '' '' run slashed.xmile --data guarded.csv -o again.csv
that "as they were" cmp guarded.csv again.csv
check "nothing is copied over" 1 '' 'something with this name already exists' new mine --from "$root/cases/ukraine"
check "a case that cannot be read is not copied" 2 '' 'no scenario' new yours --from example/broken.yaml
that "and leaves nothing" sh -c '! ls -d yours* 2>/dev/null'
check "new needs a case" 64 '' 'from CASE' new yours
mkdir -p "far off" near
cp "$root/tests/data/small/model.xmile" "far off/model.xmile"
cp "$root/tests/data/small/"*.csv "$root/tests/data/small/"*.yaml near
sed -i 's|^model: .*|model: "../far off/model.xmile" # not here|' near/case.yaml
check "a model is brought from a folder with a blank in its name" 0 'copy of' '' new brought --from near
that "and is named there" grep -qx 'model: "model.xmile" # not here' brought/case.yaml
cp near/case.yaml near/second.yaml
mkdir -p "farther off" near/own
sed 's/Small/Smaller/; s|</header>|</header><!-- another -->|' "far off/model.xmile" >"farther off/model.xmile"
cp "far off/model.xmile" near/own/own.xmile
sed -i "s|^model: .*|model: $PWD/farther off/model.xmile|" near/second.yaml
sed 's|^model: .*|model: own/own.xmile|' near/case.yaml >near/third.yaml
check "models that are called alike are told apart" 0 'copy of' '' new namesakes --from near
that "one has its name" cmp namesakes/model.xmile "far off/model.xmile"
that "the other a number" cmp namesakes/model-2.xmile "farther off/model.xmile"
that "and each case its own" test "$(grep -h '^model:' namesakes/*.yaml | LC_ALL=C sort | tr '\n' ',')" = \
    'model: "model.xmile" # not here,model: model-2.xmile,model: own/own.xmile,'
cp -r near needy
mv needy/*.csv "far off"
sed -i 's|file: |file: ../far off/|' needy/*.yaml
check "data from elsewhere are not brought" 2 '' 'the file is not in the folder of the case' new other --from needy
check "nor looked for where the copy is built" 2 '' 'else/other/case.yaml.*far off/' new else/other --from needy
that "and nothing is left" sh -c '! ls -d other else .other* 2>/dev/null'
"$truce" run "$case" -s actual -s stops --milestone "the front > 1" --members 60 --json >out 2>err
that "results are JSON" python3 -c '
import json
r = json.load(open("out"))
assert r["members"] == 60 and r["drawn_from"] == "priors" and len(r["scenarios"]) == 2
stops = r["scenarios"][1]
assert stops["milestones"][0]["after"] <= 1
assert "the front > 1" in stops["verdict"] and stops["caution"] is None
q = stops["quantities"][0]
assert q["now"]["p05"] <= q["now"]["p50"] <= q["now"]["p95"] and "end_difference" in q'
check "a quiet run says nothing" 0 '' '' run "$case" -s actual --members 40 --quiet
check "json of a model is refused" 64 '' 'json needs a case' run decay.xmile --json
check "a number may be written short" 0 '^100 members' '' run "$case" -s actual --members 1e2
check "what there is as JSON needs to be named" 64 '' 'json needs a model or a case' list --json
check "a model is listed as JSON" 0 '"kind": "stock"' '' list decay.xmile --json
that "the JSON of a model has what each variable depends on" python3 -c '
import json
m = json.load(open("out"))
names = {v["name"] for v in m["variables"]}
assert names and all(set(v["depends_on"]) <= names and v["line"] > 0 for v in m["variables"])
assert any(v["depends_on"] for v in m["variables"]) and m["time"]["dt"] > 0'
check "a case is listed as JSON" 0 '"scenarios"' '' list "$root/cases/ukraine" --json
that "the JSON of a case has its priors, levers, scenarios and observations" python3 -c '
import json
c = json.load(open("out"))
assert all(p["p05"] <= p["p50"] <= p["p95"] and (p["judgement"] or p["source"]) for p in c["parameters"])
levers = {l["name"]: l for l in c["levers"]}
assert levers["truce"]["default"] is None and levers["support-from"]["least"] == "2026-01"
assert c["data_end"] == "2025-12" and any(s.get("builds_on") for s in c["scenarios"])
assert all(o["first_used"] <= o["last_used"] and o["values"] > 0 for o in c["observations"])
assert c["series"] and c["outputs"]'
check "help of a command" 0 'truce list MODEL' '' help list
check "help of no command" 64 '' 'did you mean "list"' help lits
code=0
{ "$truce" run "$root/models/attrition.xmile" 2>err || echo $? >code; } | head -c 10 >out
that "a reader that has enough ends the run" grep -q 141 code
that "without a word" test ! -s err

check "the Ukraine case is right" 0 "scenarios" "" check "$root/cases/ukraine"
check "list shows scenarios" 0 'no-gap' '' list "$case"
check "list shows levers" 0 'fund-size +Size of a common fund: 0 to 150 .EUR bn a year.; 0' '' list "$root/cases/ukraine"
check "list shows dates as dates" 0 'reform date\[defender\] +May 2024 fixed' '' list "$root/cases/ukraine"
that "list shows no bare unit" sh -c '! grep -E "[0-9] 1( |$)" out'
check "explain shows a prior with its constant" 0 'replaces the constant 4.1 of the model' '' explain "$root/cases/ukraine" 'top speed'
that "explain shows source, posterior and users" sh -c \
    'grep -q "^Source  *CSIS" out && grep -q "^Posterior  *[0-9.]* in the median" out && grep -q "^Used by  *ground taken" out'
check "explain takes a parameter of observations" 0 'parameter of observations' '' \
    explain "$root/cases/ukraine" "$(sed -n 's/.*{name: \([^,]*\), prior.*/\1/p' "$root/cases/ukraine/priors.yaml" | head -1)"
check "an unknown scenario names the nearest" 64 '' 'no scenario "no-gpa" \(did you mean "no-gap"' \
    run "$case" --scenario no-gpa
check "a member takes no milestone" 64 '' 'takes no --milestone' run "$case" --member 1 --milestone "a > 1"
check "a member is of branches or of changes" 64 '' '--branch makes one' run "$case" --member 1 --set a=1 --branch b=0.5
check "a member takes one scenario" 64 '' 'one scenario' run "$case" --member 1 -s actual -s no-gap
check "a member takes no members" 64 '' 'takes no --members;' run "$case" --member 1 --members 3

check "a case prints its table" 0 '.' '' run "$case" --members 40 -s actual
that "the table is at most 100 columns wide" test "$(LC_ALL=C.UTF-8 wc -L <out)" -le 100
that "the table has no colour when piped" sh -c '! grep -q "$(printf "\033")" out'
cp out table
check "results are written" 0 'report.html' '' run "$case" --members 40 -s actual -s no-gap --seed 7 --threads 2 -o results
for file in summary.csv observed.csv members.nc report.html; do
    that "$file is written" test -s results/$file
done
that "nothing else is written" test "$(ls -A results | wc -l)" -eq 4
check "results are not overwritten" 1 '' 'already holds results' run "$case" --members 40 -o results
check "--force overwrites results" 0 'report.html' '' \
    run "$case" --members 40 -s actual -s no-gap --seed 7 --threads 1 -o other --force
that "results do not depend on the number of threads" cmp results/summary.csv other/summary.csv
XDG_CACHE_HOME=$PWD/cache check "native code is compiled" 0 - '' \
    run "$case" --members 40 -s actual -s no-gap --seed 7 --engine native -o native
that "results do not depend on the engine" cmp results/summary.csv native/summary.csv
that "the cache keeps native code" sh -c 'ls cache/truce | grep -q "\.so$"'
that "native code without a compiler is refused" sh -c '! PATH=/nonexistent "$0" run "$1" -n 40 --engine native 2>err &&
    grep -q "no C compiler" err' "$truce" "$case"
check "another seed is run" 0 - '' run "$case" --members 40 -s actual -s no-gap --seed 8 -o seed
that "another seed gives other results" sh -c '! cmp -s results/summary.csv seed/summary.csv'
check "many members leave summaries" 0 'of the members( lie between)?' '' \
    run "$case" --members 20001 -s actual -s no-gap --threads 1 -o other --force
that "many members leave no members.nc, of an earlier run neither" sh -c 'test -s other/summary.csv && test ! -e other/members.nc'
check "many members are run on more threads" 0 - '' run "$case" --members 20001 -s actual -s no-gap --threads 6 -o many
that "many members do not depend on the number of threads" cmp other/summary.csv many/summary.csv
check "a member is replayed" 0 '^time,' '' run "$case" --member 17 -s actual
cp out member
check "a member is replayed into a file" 0 '' '' run "$case" --member 17 --scenario actual -o member.csv
that "both replays are the same bytes" cmp member member.csv
check "another member is another future" 0 '^time,' '' run "$case" --member 18 -s actual
that "another member differs" sh -c '! cmp -s member out'

# A stock that grows without bound where a rate is positive: in about half of the members.
mkdir wrong
sed 's/<eqn>amount \* rate/<eqn>-(IF rate > 0 THEN amount ^ 3 ELSE 0)/; s/> 0/\&gt; 0/; s/<eqn>8</<eqn>30</; s/<stop>2</<stop>6</' \
    decay.xmile >wrong/model.xmile
cat >wrong/case.yaml <<'YAML'
truce: 1
title: Some go wrong
model: model.xmile
horizon: {start: 2024-01, end: 2024-06}
parameters:
  - {variable: rate, prior: {uniform: {low: -1, high: 1}}, judgement: true}
scenarios:
  actual: {title: As it is}
  all: {title: All, changes: [{variable: rate, set: 1}]}
outputs:
  - {variable: amount, section: forces}
YAML
check "members that fail are counted" 0 '[0-9]+ of 20 members failed' '' run wrong --members 20 -s actual
check "a scenario whose members all fail has its place" 1 '' 'case.yaml:9: every member of scenario "all"' \
    run wrong --members 20 -o gone
that "it leaves nothing" test ! -e gone
check "a member that fails is replayed, and says where" 1 '^time,' 'member 4 failed: "[a-z]+" is -?(inf|nan) at' \
    run wrong -s actual --member 4

# The noise that a fit found lets members fail in what is not shown: those, and no others, are left out.
mkdir unseen
cat >unseen/model.xmile <<'XMILE'
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header/>
  <sim_specs time_units="months"><start>0</start><stop>24</stop><dt>0.25</dt></sim_specs>
  <model><variables><aux name="drift"><eqn>1</eqn></aux><aux name="z"><eqn>NORMAL(0, 1)</eqn></aux>
    <stock name="hidden"><eqn>1</eqn><inflow>more</inflow></stock>
    <flow name="more"><eqn>IF z > 2.4 AND TIME &lt; 6 THEN 1e300 * 1e300 ELSE 0</eqn></flow>
    <aux name="seen"><eqn>drift * (100 + TIME) + 1 / hidden</eqn></aux></variables></model></xmile>
XMILE
cat >unseen/case.yaml <<'YAML'
truce: 1
title: Some go wrong unseen
model: model.xmile
horizon: {start: 2024-01, end: 2024-12}
data end: 2024-06
parameters:
  - {variable: drift, prior: {normal: {mean: 1, sd: 0.5}}, judgement: true}
observations:
  - {name: seen, variable: seen, file: data.csv, column: seen, source: a count, error: {normal: 1}}
outputs:
  - {variable: seen, section: front}
YAML
printf 'month,seen\n' >unseen/data.csv
for i in 1 2 3 4 5 6; do printf '2024-0%d,%d\n' $i $((99 + i)) >>unseen/data.csv; done
that "a fit whose draws fail" sh -c "'$truce' fit unseen --particles 64 -o unseen/fit >out 2>err"
"$truce" run unseen -p unseen/fit --members 64 >out 2>err
alone=0
for member in $(seq 0 63); do
    "$truce" run unseen -p unseen/fit --member $member >member 2>err.member || alone=$((alone + 1))
done
that "leaves out the members that fail alone" sh -c "[ $alone -gt 0 ] && grep -q '^$alone of 64 futures have failed' out"
that "and says where" grep -qE 'member [0-9]+: more in [A-Z][a-z]+ 2024, infinite' out

# ---- Months ---------------------------------------------------------------------------------------------------

# What is driven by monthly data is shown in the month of the data: 90 is the number of February 2024.
sed 's/^outputs:/&\n  - {variable: ammunition delivered, section: support}/' "$case" >example/monthly.yaml
check "a shortage begins in the month in which deliveries stop" 0 'stops .* Oct 2024 \(Oct 2024 to Oct 2024\)' '' \
    run example/monthly.yaml --members 20 -o monthly
that "a month's data are shown in that month" grep -q '^actual,ammunition delivered,,2024-02,90,90,' monthly/summary.csv
that "a change holds from its month on" grep -q '^stops,ammunition delivered,,2024-09,80,80,' monthly/summary.csv
that "and not a month later" grep -q '^stops,ammunition delivered,,2024-10,0,0,' monthly/summary.csv

# ---- gnuplot ------------------------------------------------------------------------------------------------------

# A stand-in that notes that it was started, and draws or does not.
mkdir stand-in
gnuplot=$(command -v gnuplot)
stand_in() { # what it does
    printf '#!/bin/sh\necho started >>%s/started\n%s\n' "$work" "$1" >stand-in/gnuplot
    chmod +x stand-in/gnuplot
    rm -f started
}
search=$PATH
PATH=$work/stand-in:$PATH
stand_in "exec $gnuplot \"\$@\""
check "one thread draws" 0 'report.html' '' run "$case" --members 40 --threads 1 -o one
that "one thread starts one gnuplot" test "$(wc -l <started)" -eq 1
stand_in 'exit 0'
check "a gnuplot that draws nothing is a failed run" 1 '' 'svg: cannot read' run "$case" --members 40 -o none
that "and leaves nothing" test ! -e none
stand_in 'i=0; while [ $i -lt 99 ]; do : >$i.svg; i=$((i + 1)); done'
check "empty charts are said to be so" 1 '' 'ended with code 0 but left a chart empty: it gives no reason' \
    run "$case" --members 40 -o none
stand_in 'i=0; while [ $i -lt 99 ]; do echo "<svg>" >$i.svg; i=$((i + 1)); done; echo no room >&2'
check "damaged charts are said to be so" 1 '' 'left a chart of 6 bytes that is damaged .no element found.: no room' \
    run "$case" --members 40 -o none
stand_in "$gnuplot \"\$@\"; sed -i s/stroke-width/stroke-WIDTH/ 0.svg"
check "a chart that lacks something is told from a second drawing" 1 '' 'damaged .drawn again it is different' \
    run "$case" --members 40 -o none
stand_in 'echo out of ink >&2; exit 3'
check "a gnuplot that fails is quoted" 1 '' 'out of ink' run "$case" --members 40 -o none
stand_in 'exec sleep 60'
"$truce" run "$case" --members 40 --chart answer -o hangs.svg >out 2>err &
hanging=$!
for _ in $(seq 300); do if [ -e started ]; then break; fi; sleep 0.1; done
kill -TERM $hanging
code=0
SECONDS=0
wait $hanging || code=$?
that "a chart by itself is given up at a signal while gnuplot draws" test -e started -a $code -gt 128 -a $SECONDS -lt 20
that "and is not there" test ! -e hangs.svg
PATH=$search

# ---- Interruption -------------------------------------------------------------------------------------------------

for signal in INT TERM; do
    code=0
    timeout --preserve-status -s $signal 0.4 "$truce" run "$case" --members 1000000 -s actual -o stopped >out 2>err || code=$?
    that "SIG$signal ends the run as a signal does" test $code -gt 128
    that "SIG$signal says so" grep -q 'the run was cancelled' err
    that "SIG$signal leaves nothing" test ! -e stopped
done
given_up() { # words of a command line: ended by a signal while members run, it has no answer
    local code=0
    timeout --preserve-status -s INT 0.4 "$truce" "$1" "$root/cases/ukraine" --priors -n 20000 -t 1 "${@:2}" >out 2>err || code=$?
    [ $code -gt 128 ] && [ ! -s out ]
}
that "a signal ends truce enough" given_up enough --goal 'change "territory held" 2026-01..2026-12 <= 0' \
    --lever 'effectiveness[defender]=0:5'
that "and truce matter" given_up matter --value 'at "territory held" 2026-12' --method draws
that "and truce matter --when" given_up matter --when 'at "territory held" 2026-12 > 3'
that "and truce yearly" given_up yearly --value 'territory held'
that "and truce claims" given_up claims
mkdir keep && echo mine >keep/summary.csv
timeout --preserve-status -s INT 0.4 "$truce" run "$case" --members 1000000 -s actual -o keep --force >out 2>err || true
that "an interrupted run leaves earlier results alone" test "$(cat keep/*)" = mine

# ---- Talks --------------------------------------------------------------------------------------------------------

table=$root/tests/data/talks
check "talks are shown" 0 'DEALS, gain over war' '' talks "$table" --members 200
that "the table fits 100 columns" sh -c '! grep -qE "^.{101}" out'
check "talks have help" 0 'truce talks CASE' '' talks --help
check "talks are written" 0 'POSITION, out of 100' '' talks "$table" --members 200 --branch push=0.3 -o talks
that "talks.csv has its columns" sh -c 'head -1 talks/talks.csv | grep -qx "scenario,month,quantity,deal,side,p05,p25,p50,p75,p95,units,given"'
that "talks.csv has peace after ten years, deal by deal" \
    test "$(grep -c '^actual,2024-04,resumed within 10 years,' talks/talks.csv)" -eq 3
that "talks.nc is a NetCDF-4 file" sh -c 'head -c 4 talks/talks.nc | grep -q HDF'
that "talks.html has its charts and no reference outside" \
    sh -c 'test "$(grep -c "<svg role" talks/talks.html)" -eq 18 && ! grep -qE "(src|href)=.https?:" talks/talks.html'
cp talks/talks.csv before.csv
check "talks are not overwritten" 1 '' 'already holds results \(talks.csv\)' talks "$table" --members 200 -o talks
check "talks are overwritten by force" 0 - '' \
    talks "$table" --members 200 --branch push=0.3 --threads 1 -o talks --force
that "talks do not depend on the number of threads" cmp talks/talks.csv before.csv
check "deals can be chosen" 0 'A guarded freeze' '' talks "$table" --members 200 --deal guarded
that "only they are shown" sh -c '! grep -q "All of it back" out'
check "deals that are chosen have their terms" 0 '^guarantee: freeze-force for freeze-paper' - \
    talks "$root/cases/ukraine" --deal freeze-force --members 200
that "and no other deal has" sh -c 'test "$(grep -cE "^(line|form|relief|guarantee): " out)" -eq 1'
check "a deal may be asked for twice" 0 - '' talks "$table" --members 200 --deal guarded --deal guarded
that "each deal is shown once" sh -c 'test "$(sed -n "/^PEACE/,/^$/p" out | grep -c "^A guarded freeze")" -eq 1'
check "talks without a zone are written" 0 - '' talks "$root/tests/data/talks/beliefs.yaml" --members 200 -o apart
that "talks.html says that no deal would be struck" \
    sh -c 'grep -q "In Feb 2024 no future has a line that both would accept" apart/talks.html &&
           ! sed "s/<[^>]*>//g" apart/talks.html | grep -qi "nan %"'
check "scenarios are compared" 0 'push (strengthens|weakens) defender.s position|push: whether it changes' '' \
    talks "$table" -s actual -s push -s push --members 200 -o compared
that "the comparison fits 100 columns" sh -c '! grep -qE "^.{101}" out'
that "each scenario is compared once" sh -c 'test "$(grep -c "is stronger in" out)" -eq 1'
that "all are in talks.csv, changes of all but the first" \
    sh -c 'grep -q "^actual,2024-04,value of war,,attacker," compared/talks.csv &&
           grep -q "^push,2024-04,standard error of mean change of position,,defender," compared/talks.csv &&
           ! grep -q "^actual,[^,]*,change of position" compared/talks.csv'
that "talks.html has charts of the comparison, wide and narrow" test "$(grep -c '<svg role' compared/talks.html)" -eq 22
# shellcheck disable=SC2046 # many words
check "scenarios are not without end" 64 '' 'may be given 16 times' \
    talks "$table" $(printf -- '-s actual %.0s' $(seq 17))
check "members may be the draws of a fit" 0 'are the 1,000 draws of the posterior' - \
    talks "$root/cases/ukraine" --posterior "$root/cases/ukraine/posterior" --members 1000
check "fewer members are the first draws" 0 'the first 200 of the 1,000 draws of the' - \
    talks "$root/cases/ukraine" --posterior "$root/cases/ukraine/posterior" --members 200
check "talks may begin in the past" 0 'Jan 2024' '' talks "$table" --members 200 --from 2024-01
check "a month is a month" 64 '' 'is a month such as' talks "$table" --from January
check "talks begin within the horizon" 64 '' 'within the horizon, 2024-01 to 2024-08' talks "$table" --from 2025-01
check "talks need a posterior that is there" 2 '' 'nowhere' talks "$table" --posterior nowhere
check "an unknown deal is refused" 64 '' 'no deal "guardet" .did you mean "guarded"' talks "$table" --deal guardet
check "an unknown scenario is refused" 64 '' 'no scenario "pull"' talks "$table" -s pull
check "an unknown branch is refused" 64 '' 'no scenario "pusch" .did you mean "push"' talks "$table" --branch pusch=0.3
check "a branch needs a probability" 64 '' 'SCENARIO=PROBABILITY' talks "$table" --branch push
check "a probability is 0 to 1" 64 '' 'SCENARIO=PROBABILITY' talks "$table" --branch push=1.5
check "talks need enough members" 64 '' 'at least [0-9]+ members are needed \(regressions on what the sides see\), not 10' talks "$table" --members 10
check "few futures are told as few" 0 'change in points' - \
    talks "$root/cases/ukraine" -s actual -s common-fund --members 200 -o few
cp out compared.txt
sed "s/<[^>]*>//g" few/talks.html >words
that "a change of a zone is the difference of the shares, and so is that of deals" awk -F, '
    ($3 == "zone" || $3 == "deal struck") && $12 == "record" { level[$1, $2, $3] = $8 }
    $3 == "change of zone" || $3 == "change of deal struck" {
        name = substr($3, 11); n++
        gap = level["common-fund", $2, name] - level["actual", $2, name] - $8
        if (gap > 1e-6 || gap < -1e-6) exit bad = 1 }
    END { exit bad || n < 50 }' few/talks.csv
that "no more futures have a position than both sides would sign some deal in, and no fewer than have a zone" awk -F, '
    $1 == "actual" && $12 == "record" && $3 == "each side signs some line" { have[$2] = $8 }
    $1 == "actual" && $12 == "record" && $3 == "zone" { zone[$2] = $8 }
    $1 == "actual" && $12 == "record" && $3 == "never signs" && $4 == "freeze-paper" && $8 > never[$2] { never[$2] = $8 }
    END { for (m in have) { n++
            if (have[m] > 1 - never[m] + 1e-6 || have[m] < zone[m] - 1e-6) bad = 1
            lacks = lacks || have[m] < 0.9 }
        exit bad || !lacks || n < 40 }' few/talks.csv
that "and the page says how many" grep -q "each side would sign some line" words
that "leverage within two standard errors of zero is told by its error alone" awk '
    /^LEVERAGE/ { on = 1 } on && /^$/ { exit }
    on && /\([0-9.]+\)/ { n++; match($0, /[0-9.]+ \([0-9.]+\)/); split(substr($0, RSTART, RLENGTH - 1), part, / \(/)
        dashes = gsub(/–/, "–")
        if ((part[1] <= 2 * part[2]) != (dashes > 0)) bad = 1 }
    END { exit bad || !n }' compared.txt
that "a position is told where five futures have one, and its change where five do in both" awk -F'  +' '
    FILENAME ~ /csv/ { if ($1 ~ /^(actual|common-fund),2026-01,each side signs some line,.*,record$/) {
        split($1, part, ","); if (part[8] < least || least == "") least = part[8] } next }
    match($0, /effective number is [0-9]+/) { alike = substr($0, RSTART + 20, RLENGTH - 20) }
    /^POSITION/ { on = 1 } on && /^$/ { exit }
    on && /^(actual|common-fund|  change|  is stronger in)  / { n++; first = /^ / ? 3 : 2
        for (i = first; i <= NF; i++) { none = $i ~ /–/; c = i - first; told[c] += !none; hidden[c] += none } }
    END { if (n != 4 || hidden[0] < 3 || !alike || least * alike >= 5) exit 1
        for (c in told) if (hidden[c] && told[c] > 1) exit 1
        exit told[1] != 4 }' few/talks.csv compared.txt
that "lines agreed are said to count by how likely they are, and no title has a bound of a bound" sh -c '
    grep -q "each future counts by the probability that they would agree" words && ! grep -q "more than &lt;" few/talks.html'
that "a zone is shaded where there is one, between the limits of the sides" sh -c '
    grep -q "without a band there is no zone in the median future" words && grep -q "concedes" words'
that "what there is none of is empty in talks.csv" sh -c '! grep -q nan few/talks.csv && grep -q ",line missing,.*,,,,,," few/talks.csv'
that "shares are told alike on the page, and no quarter is shaded of few futures" sh -c '
    sed "s/<[^>]*>//g" few/talks.html >words
    grep -q "shares are rounded to 10 points" words &&
    ! sed -n "/<h2>Deals in/,/<h2>Data/p" few/talks.html | grep -qE "[1-9] %</td>|>100 %</td>|>0 %</td>" &&
    grep -q "an effective number of futures below 40 is too few for a 50 % band" words && ! grep -q "bands: 50 % and 90 %" words'
that "no more than two obstacles are named, or none stands out" \
    sh -c 'grep "Why there is no deal" words | grep -qE "no single obstacle stands out|above all, [^<]*$" &&
           test "$(grep "Why there is no deal" words | grep -oE "aims of|neither knows|war could|no opening" | wc -l)" -le 2'
that "a line is told only where futures have one" sh -c '! grep -q "A deal of Jan 2026 would leave" words'
that "the page says what is foreseen and what the zone is of" sh -c '
    grep -q "Sides foresee what a scenario brings" words && grep -q "The line is free here" words'
check "talks may be quiet" 0 '' '' talks "$table" --members 200 --quiet -o hush
that "quiet talks print nothing and write their files" sh -c 'test ! -s out && test -s hush/talks.csv'
check "a later scenario alone tells the record" 0 'effective number is [0-9]+ of 200' - \
    talks "$root/cases/ukraine" -s common-fund --members 200
check "a deal and none add up" 0 'WHY NO DEAL' - talks "$root/cases/ukraine" --members 200
that "a deal and none add up to 100" sh -c '
    deal=$(tr "\n" " " <out | grep -oE "a deal within 12 months of Jan 2026 has a probability of <?[0-9]+" | grep -oE "[0-9]+$")
    none=$(grep -oE "WHY NO DEAL within 12 months \(>?[0-9]+" out | grep -oE "[0-9]+$")
    test $((deal + none)) -eq 100'
that "of few futures no share of them is told as 0" \
    sh -c 'grep -qE "^12 months .*\[" out && ! grep -qE "^[0-9]+ months .*( |\[)0 (\[|to)" out'
check "talks need a case" 64 '' 'is not a case, and talks needs one' talks decay.xmile
check "talks need a section" 64 '' 'no section "talks"' talks "$case"
code=0
timeout --preserve-status -s INT 0.4 "$truce" talks "$root/cases/ukraine" --members 200000 -o stopped >out 2>err || code=$?
that "talks end as a signal says" test $code -gt 128
that "stopped talks leave nothing" test ! -e stopped

# ---- A terminal ---------------------------------------------------------------------------------------------------

if script -qec true typescript </dev/null >/dev/null 2>&1; then
    escape=$(printf '\033')
    script -qec "'$truce' run $case --members 200 -s actual" typescript </dev/null >/dev/null 2>&1 || true
    that "a progress bar is on a terminal" grep -q 'of 200 members' typescript
    NO_COLOR=1 script -qec "'$truce' run $case --members 40 -s actual 2>/dev/null" typescript </dev/null >/dev/null 2>&1 || true
    that "NO_COLOR is honoured" sh -c "! grep -q '$escape' typescript"
else
    skip "a terminal (none can be made here)"
fi

# ---- Fits -----------------------------------------------------------------------------------------------------------

line=$root/tests/data/fit/case.yaml
that "fit" sh -c "'$truce' fit '$line' --particles 8000 -o fit-whole >out 2>err"
that "fit tells what it learned" grep -q '^  slope ' out
"$truce" fit "$line" --particles 8000 -o fit-killed >out 2>err &
killed=$!
for _ in $(seq 200); do
    if [ -f fit-killed/checkpoint.bin ]; then break; fi
    sleep 0.05
done
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null || true
that "a killed fit leaves no posterior" test ! -e fit-killed/posterior.nc
that "one that does not begin keeps what it had" sh -c "! '$truce' fit '$line' --force --until 1800-01 -o fit-killed 2>err && test -e fit-killed/checkpoint.bin"
that "a killed fit goes on" "$truce" fit "$line" --particles 8000 --threads 1 -o fit-killed
that "and ends in the same bits" cmp fit-whole/posterior.nc fit-killed/posterior.nc
that "a run on the posterior" sh -c "'$truce' run '$line' --posterior fit-whole --members 40 >out 2>err"
that "says what its intervals come from" sh -c "tr '\\n' ' ' <out | grep -q 'come from a fit to the data up to 2024-12'"
that "without a warning" test ! -s err
mkdir -p slip
cp "$root/tests/data/fit/"* slip
sed -i 's/^2024-06,[0-9.]*,/2024-06,1000000000,/' slip/observed.csv
that "a value beside its series is told" sh -c "'$truce' check slip/case.yaml 2>&1 >out | grep -q 'observed.csv: \"seen\" of 2024-06, 1e+09, is .* times the median of its series'"
that "and by a fit that it ends" sh -c "! '$truce' fit slip/case.yaml --particles 64 2>err && grep -q 'out of reach of the model: \"seen\" of 2024-06' err"
that "a fit up to an earlier month" sh -c "'$truce' fit '$root/tests/data/known/case.yaml' --until 2024-03 --particles 32 -o fit-then >out"
that "has the priors of then and says so" grep -q '^Priors as they were known then: 1 of 2 differ' out
that "and a run on it takes it for this case's" sh -c "'$truce' run '$root/tests/data/known/case.yaml' --posterior fit-then --members 8 >out 2>err && test ! -s err"
that "or the priors of today" sh -c "'$truce' fit '$root/tests/data/known/case.yaml' --until 2024-03 --priors as-is --particles 32 >out && ! grep -q '^Priors as' out"
that "score of a case" sh -c "'$truce' score '$line' --particles 32 -o fit-scores >out 2>err"
that "shows every entrant against the best rival" sh -c "for e in model walk ar1 bootstrap damped persistence pool prior; do grep -q \"^  \$e  *[0-9.]\" out || exit 1; done"
that "and the targets" grep -q "the pool's CRPS is at least 10 % below that of the best rival" out
that "and the weights of the pool" grep -q '^  12 months .*[0-9]' out
that "and the evidence by origin" grep -q 'Jul 2024  *7 .*+- ' out
that "scores are written by rival" test "$(cut -d, -f4 fit-scores/scores.csv | sort -u | tr '\n' ' ')" = 'ar1 bootstrap damped model persistence pool prior rival walk '
that "forecasts too" test "$(grep -c '^seen,km,2024-07,1,' fit-scores/forecasts.csv)" -eq 8
that "and the evidence" test "$(wc -l <fit-scores/evidence.csv)" -eq 13
that "and the residuals of one month ahead" grep -q '^seen,km,model,6,[0-9.e-]*,[0-9.e-]*,[0-9.e-]*,0.408248,' fit-scores/residuals.csv
that "whose table says what right forecasts have" grep -q '^For right forecasts: mean 0, spread 1' out
that "and the weights, for the next forecast too" test "$(grep -c '^2024-12,12,' fit-scores/weights.csv)" -eq 7
that "and the table of the hubverse" grep -q '^pool,2024-07-31,seen,1,2024-08-31,quantile,0.5,[0-9.-]*$' fit-scores/hubverse.csv
that "with what came of it" grep -q '^2024-07-31,seen,1,2024-08-31,0.86$' fit-scores/oracle.csv
that "a row of scores says what it rests on" grep -q '^seen,km,1,model,6,2024-06,2024-11,.*,32,1,' fit-scores/scores.csv
that "origins can be chosen" sh -c "'$truce' score '$line' --particles 32 --from 2024-08 --to 2024-10 --every 2 --priors both >out"
that "and the priors" grep -q '^  hindsight ' out
mkdir -p earlier
cp "$root/tests/data/fit/"* earlier
sed -i 's/^horizon: .*/&\ndata end: 2024-09/' earlier/case.yaml
sed -i 's/^\(2024-1[0-2]\),[0-9.]*/\1,/' earlier/observed.csv
that "a forecast" sh -c "'$truce' forecast earlier/case.yaml --particles 32 --date 2024-10-05 -o foretold >out 2>err"
that "says that its weights are equal" grep -q 'equal by kind, as no scores are given' out
that "in quantiles, with date, end of the data, version and hashes" grep -q '^pool,2024-09-30,seen,3,2024-12-31,quantile,0.5,[0-9.]*,2024-10-05,2024-09,[0-9.]*,[0-9a-f]\{32\},[0-9a-f]\{32\}$' foretold/forecast.csv
that "is judged in newer data" sh -c "'$truce' score --forecast foretold/forecast.csv --data '$line' >out 2>err"
that "by what was observed" grep -q '^   1 month  pool  *1.33 ' out
that "in sums over persistence" grep -q '^  persistence  *1.00 ' out
that "and says what cannot be judged" grep -q 'forecasts cannot be judged' out
that "outcomes that use leaves out are not said to be absent" sh -c "mkdir -p hidden && cp '$root/tests/data/fit/'* hidden &&
    sed -i 's/units: km, source/use: {to: 2024-09}, &/' hidden/case.yaml &&
    '$truce' score --forecast foretold/forecast.csv --data hidden/case.yaml >out 2>err && grep -q 'are in the data, but \"use\"' out"
sed 's/^\(pool.*quantile,0.5,\)[0-9.]*/\19/' foretold/forecast.csv >forged.csv
check "a forecast that was changed is refused" 2 '' 'its hash does not match' score --forecast forged.csv --data "$line"
check "a forecast is judged without fits" 64 '' 'goes with --data alone' \
    score --forecast forged.csv --data "$line" -o judged-forecast
mkdir -p tiny
cp "$root/tests/data/fit/"* tiny
sed -i 's|<dt>[^<]*</dt>|<dt>0.0000009765625</dt>|' tiny/model.xmile
check "steps that are too many for a case are the fault of its model" 2 '' 'model.xmile: from 0 to 12 .* are more than' run tiny/case.yaml
check "a forecast needs data" 64 '' 'give --forecast FILE with --data CASE' score --forecast forged.csv
mkdir -p stale
sed 's/^2024-09/2023-09/' fit-scores/weights.csv >stale/weights.csv
cp -r "$root/tests/data/talks" gone
sed -i 's|IF held &gt; 90 THEN 1 ELSE 0|IF TIME \&gt;= 5 THEN 1 ELSE 0|' gone/model.xmile
check "talks need a war that can resume" 2 '' 'settlements cannot be valued: in every future' talks gone/case.yaml -n 300
cp -r "$root/tests/data/talks" later
sed -i 's/end: 2024-08/end: 2024-12/; s/^  reference:/  base rate: {shape: 1.1, scale: 5, start: 2024-07, source: x}\n&/' later/case.yaml
check "a war that begins after its talks has no base rate" 0 'there is nothing to explain' '' talks later/case.yaml -n 300
cp -r "$root/tests/data/fit" brief
awk -F, 'NR <= 4 { print; next } { print $1 ",,," }' "$root/tests/data/fit/observed.csv" >brief/observed.csv
sed -i '/^rivals:/d' brief/case.yaml
check "a forecast of nothing is refused" 2 '' 'there is nothing to forecast' forecast brief/case.yaml --particles 32 -o brief-forecast
check "weights of another month are refused" 2 '' 'score it again' forecast earlier/case.yaml --particles 32 --scores stale
check "priors of another kind are refused" 64 '' 'did you mean "dated"' score "$line" --priors date
that "a kept record" "$truce" score "$line" --particles 32 --keep fit-kept -o fit-again
that "goes on to the same bits" sh -c "'$truce' score '$line' --particles 32 --keep fit-kept --threads 3 -o fit-kept-again && cmp fit-again/forecasts.csv fit-kept-again/forecasts.csv"
cp fit-scores/scores.csv fit-whole
that "a report of the posterior" sh -c "'$truce' run '$line' --posterior fit-whole --members 400 -o fit-report >out 2>err"
that "shows what was learned" grep -q 'The 2 most learned of 2 parameters' fit-report/report.html
that "shows the scores" grep -q 'How good the forecasts have been' fit-report/report.html
that "says what the model is not good at" grep -q '^What the model is not good at: ' out
that "tells fitted months" grep -q '^seen,2024-01,fitted,' fit-report/observed.csv
mkdir -p others/posterior
cp "$root/tests/data/fit/"* others
cp fit-whole/posterior.nc others/posterior
sed '/^observations:/d; /name: seen/d' others/case.yaml >others/unseen.yaml
sed 's/{fixed: 0.6}/{uniform: {low: 0.5, high: 0.7}}/' others/case.yaml >others/rougher.yaml
check "a case without observations leaves another's fit alone" 0 'come from the priors' 'left out; fit again' \
    run others/unseen.yaml --members 20
check "so does a case with another parameter" 0 'come from the priors' 'left out; fit again' \
    run others/rougher.yaml --members 20
check "which it does not take when it is told to" 2 '' 'no draws of the parameter "roughness"' \
    run others/rougher.yaml --members 20 --posterior others/posterior
mkdir -p own/posterior
cp "$root/tests/data/fit/"* own
cp fit-scores/scores.csv own/posterior
that "a report of the priors" sh -c "'$truce' run own/case.yaml --members 400 -o fit-priors >out 2>err"
that "shows the scores beside the case" grep -q 'the futures of this page are drawn from the priors' fit-priors/report.html
sed -i 's/,damped,/,model,/' fit-whole/scores.csv
check "scores that are damaged are refused" 2 '' 'is scored twice for "model"' run "$line" --posterior fit-whole
rm fit-whole/scores.csv
cp -r "$root/tests/data/fit" changed
sed -i 's/mean: 1, sd: 3/mean: 1, sd: 4/' changed/case.yaml
"$truce" run changed --posterior fit-whole --members 40 >out 2>err
that "a posterior of another prior is stale" grep -q 'fit again' err
that "a fit of no particles is refused" sh -c "'$truce' score '$root/cases/ukraine' --particles 0 2>err; test \$? -eq 64"

# ---- Questions -------------------------------------------------------------------------------------------------

case=$root/tests/data/small/case.yaml
check "futures that fail are told first" 0 'of 30 futures have$|futures have failed' - \
    run "$root/cases/ukraine" --set 'military aid allocated=-3' --from 2026-01 -n 30
that "before what is told of the others" sh -c 'tr "\n" " " <out |
    grep -qE "[0-9]+ of 30 futures have failed .values that are no numbers. and are left out of all that follows. (Russia|Ukraine) gains"'
check "compare says by when half of an effect is reached" 0 'P\(>0\) +half by' '' compare "$root/cases/ukraine" no-halt actual -n 50 \
    --from 2023-10 --to 2024-06 -o halves
that "also in its files" sh -c 'grep -q ",effect,.*,2024-0[1-6]$" halves/compare.csv && grep -q "\"half by\": \"2024-0" halves/compare.json &&
    grep -q ">half by<" halves/compare.html'
check "compare tells effects" 0 'P\(>0\)' '' compare "$case" actual edited -n 50
check "compare prints JSON" 0 '"reference": "actual"' '' compare "$case" actual edited -n 50 --json
that "the JSON of compare is JSON" python3 -m json.tool out
check "compare needs two scenarios" 64 '' 'which scenario is the reference' compare "$case" actual
check "compare knows near names" 64 '' 'did you mean "edited"' compare "$case" actual editd
check "compare checks months" 64 '' '--from is a month' compare "$case" actual edited --from soon
check "compare needs a case" 64 '' 'is not a case' compare decay.xmile a b
check "compare writes files" 0 'compare.html' '' compare "$case" actual edited -n 50 -o worlds
that "compare.html is well-formed" python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("worlds/compare.html")'
check "compare keeps results" 1 '' 'force' compare "$case" actual edited -n 50 -o worlds
check "compare explains itself" 0 'Usage' '' compare --help
# ---- A case in days -------------------------------------------------------------------------------------------------

days=$root/cases/summer-2023
check "a case in days is right" 0 'Time +0 to 183 days' '' check "$days"
check "a case in days runs" 0 'km² a day in 1 to 30 Nov 2023' '' run "$days" --priors --members 200 -o days
that "without a month in what it prints" sh -c '! grep -q month out'
that "or in its files" sh -c 'head -1 days/summary.csv days/observed.csv | grep -c ",day," | grep -qx 2 && ! grep -q "months\? \|a month" days/report.html'
check "a date of a case in days is a day" 64 '' '"2023-10" is not a day such as 2024-03-31' fit "$days" --particles 64 --until 2023-10 -o days-fit
check "a case in days is fitted" 0 'data to 2023-06-20' - fit "$days" --particles 64 --until 2023-06-20 -o days-fit
that "which tells no parts of a time that short" sh -c "grep -q 'likelihoods in' out && ! grep -q -- '-[0-9]* % of the work\|in 0 s' out"
check "and run from its fit" 0 'up to 2023-06-20|to the data up' - run "$days" --posterior days-fit --members 128
check "and scored" 0 '^ +1 day .*3 days +6 days +12 days' - score "$days" --particles 32 --from 2023-06-10 --to 2023-06-16 --every 6 -o days-scores
that "by days in its files" sh -c 'grep -q "^series,units,days,rival" days-scores/scores.csv && grep -q ",2023-06-10,losses claimed,12,2023-06-22," days-scores/hubverse.csv'
check "an origin in months is refused" 64 '' 'is a day such as 2024-03-31' score "$days" --particles 32 --from 2023-06
check "a case in days is forecast" 0 'to 12 Nov 2023' - forecast "$days" --particles 32 --date 2023-11-01 -o days-forecast
check "worlds are compared by days" 0 '20 Nov 2023 to 30' '' compare "$days" as-it-was pressed --priors -n 50 \
    --from 2023-11-20 --to 2023-11-30 -o days-worlds
that "in rows of days" grep -q ',2023-11-21,effect,' days-worlds/compare.csv
check "a window in months is refused" 64 '' '--from is a day such as' compare "$days" as-it-was pressed --priors --from 2023-11
check "a lever of the case is told by its title and units" 0 "Size of a common fund, EUR bn a year" - \
    enough "$root/cases/ukraine" --goal "change \"territory held\" 2027-01..2027-12 <= 0" --lever fund-size=0:150 --probability 0.15 -n 40
that "in the answer too" sh -c 'tr "\n" " " <out | grep -qE "Size of a common fund .lever fund-size of the case.( at| from)"'
check "a case with the losses of one side is run" 0 - '' run "$days" --priors -n 40 -o oneside
that "and its report says that they are those of one" grep -q "the losses shown here are of one side alone" oneside/report.html
check "how much is enough from a day on" 0 'Enough: usual advance \(value, from 10 Nov 2023\)' '' enough "$days" --priors \
    -n 50 --goal 'change "ground" 2023-11-10..2023-11-30 > 0' --lever 'usual advance=0:50' --from 2023-11-10
mkdir oneword
printf "%s\n" month,drift 2024-01,1 >oneword/d.csv
sed "s/^truce: 1/truce: 1\nobservations:\n  - {name: o, variable: drift, file: d.csv, column: drift, error: {normal: 1}, source: me}/" "$root/tests/data/talks/case.yaml" >oneword/case.yaml
cp "$root"/tests/data/talks/*.xmile oneword
check "a source in one word is told what it may be" 2 "" "no source .me.: write the id of one under" check oneword
check "a goal in months is refused" 2 '' 'a day such as' enough "$days" --priors -n 50 --goal 'at "ground" 2023-11 > 0' \
    --lever 'usual advance=0:50'
check "and its forecast is judged" 0 '1 day +model' '' score --forecast days-forecast/forecast.csv --data "$days"

cat >few.yaml <<'YAML'
as-of: 2024-02-10
claims:
  - {id: sums, claim: Two and two are four., test: 2 + 2 = 4}
  - {id: none, claim: Nobody can tell., evidence: The case has no such thing.}
YAML
grep -v Nobody few.yaml >one.yaml
sed 's/2024-02-10/2026-01-05/' one.yaml >late.yaml
check "claims are judged" 0 '^supported: Two and two' '' claims "$case" --claims few.yaml -n 20
check "what nobody can tell is undetermined" 0 '^undetermined: Nobody' '' claims "$case" --claims few.yaml -n 20
that "with what is known of it" grep -q "^The case has no such thing.$" out
check "claims print one kind of JSON" 64 '' 'give one of them' claims "$case" --claims few.yaml --json --json-ld
check "claims print ClaimReview" 0 'ClaimReview' '' claims "$case" --claims few.yaml -n 20 --json-ld
that "ClaimReview is JSON" python3 -m json.tool out
check "claims write files" 0 'claims.html' '' claims "$case" --claims few.yaml -n 20 -o judged
that "claims.html is well-formed" python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("judged/claims.html")'
check "claims take a posterior or the priors" 64 '' 'leaves the posterior out' claims "$case" --posterior x --priors
mkdir two-fits
touch two-fits/posterior.nc two-fits/checkpoint.bin keep-file
check "an interrupted fit over an old one is told apart" 1 '' 'interrupted fit and results .*posterior.nc.*move' \
    fit "$line" --particles 32 -o two-fits
check "forecasts are kept in a folder only" 1 '' 'keep-file: cannot use the directory: it is a file' \
    score "$line" --particles 32 --keep keep-file
check "an archive that could not be read again is not begun" 64 '' 'evaluations times members are at most' \
    plan "$line" --goal 'at "aid" 2024-06 > 1' --lever aid=0:5 --how set -n 20000 --evaluations 100000 --archive large.csv
check "a fit that is not made is not kept" 64 '' 'that --particles asks for' claims "$case" --keep kept-claims
check "a page takes a posterior or the priors" 64 '' 'leaves the posterior out' web "$case" -o page --posterior x --priors
check "claims need a file" 2 '' 'claims.yaml: the case has no file of claims: write one, or .*--claims FILE' claims "$case"
check "one claim is told as one" 0 '^1 claim, judged' '' claims "$case" --claims one.yaml -n 20
check "claims about talks take as many members as talks do" 0 '1,000 members .for talks 4,000. drawn' '' \
    claims "$root/tests/data/talks" --claims "$root/fuzz/seeds/claims/tests"
check "claims say that they take the fit beside the case" 0 '150 members drawn from a fit to these data, seed' '' \
    claims "$root/cases/ukraine" --claims late.yaml -n 150
that "and have its date in JSON" sh -c "'$truce' claims '$root/cases/ukraine' --claims late.yaml -n 150 --json |
    grep -q '\"draws know data to\": \"Dec 2025\"'"
that "and why they do not" sh -c "'$truce' claims '$root/cases/ukraine' --claims one.yaml -n 150 | tr '\n' ' ' |
    grep -q 'drawn from the priors, since the fit beside the case uses data to Dec 2025'"

printf '%s\n' 'as-of: 2026-01-05' 'claims:' '  - {id: weak, claim: A side is strong., test: talks strong defender}' \
    '  - {id: likely, claim: It is not., test: 1 - talks strong defender, holds-if: 0.75}' >strong.yaml
check "claims about talks have the interval of futures alike" 0 - '' \
    claims "$root/cases/ukraine" --claims strong.yaml -n 200 --json
that "which is wider than that of the members" python3 -c '
import json, math
judged = json.load(open("out"))["claims"][0]
p, low, high = judged["probability"], judged["low"], judged["high"]
members = 2 * 1.645 * math.sqrt(p * (1 - p) / 200)
assert 0 <= low < p < high <= 1 and high - low > 1.2 * members, (p, low, high)'

check "matter needs a value" 64 '' 'what to analyse' matter "$case"
check "a plan has months of its case" 64 '' '--from is a month' \
    plan "$case" --goal '2 > 1' --lever aid=1:2 --from 2024-01-01
check "plan needs a goal" 64 '' 'what is to be reached' plan "$case"
check "plan checks ranges" 64 '' 'NAME=LEAST:MOST' plan "$case" --goal '2 > 1' --lever aid=2:1
check "plan checks how" 64 '' 'did you mean "scale"' plan "$case" --goal '2 > 1' --lever aid=1:2 --how scal
check "plan checks prices" 64 '' 'names no --lever' plan "$case" --goal '2 > 1' --lever aid=1:2 --price ai=3
check "plan knows no such lever" 2 '' 'no lever and no element of the model "aaid"' \
    plan "$case" --goal '2 > 1' --lever aaid=1:2
check "a variable as a lever of a plan needs a range" 64 '' 'lever of the case that moves it is "fund-size"' \
    plan "$root/cases/ukraine" --goal 'front speed <= 0' --levers 'fund size'
check "several levers stand after --levers" 2 '' 'no lever and no element of the model "aaid"' \
    plan "$case" --goal '2 > 1' --levers aid=1:2 aaid=1:2 --probability 0.5
cp -r "$(dirname "$case")" planned
check "a plan keeps an archive" 0 - - \
    plan planned --goal 'at "aid" 2024-03 > -5' --lever price=1:2 --how set -n 20 --evaluations 8 --archive planned.csv
sed -i 's/median: 2, sd: 0.5/median: 3, sd: 0.5/' planned/case.yaml
check "which counts for no other priors" 2 '' 'of another question .case' \
    plan planned --goal 'at "aid" 2024-03 > -5' --lever price=1:2 --how set -n 20 --evaluations 8 --archive planned.csv
sed 's/^scenarios:/&\n  plain: {title: Plain}\n  other: {from: plain, title: Other}\n  forks: {from: plain, title: Forks, branches: [{scenario: other, probability: 0.5}]}/' \
    planned/case.yaml >planned/forked.yaml
check "levers are not moved in a scenario with branches" 2 '' 'has branches, and levers cannot be moved' \
    plan planned/forked.yaml --goal 'at "aid" 2024-03 > -5' --lever price=1:2 --how set -n 20 --scenario forks
check "a value without quotes is told how it is written" 2 '' 'stands in quotes: at "NAME" 2024-08' \
    matter "$root/tests/data/talks" --value 'at held 2024-08'
check "a case with branches is checked" 0 'scenarios' '' check planned/forked.yaml
check "plan needs a path for its archive" 64 '' 'needs a path' plan "$case" --goal '2 > 1' --lever aid=1:2 --archive ''
check "yearly needs a value" 64 '' 'of what' yearly "$case"
check "yearly checks its ranges" 64 '' 'NAME=LOW:HIGH' yearly "$case" --value aid --spread aid=2:1
check "yearly tells stocks by their ends" 0 'at the end of each year' '' yearly "$root/cases/ukraine" --priors -n 20 --value 'territory held'
check "yearly suggests outputs that hold the word" 2 '' 'did you mean "fund debt"' yearly "$root/cases/ukraine" --value debt
check "yearly names the elements of an output" 2 '' '"force\[attacker\]"' yearly "$root/cases/ukraine" --value force
check "yearly adds the dead of both sides" 0 'Killed, both sides in' '' yearly "$root/cases/ukraine" --priors -n 20 --value Killed -o dead
that "beside those of each" sh -c 'grep -q "^Ukraine" out && grep -q "^Russia" out && grep -q "^both sides" out &&
    grep -q "^2023,both sides," dead/yearly.csv && grep -q ">both sides<" dead/yearly.html'
check "yearly has both where one side is asked for" 0 '^both sides' '' yearly "$root/cases/ukraine" --priors -n 20 --value "killed[attacker]"
check "yearly takes one spread of an element" 64 '' 'has two --spread' yearly "$case" --value aid --spread aid=1:2 --spread aid=3:4
check "yearly is of branches or of changes" 64 '' '--branch makes one' yearly "$case" --value aid --set a=1 --branch b=0.5
check "yearly dates a change by its end alone" 0 - '' yearly "$case" --priors -n 20 --value pool --set aid=5 --to 2024-04 -o ended
that "whose command can be given again" sh -c 'tr -d "\n\\\\" <ended/yearly.html | grep -q "\-\-set aid=5 *--to 2024-04"'
check "yearly knows no such output" 2 '' 'no output "aidd"' yearly "$case" --value aidd
check "matter knows its methods" 64 '' 'did you mean "sobol"' matter "$case" --value '2' --method sobl
check "enough takes goals about talks" 0 'Talks are solved anew' '' enough "$root/tests/data/talks" \
    --goal 'attacker prefers deal guarded' --lever drift=0:8 --from 2024-06 -n 150
check "plan takes the terms of a deal as levers" 0 'Guarantee of the deal .0 words, 1 troops' '' plan "$root/tests/data/talks" \
    --goal 'defender prefers deal freeze > 0.3' --lever 'deal guarantee' -n 150 --evaluations 4
check "goals about talks suggest deals" 2 '' 'did you mean "guarded"' plan "$root/tests/data/talks" \
    --goal 'defender prefers deal garded' --lever 'deal guarantee'
check "goals about talks need talks" 2 '' 'no section "talks"' plan "$case" --goal 'talks strong defender' --lever aid=1:2
check "talks take a branch at a date" 0 '^worth of not knowing' '' talks "$root/tests/data/talks" --branch push=0.5@2024-07 -n 150 -o branched
that "which is in the table of the files" grep -q '"branch, worth of not knowing: position"' branched/talks.csv
that "and on their page" grep -q 'worth of not knowing' branched/talks.html
check "talks take a scenario on the spot" 0 'change .*\[|is stronger in' '' talks "$root/tests/data/talks" -s actual \
    --set drift=4@2024-06 -n 150 -o spoken
that "which is told by its change" sh -c "grep -q 'Scenario \"changed\": drift = 4 from 2024-06' out"
that "which the command on the page makes again" grep -qE 'set.*drift=4@2024-06' spoken/talks.html
check "talks are held in it alone" 0 '^DEALS, gain over war' '' talks "$root/tests/data/talks" --scale drift=0.5@2024-06 -n 150
that "which is no comparison" sh -c "! grep -q 'is stronger in' out"
check "talks take no change of what is not there" 2 '' 'no variable "drft".*did you mean "drift"' talks "$root/tests/data/talks" --set drft=4
check "talks take no change without a value" 64 '' '--set takes NAME=VALUE' talks "$root/tests/data/talks" --set drift
check "talks take one branch" 64 '' 'one --branch' talks "$root/tests/data/talks" --branch push=0.5 --branch push=0.1
check "compare takes a change on the spot" 0 'drift = 4 from 2024-06' '' compare "$root/tests/data/talks" actual --set drift=4@2024-06 -n 60
that "and says since when it makes a difference" sh -c 'tr "\n" " " <out | grep -q "Nothing differs before Jun 2024: .* (--from 2024-06 leaves them out)"'
that "which it tells of a case without charts too" sh -c 'tr "\n" " " <out | grep -q "What differs: - Land held by Highland: +9"'
check "which it does not where there always is one" 0 "from 2024-06" "" compare "$root/tests/data/talks" actual --set drift=4@2024-06 -n 60 --from 2024-06
that "as its first words tell" sh -c '! tr "\n" " " <out | grep -q "Nothing differs"'
check "a window beyond the horizon is told the horizon" 64 "" "within the horizon of the case, 2024-01 to" compare "$root/tests/data/talks" actual push --from 2031-01
"$truce" compare "$root/tests/data/talks" actual push -n 60 --json >named
"$truce" compare "$root/tests/data/talks" actual --set drift=4@2024-06 -n 60 --json >made
that "which has the effects of the scenario that has it" python3 -c 'import json
a, b = (json.load(open(name)) for name in ("named", "made"))
numbers = lambda x: [numbers(v) for v in (x.values() if isinstance(x, dict) else x)] if isinstance(x, (dict, list)) else (x if isinstance(x, (int, float)) else None)
assert numbers(a) == numbers(b) and len(json.dumps(a)) > 2000'
check "compare tells what a period is" 64 '' 'NAME=VALUE@FROM' compare "$case" plain --set aid=4@soon
check "compare takes branches" 0 'push at 0.5, else actual' '' compare "$root/tests/data/talks" actual --branch push=0.5 -n 60
printf 'scenarios:\n  cut: {from: actual}\n\0  lost: {from: actual}\n' >zero.yaml
check "an included file is read whole or not at all" 2 '' 'zero byte' run "$root/tests/data/talks" -n 10 --include zero.yaml
check "compare still needs a world" 64 '' 'or a change' compare "$case" plain
check "yearly takes a change on the spot" 0 'drift = 4 from 2024-06' '' yearly "$root/tests/data/talks" --value held --set drift=4 --from 2024-06 -n 60
check "years without spread have no interval" 0 'all members$' '' yearly "$root/cases/ukraine" --value 'debt service' \
    --set 'fund size=50@2026-07' -n 60
check "sources are left out in turn" 0 'without german losses' '' matter "$root/cases/ardennes-1944" --sources --particles 64 -n 64 -o sourced
that "sources.html is well-formed" python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("sourced/sources.html")'
that "sources.json is JSON" python3 -m json.tool sourced/sources.json
check "sources keep their fits" 0 - - matter "$root/cases/ardennes-1944" --sources --particles 64 -n 64 --keep kept-fits --source 'german losses'
that "in folders of their names" sh -c 'test -f kept-fits/without-german-losses-1-*/posterior.nc'
check "sources name those that there are" 2 '' 'the sources are acsdb' matter "$root/cases/ardennes-1944" --sources --source acsd
check "leaving out everything is refused" 2 '' 'no observation left to fit' matter "$root/cases/ardennes-1944" --sources --source acsdb
check "sources make fits of their own" 64 '' 'makes its own fits' matter "$root/cases/ardennes-1944" --sources --priors
check "sources take no method" 64 '' 'with --sources use only' matter "$root/cases/ardennes-1944" --sources --method sobol
check "several values go with sources" 64 '' '--value may be given once' matter "$root/cases/ardennes-1944" --value '2' --value '3'
check "particles of matter go with sources" 64 '' 'need --sources' matter "$root/cases/ardennes-1944" --value '2' --particles 64
check "sources check holds-if" 64 '' 'above 0.5' matter "$root/cases/ardennes-1944" --sources --holds-if 0.3
check "matter takes a value or a statement" 64 '' 'need --value' matter "$case" --when '2 > 1' --plain
check "futures refuse values" 2 '' 'must compare something' matter "$case" --when 'at "pool" 2024-01'
check "matter refuses comparisons" 2 '' 'must refer to the model' matter "$case" --value '2 > 1'
check "enough takes a lever of the case" 0 'whether a setting of Size of a common fund' '' enough "$root/cases/ukraine" --priors -n 20 \
    --goal 'front speed <= 0' --by 2026-12 --lever fund-size=0:150 --probability 0.5
check "enough says what is missing in a goal" 2 '' 'give it with --by' enough "$case" --goal 'at "pool" > 1' --lever aid=1:2 --how scale
for words in "run $case" "run decay.xmile" "run $case --member 1" "emit-c decay.xmile" "compile decay.xmile" "convert decay.xmile" \
    "talks $case" "compare $case actual edited" "fit $case" "score $case" "forecast $case" "claims $case" "web $case"; do
    check "no file is called - by truce $words" 64 '' '"-" names none \(write ./- if' $words -o -
done
check "nor an archive" 64 '' '"-" names none' plan "$case" --archive -
check "nor a folder of a new case" 64 '' '"-" names no folder' new - --from "$case"
that "nothing is made" test ! -e -
check "options of run are told as such" 64 '' 'which `truce run` has' matter "$case" --set x=1
check "matter tells values from directories" 64 '' '--value says what to analyse' matter "$case" --output pool
check "matter says how a variable is asked for" 64 '' "at \"pool\" 20" matter "$case" --value pool
check "enough needs a goal" 64 '' 'what is to be reached' enough "$case"
check "enough checks the range" 64 '' 'NAME=LEAST:MOST' enough "$case" --goal '2 > 1' --lever aid
check "enough checks how" 64 '' 'did you mean "scale"' enough "$case" --goal '2 > 1' --lever aid=1:2 --how scal
check "enough refuses goals without the model" 2 '' 'something of the model' \
    enough "$case" --goal '2 > 1' --lever aid=1:2 --how scale
check "enough knows no such lever" 2 '' 'aaid' enough "$case" --goal '2 > 1' --lever aaid=1:2 --how scale

# ---- A case for a model ----------------------------------------------------------------------------------------------

sed 's/time_units="[^"]*"/time_units="hours"/; s|<start>0</start>|<start>1990</start>|; s|<stop>[0-9]*</stop>|<stop>2010</stop>|' \
    "$root/models/lanchester.xmile" >hours.xmile
check "a case is started for a model" 0 'case.yaml is a case for a copy of' '' new begun --model hours.xmile
that "with what its sections are for" grep -q '^# What is uncertain, and how much' begun/case.yaml
that "in the model's unit of time" grep -q 'unit of time is "hours"' begun/case.yaml
check "and runs as it is" 0 'RESULTS' '' run begun -n 20
"$truce" new fought --model "$root/models/lanchester.xmile" >out 2>err
check "a milestone of a new case lies ahead" 0 'baseline +<6 % +<6 % +>94 %' '' \
    run fought -n 50 --milestone "force[attacker] < 1"
that "without numbers beyond rounding" sh -c '! grep -E "e-[0-9]+|0\.0000000" out'
that "from the model's own start" sh -c "'$truce' run begun --member 0 | sed -n 2p | grep -q '^1990,'"
check "a case of large numbers is begun" 0 . '' new lines --model "$root/models/lanchester.xmile"
check "a change far from the model's own value is told" 0 'outside the range that' '' \
    run lines --scale "own exponent=50" -n 50
that "in tables of 80 columns" sh -c '! grep -qE "^.{81}" out'
sed 's|<dt>[^<]*</dt>|<dt>0.3</dt>|' decay.xmile >coarse.xmile
check "a dt that divides no month says which does" 2 '' 'dt of 0.3 does not divide a month.* to 0.25' new coarse --model coarse.xmile
check "a folder that is there stays" 1 '' 'something with this name already exists' new begun --model hours.xmile
check "new wants a model for --model" 64 '' 'use --from' new other --model "$case"
check "new wants a case for --from" 64 '' 'use --model' new other --from hours.xmile

# ---- One chart --------------------------------------------------------------------------------------------------------

check "a chart is written by itself" 0 'Chart "answer" is in' '' run "$case" -n 20 --chart answer -o alone.svg
that "as SVG" grep -q '<svg' alone.svg
check "a chart that there is not" 64 '^answer$' 'there is no chart "answr" .did you mean "answer"' run "$case" -n 20 --chart answr -o no.svg
check "a chart needs a file" 64 '' '--chart needs -o' run "$case" --chart answer

# ---- For programs -----------------------------------------------------------------------------------------------------

holds() { # name, Python expression over the JSON that was printed
    that "$1" /usr/bin/python3 -c "import json; d = json.load(open('out')); assert $2"
}
check "a fit is told as JSON" 0 '"parameters"' '' fit "$root/docs/example" -n 64 --json
holds "with quantiles in order" 'all(p["p05"] <= p["p50"] <= p["p95"] for p in d["parameters"]) and d["draws"] == 64'
check "many scenarios are left to the tables" 0 'The tables also have the other 13 scenarios' - \
    run "$root/cases/ukraine" -n 20 --seed 1
check "a change without a date changes the past" 0 'the past changes too' - \
    run "$root/cases/ukraine" -n 20 --set "fund size=20"
check "yearly has both sides as JSON" 0 '"sides"' - yearly "$root/cases/ukraine" --priors -n 20 --value Killed --json
holds "both are the sum of each" 'abs(sum(x["years"][0]["sum"]["mean"] for x in d["sides"][:2]) / d["sides"][2]["years"][0]["sum"]["mean"] - 1) < 1e-4'
check "talks are told as JSON" 0 '"talks"' - talks "$root/cases/ukraine" -s actual -n 200 --json
that "with what gives them again" grep -q '"seed": 1,' out
holds "month by month" 'any(x["quantity"] == "war goes on" and 0 <= x["p50"] <= 1 for x in d["talks"])'
check "a forecast is told as JSON" 0 '"changes"' - forecast "$root/docs/example" -n 32 --json
holds "of each entrant" '{"model", "pool"} <= {x["entrant"] for x in d["changes"]}'
check "scores are told as JSON" 0 '"scores"' - score "$root/docs/example" --from 2024-03 --to 2024-03 -n 32 --json
holds "of each entrant as well" '{"model", "pool"} <= {x["rival"] for x in d["scores"]} and d["skill"]'
for command in "fit -n 64" "forecast -n 32" "score --from 2024-03 --to 2024-03 -n 32"; do
    # shellcheck disable=SC2086 # words
    check "${command%% *} can be quiet" 0 '' - ${command%% *} "$root/docs/example" ${command#* } --quiet
done

# ---- Pages ------------------------------------------------------------------------------------------------------------

# What script/web builds is stood in for: of it the page's files are copied and no more.
mkdir built
for file in index.html page.js page.css engine.js; do echo "built $file" >built/$file; done
meadow=$root/tests/data/meadow
check "web needs a case" 64 '' 'say which case' web -o paged
check "web takes one case" 64 '' 'takes one case' web a b -o paged
check "web needs a place for the page" 64 '' 'say where the page goes' web "$meadow"
check "web makes no page of a model" 64 '' 'needs a case' web decay.xmile --page built -o paged
check "web says where it looked for the page" 2 '' 'nowhere/index.html: cannot read' web "$meadow" --page nowhere -o paged
check "web wants members within limits" 64 '' '--members must be a whole number from 10 to 10000' web "$meadow" --page built -o paged -n 3
check "web makes a page" 0 'Open paged/index.html in a browser' '' web "$meadow" --page built -o paged -n 20
that "with what is built, and the case" sh -c 'cmp built/engine.js paged/engine.js && grep -q truceArchive paged/case.js'
cp paged/case.js first.js
check "web overwrites no page" 1 '' 'paged: the directory already holds results \(case.js\); --force overwrites them' web "$meadow" --page built -o paged
check "web overwrites it when told to" 0 - '' web "$meadow" --page built -o paged -n 20 --force
that "with the same bytes" cmp first.js paged/case.js
check "web takes another seed" 0 - '' web "$meadow" --page built -o paged -n 20 -S 2 --force
that "which the page holds" grep -q '"seed": 2' paged/case.js
check "web refuses a posterior of another case" 2 '' - web "$meadow" --page built -o unpaged -p "$root/cases/ukraine/posterior"
that "and makes no folder then" test ! -e unpaged
rm built/page.css
check "web says which part of the page is missing" 2 '' 'page.css' web "$meadow" --page built -o unpaged
that "and leaves nothing" test ! -e unpaged

check "serve needs something to serve" 64 '' 'say which case, or which folder' serve
check "serve takes one thing" 64 '' 'one case or folder' serve a b
check "serve finds what it serves" 64 '' 'no case and no folder "no/where"' serve no/where
check "serve wants a port" 64 '' '--port must be' serve paged --port 70000
check "serve wants an address of this machine" 1 '' '192.0.2.1' serve paged --port 0 --address 192.0.2.1
"$truce" serve paged --port 0 >where 2>err &
server=$!
for _ in $(seq 100); do [ -s where ] && break || sleep 0.1; done
port=$(sed -n 's|^http://127.0.0.1:\([0-9]*\)/$|\1|p' where)
that "serve says where it serves" test -n "$port"
ask() { # bytes: what the server answers to them
    exec 7<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf '%b' "$1" >&7
    timeout 20 cat <&7 | tr -d '\0'
    exec 7>&-
}
answers() { # pattern, bytes
    ask "$2" >answer 2>>err
    head -1 answer | grep -q "$1"
}
that "serve gives the page" answers ' 200 ' 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
that "as it is" grep -q 'built index.html' answer
that "under a policy" grep -q "^Content-Security-Policy: default-src 'none'" answer
that "serve answers no other host" answers ' 421 ' 'GET / HTTP/1.1\r\nHost: other.example\r\n\r\n'
that "serve takes no port with something behind it" answers ' 421 ' "GET / HTTP/1.1\r\nHost: localhost:$port, other.example\r\n\r\n"
that "serve leaves no folder" answers ' 404 ' 'GET /../err HTTP/1.1\r\nHost: localhost\r\n\r\n'
that "serve takes no writes" answers ' 405 ' 'PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n'
that "serve refuses what is no request" answers ' 400 ' 'nonsense\r\n\r\n'
dribble() { # a request in pieces that come slowly
    exec 7<>"/dev/tcp/127.0.0.1/$port" || return 1
    for piece in 'GE' 'T / HT' 'TP/1.1\r' '\nHost: local' 'host\r\n\r' '\n'; do printf '%b' "$piece" >&7 && sleep 0.2; done
    timeout 20 head -1 <&7 >answer
    exec 7>&-
    grep -q ' 200 ' answer
}
that "serve puts a slow request together" dribble
silent() { # a client that says nothing is sent away after ten seconds, and not before others are answered
    exec 6<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET /' >&6
    answers ' 200 ' 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' || return 1
    timeout 40 cat <&6 >answer || return 1
    exec 6>&-
}
that "serve lets go of a silent client, and answers others meanwhile" silent
kill -TERM $server
code=0
wait $server || code=$?
that "serve ends when it is told to, as a program that was asked does ($code)" test $code -eq 0 -o $code -eq 143 -o $code -eq 130

printf '%d passed, %d failed' $passed $failed
if [ $skipped -gt 0 ]; then printf ', %d skipped' $skipped; fi
printf '\n'
[ $failed -eq 0 ]
