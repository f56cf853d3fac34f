#!/bin/bash
# Input made to harm, and hosts with habits of their own: what reaches pages, terminals and tables, how much work a small
# file may ask for, what the working directory may do, and numbers under a locale with decimal commas.
#   tests/hostile.sh TRUCE       Ends with "N passed, N failed[, N skipped]".
set -u
program=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TRUCE_NATIVE=0
cd "$work"
# The program, watched: whatever fails says why, in a sentence. What is signalled, or has little to work with, runs
# unwatched ("$program").
truce=$work/watched
cat >"$truce" <<WATCH
#!/bin/bash
exec 3>&1
told=\$("$program" "\$@" 2>&1 >&3 3>&-)
code=\$?
[ -z "\$told" ] || printf '%s\n' "\$told" >&2
[ \$code = 0 ] || [ \$code -ge 128 ] || grep -qE '^truce: .{10,}' <<<"\$told" || printf '%s: %s\n' \$code "\$*" >>"$work/silent"
[ \$code -lt 128 ] || printf '%s: %s\n' \$code "\$*" >>"$work/crashed"
exit \$code
WATCH
chmod +x "$truce"
touch silent crashed
passed=0 failed=0 skipped=0
that() { # name, command...
    local name=$1
    shift
    if "$@" >log 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
        tail -n 5 log | cut -c1-300 | sed 's/^/    /'
    fi
}

# ---- Names that would act ------------------------------------------------------------------------------------------
# A case in which every name and text is made to harm goes through every command; what comes out is read.
harm=$root/tests/hostile_case.py
python3 "$harm" make war
held=$(python3 "$harm" name held) drift=$(python3 "$harm" name drift)
says() { # name, command...: it works, and neither stream holds anything that a terminal obeys
    local name=$1 code=0
    shift
    "$truce" "$@" >"said.$name" 2>"told.$name" </dev/null || code=$?
    [ $code = 0 ] || [ "$name" = units ] || { tail -n 3 "told.$name"; return 1; }
    python3 "$harm" text "said.$name" "told.$name"
}
mkdir made
while IFS='|' read -r name words; do
    arguments=()
    for word in $words; do
        word=${word//HELD/$held} word=${word//DRIFT/$drift}
        arguments+=("${word//_/ }")
    done
    that "truce of hostile texts works and says nothing that a terminal obeys: $name" says "$name" "${arguments[@]}"
done <<'COMMANDS'
check|check war
units|check war --units
list|list war
list-model|list war/model.xmile
explain|explain war HELD
run|run war -n 20 -o made/run
run-json|run war -n 20 --json
run-set|run war -n 20 --set DRIFT=2 --name more --save-scenario made/more.yaml -o made/set
run-include|run war -n 20 --include made/more.yaml
member|run war -s push -m 3 -o made/member.csv
member-nc|run war -s push -m 3 -o made/member.nc
model|run war/model.xmile -o made/model.csv
model-nc|run war/model.xmile -o made/model.nc
model-out|run war/model.xmile
fit|fit war -n 64 -o made/fit
score|score war -n 32 --from 2024-01 -o made/fit --force
fit-run|run war -p made/fit -n 20 -o made/run-of-fit
fit-explain|explain war DRIFT -p made/fit
forecast|forecast war -n 32 -o made/forecast
account|score --forecast made/forecast/forecast.csv --data war
talks|talks war -n 150 -o made/talks
talks-both|talks war -n 150 -s actual -s push -o made/talks-both
talks-branch|talks war -n 150 --branch push=0.5
talks-json|talks war -n 60 --json
chart|run war -n 20 --chart answer -o made/answer.svg
run-one|run war -n 1
compare|compare war actual push -n 20 -o made/compare
compare-json|compare war actual push -n 20 --json
enough|enough war --goal change_"HELD"_2024-01..2024-06_>_3 --lever DRIFT=0:5 --how set -n 30 -o made/enough
enough-json|enough war --goal change_"HELD"_2024-01..2024-06_>_3 --lever DRIFT=0:5 --how set -n 30 --json
matter|matter war --value at_"HELD"_2024-08 -n 300 -o made/matter
plan|plan war --goal change_"HELD"_2024-01..2024-06_>_3 --lever DRIFT=0:5 --how set -n 30 --evaluations 8 -o made/plan
yearly|yearly war --value HELD -n 30 --until 2030-12 -o made/yearly
plan-json|plan war --goal change_"HELD"_2024-01..2024-06_>_3 --lever DRIFT=0:5 --how set -n 30 --evaluations 8 --json
matter-json|matter war --value at_"HELD"_2024-08 -n 300 --json
matter-time|matter war --value at_"HELD"_2024-08 -n 300 --since 2024-04 -o made/matter-time
matter-morris|matter war --value at_"HELD"_2024-08 --method morris -n 5
matter-draws|matter war --value at_"HELD"_2024-08 --method draws --priors -n 300
futures|matter war --when at_"HELD"_2024-08_>_5 --priors -n 400 -o made/futures
futures-json|matter war --when at_"HELD"_2024-08_>_5 --priors -n 400 --json
sources|matter war --sources --particles 32 -n 32 -o made/sources
sources-json|matter war --sources --particles 32 -n 32 --json
claims|claims war -n 50 -o made/claims
claims-json|claims war -n 50 --json
claims-jsonld|claims war -n 50 --json-ld
convert|convert war/model.xmile -o made/model.mdl
convert-back|convert made/model.mdl -o made/back.xmile
compile|compile war/model.xmile -o made/model.truce
program|run made/model.truce
emit|emit-c war/model.xmile -o made/model.c
new|new made/new --from war
cells|check war/cells.mdl --units
cells-run|run war/cells.mdl -o made/cells.csv
cells-explain|explain war/cells.mdl force
cells-convert|convert war/cells.mdl -o made/cells.xmile
cells-compile|compile war/cells.mdl -o made/cells.truce
cells-program|run made/cells.truce -o made/cells-program.csv
cells-emit|emit-c war/cells.mdl -o made/cells.c
COMMANDS
each() { # kind, files...: there are some, and they are what they should be
    local kind=$1
    shift
    [ $# -gt 0 ] && python3 "$harm" "$kind" "$@"
}
shopt -s globstar
that "pages are text, without an element that acts, under a policy" each page made/**/*.html
that "tables hold no cell that a spreadsheet takes for a formula" each table made/*.csv made/[!n]*/*.csv
that "JSON is JSON, and text" each json said.*json said.claims-jsonld made/**/*.json made/**/*.jsonld
that "models and scenarios that were written are text" each text made/model.c made/cells.c made/model.mdl made/back.xmile made/cells.xmile made/more.yaml
that "an emitted program compiles" cc -std=c99 -Wall -Wextra -Wpedantic -Werror -fsyntax-only made/model.c
that "no command in a text was run" test ! -e mark -a ! -e war/mark
if command -v ncdump >/dev/null; then
    dumped() { for file in made/**/*.nc; do ncdump "$file" >dump && python3 "$harm" text dump || return 1; done; }
    that "NetCDF files hold text" dumped
else
    skipped=$((skipped + 1))
fi

# Values at the edges of what a writer is given: a share of less than 1 %, which begins with "<" in a page; a case that
# shows nothing; an observation that is next to 0, or next to infinite; a record of forecasts of many rivals.
edges() { # what becomes of the case, command...: it works, and its pages are XML
    local change=$1 code=0
    shift
    rm -rf edge && cp -r "$root/tests/data/fit" edge && sed -i "$change" edge/case.yaml
    timeout -s KILL 60 "$truce" "$@" -o edge/out >said 2>told </dev/null || code=$?
    [ $code = 0 ] || { cat told; return 1; }
    python3 "$harm" page edge/out/*.html
}
that "a share below 1 % is text in the page of a plan" edges '' \
    plan edge --goal 'change "path" 2024-01..2024-12 > 5' --lever slope=0:5 --how value --evaluations 8 -n 600
that "such a share was in it" grep -q '&lt;1 %' edge/out/plan.html
that "a case without anything to show has a report" edges '/^outputs:/,$d' run edge -n 10
that "and a comparison, of nothing" sh -c "sed '/^outputs:/,\$d' '$root/tests/data/talks/case.yaml' >edge/bare.yaml &&
    cp '$root/tests/data/talks/model.xmile' edge && '$truce' compare edge/bare.yaml actual push -n 10 -o edge/compared"
observed() { # a number: observed once in a world in which all else is 0
    rm -rf edge && cp -r "$root/tests/data/fit" edge
    sed -i 's/prior: {[a-z]*: [^}]*}}*, units/prior: {fixed: 0}, units/; s/{fixed: 0.6}/{fixed: 0}/' edge/case.yaml
    awk -F, -v OFS=, -v it="$1" 'NR > 1 { $2 = $3 = $4 = 0 } NR == 4 { $2 = it } { print }' "$root/tests/data/fit/observed.csv" >edge/observed.csv
    timeout -s KILL 60 "$truce" run edge -n 10 -o edge/out >said 2>told </dev/null || { cat told; return 1; }
    python3 "$harm" page edge/out/*.html
}
for number in 5e-324 1.7e308 -1.7e308; do
    that "an observation of $number has its place on an axis" observed $number
done
record() { # months, rivals: a record of so many rows is read in little time, or refused with a sentence
    rm -rf edge && cp -r "$root/tests/data/fit" edge && mkdir edge/posterior
    {
        echo series,units,months,rival,crps
        seq -f 'path,km,%.0f,model,1' "$1"
        seq -f 'path,km,1,rival-%.0f,1' "$2"
    } >edge/posterior/scores.csv
    timeout -s KILL 60 "$truce" run edge -n 10 -o edge/out >said 2>told </dev/null
}
that "a record of forecasts 1,200 months ahead is read in little time" record 1200 120
refuses_rivals() { record 1000 3000; [ $? = 2 ] && grep -q 'more than 128 rivals' told; }
that "a record of 3,000 rivals is refused" refuses_rivals
numbers_as_words() { # a series whose name is a number, in units of 1
    rm -rf edge && cp -r "$root/tests/data/fit" edge
    sed -i '/^rivals/d; s/name: seen,/name: "2024",/; s/units: km[^,]*/units: "1"/' edge/case.yaml
    sed -i 's/<units>km[^<]*/<units>1/' edge/model.xmile
    "$truce" score edge -n 32 --from 2024-06 --json >said 2>told || { cat told; return 1; }
    python3 -c 'import json
rows = json.load(open("said"))["scores"]
assert rows and all(row["series"] == "2024" and row["units"] == "1" for row in rows), rows[:1]'
}
that "names and units that look like numbers are strings in JSON" numbers_as_words
told_in_full() { # words, command...
    local words=$1
    shift
    "$truce" "$@" >said && grep -qF -- "$words" said
}
that "a seed beyond 2^53 is told in full" told_in_full '"seed": 18446744073709551615,' \
    run "$root/tests/data/fit" -n 5 --seed 18446744073709551615 --json
that "members are counted in full" told_in_full '12,345 rows' \
    matter "$root/tests/data/fit" -n 12345 --value 'change "path" 2024-01..2024-12'
that "of few members it is said how many" told_in_full 'higher in 10 of 10 futures' run "$root/tests/data/talks" -n 10
that "months that are not there have no probability" sh -c "sed 's/^data end.*/data end: 2024-08/; /^outputs:/i milestones: \
    [{variable: held, title: Half, above: 52}]' '$root/tests/data/talks/case.yaml' >edge/past.yaml &&
    cp '$root/tests/data/talks/model.xmile' edge && '$truce' run edge/past.yaml -n 30 -s actual --json >said &&
    grep -q '\"after\": null' said"

# What was typed, or what a file is called, is quoted by messages.
typed=$'\e[31m\xc2\x9b31m\xe2\x80\xae<b>'
quotes() { # words of a command line, TYPED among them: refused, without a harm to the terminal
    local code=0 words=()
    for word in "$@"; do words+=("${word//TYPED/$typed}"); done
    timeout 60 "$truce" "${words[@]}" >said 2>told </dev/null || code=$?
    [ $code = 2 ] || [ $code = 64 ] || [ $code = 1 ] || { echo "exit code $code"; return 1; }
    python3 "$harm" text said told
}
while read -r words; do
    # shellcheck disable=SC2086 # words
    that "a message quotes without harm: truce $words" quotes $words
done <<'COMMANDS'
run TYPED
run war -s TYPED
run war --set TYPED=1
run war -n TYPED
run war --include TYPED
run war --milestone TYPED
run war --sweep TYPED=0:1:2
run war --engine TYPED
run war -p TYPED
run war --TYPED=1
run war/model.xmile --data TYPED
explain war TYPED
list TYPED
check TYPED
new made/TYPED --from TYPED
compare war TYPED push
claims war --claims TYPED
enough war --goal TYPED --lever TYPED
matter war --value TYPED
plan war --goal TYPED --lever TYPED
yearly war --value TYPED
yearly war --value HELD --spread TYPED=0:1
plan war --goal TYPED --lever TYPED=0:1
plan war --goal TYPED --lever DRIFT=0:1 --archive TYPED
matter war --when TYPED
matter war --sources --source TYPED
matter war --sources --value TYPED
talks war -d TYPED
talks war -b TYPED
fit war -u TYPED
score war --from TYPED
score --forecast TYPED --data war
forecast war --date TYPED
convert war/model.xmile -o TYPED
compile war/model.xmile --input TYPED
web war -o TYPED -p TYPED --page TYPED
help TYPED
TYPED
COMMANDS
cp -r war "$typed"
that "a folder may have such a name, and results go there" says folder run "$typed" -n 20 -o "$typed/results"
that "a new case may have such a name" says new-folder new "$typed/$typed" --from war
that "so may a copy of a model with a case" says new-model new "$typed/$typed.2" --model war/model.xmile
that "so may a chart" says chart-file run war -n 20 --chart answer -o "$typed/$typed.svg"
that "and a compiled program, a conversion, a table" sh -c 'cd "$1" && "$2" compile model.xmile -o "$1.truce" >../said.compile 2>&1 &&
    "$2" convert model.xmile -o "$1.mdl" >../said.convert 2>&1 && "$2" run "$1.truce" -o "$1.csv" >../said.table 2>&1 &&
    python3 "$3" text ../said.compile ../said.convert ../said.table' sh "$typed" "$truce" "$harm"
that "and its pages are text" each page "$typed"/results/*.html
mkdir -p models && cp war/model.xmile "models/$typed.xmile"
that "a list of files is text" says files list
rm -r models

# ---- Inputs that are no regular files ------------------------------------------------------------------------------
mkfifo pipe
mkdir folder
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
odd() { # words of a command line, ODD among them: refused within some seconds (a loaded machine), with a sentence
    local code word kind
    for kind in pipe folder socket /dev/zero /dev/tty; do
        local words=()
        for word in "$@"; do words+=("${word//ODD/$kind}"); done
        code=0
        timeout 20 "$truce" "${words[@]}" >said 2>told </dev/null || code=$?
        [ $code = 1 ] || [ $code = 2 ] || [ $code = 64 ] || { echo "$kind: exit code $code"; return 1; }
        [ "$(wc -l <told)" = 1 ] || { cat told; return 1; }
    done
}
while read -r words; do
    # shellcheck disable=SC2086 # words
    that "what is no file is refused: truce $words" odd $words
done <<'COMMANDS'
run ODD
check ODD
list ODD
explain ODD x
compile ODD -o x.truce
emit-c ODD
convert ODD -o x.mdl
new x --from ODD
fit ODD
run war --include ODD
run war -p ODD
run war/model.xmile --data ODD
claims war --claims ODD
claims war -p ODD
score --forecast ODD --data war
forecast war --scores ODD -n 32 -o x
COMMANDS
# The same of every path that stands within a file.
plain=$root/docs/example
within() { # file of the example, expression of sed with ODD
    local kind code
    for kind in pipe folder socket zero; do
        rm -rf inner
        cp -r "$plain" inner
        mkfifo inner/pipe
        mkdir inner/folder
        cp -P socket inner/socket 2>/dev/null || python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("inner/socket")'
        ln -s /dev/zero inner/zero
        sed -i "${2//ODD/$kind}" "inner/$1"
        code=0
        timeout 20 "$truce" check inner >said 2>told </dev/null || code=$?
        [ $code = 2 ] && [ "$(wc -l <told)" = 1 ] || { echo "$kind: exit code $code"; cat told; return 1; }
    done
}
that "so is a model of a case" within case.yaml 's|^model:.*|model: ODD|'
that "so is a series" within case.yaml 's|file: series/support.csv|file: ODD|'
that "so are observations" within case.yaml 's|file: series/observed.csv|file: ODD|'
that "so is an included file" within case.yaml 's|^model:|include: ODD\nmodel:|'
that "so is an included model" within model.xmile 's|</header>|<includes><include resource="ODD"/></includes></header>|'
that "so is the model of a module" within model.xmile 's|</variables>|<module name="m" resource="ODD"/></variables>|'
beside() { # path in the folder of a case, words of a command line: what is no file there is refused, with a sentence
    local kind code path=$1
    shift
    for kind in pipe folder socket /dev/zero; do
        rm -rf inner && cp -r "$root/tests/data/fit" inner && mkdir -p inner/posterior
        case $kind in
        pipe) mkfifo "inner/$path" ;;
        folder) mkdir "inner/$path" ;;
        socket) cp -P socket "inner/$path" 2>/dev/null || python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "inner/$path" ;;
        *) ln -s "$kind" "inner/$path" ;;
        esac
        printf "x=GET DIRECT CONSTANTS('d.csv',',','A1')~~|\nINITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n" >inner/d.mdl
        sed "s/d.csv',','/d.xlsx','1','/" inner/d.mdl >inner/sheet.mdl
        sed 's/rival.yaml/other.yaml/' inner/case.yaml >inner/with.yaml
        code=0
        timeout 20 "$truce" "$@" >said 2>told </dev/null || code=$?
        [ $code = 2 ] && [ "$(wc -l <told)" = 1 ] || { echo "$kind: exit code $code"; cat told; return 1; }
    done
}
that "so are weights of the pool beside a case" beside posterior/weights.csv forecast inner -n 32 -o x
that "so is a record of scores beside a case" beside posterior/scores.csv run inner -n 10 -o x
that "so is a posterior beside a case" beside posterior/posterior.nc run inner -n 10 -o x
that "so is a rival" beside other.yaml score inner/with.yaml --particles 32 --from 2024-09
that "so is a table of a Vensim model" beside d.csv run inner/d.mdl
that "so is a workbook of a Vensim model" beside d.xlsx run inner/sheet.mdl
that "so is an archive of plans" beside old.csv plan inner --goal 'change "path" 2024-01..2024-12 > 5' \
    --lever slope=0:5 --how value --evaluations 8 -n 20 --archive inner/old.csv
that "imported data that are a pipe are not waited for" sh -c 'cp -r "$1" imports && mkfifo imports/pipe.csv &&
    sed -i "s|</header>|</header><data><import type=\"CSV\" resource=\"pipe.csv\"/></data>|" imports/model.xmile &&
    timeout 20 "$2" run imports/model.xmile 2>told >said; [ $? != 124 ] && grep -q pipe.csv told' sh "$plain" "$truce"

# Links are followed, and lead out of the folder of a model as little as "../" does.
mkdir -p out in
printf '7\n' >out/secret.csv
printf 'time,d\n0,1\n9,2\n' >out/series.csv
ln -s ../out/secret.csv in/link.csv
ln -s ../out in/away
ln -s ../out/series.csv in/series.csv
ln -s own.csv in/near.csv
printf '7\n' >in/own.csv
for name in link.csv away/secret.csv ../out/secret.csv near.csv; do
    printf "x=GET DIRECT CONSTANTS('%s',',','A1')~~|\nINITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n" $name \
        >"in/${name//\//-}.mdl"
done
sed 's|</header>|</header><data><import type="CSV" resource="series.csv" orientation="vertical"/></data>|' \
    "$root/models/lanchester.xmile" >in/import.xmile
outside() { # model: refused, since a file that it names lies outside
    local code=0
    "$truce" run "$1" >said 2>told || code=$?
    [ $code = 2 ] && grep -q 'is not in the folder of the model' told
}
for name in link.csv away-secret.csv ..-out-secret.csv; do
    that "a file outside the folder of a model is refused: $name" outside "in/$name.mdl"
done
that "a link inside the folder is read" "$truce" run in/near.csv.mdl
that "a series that is imported by a link out of the folder is refused" outside in/import.xmile

# ---- Outputs that are no regular files -----------------------------------------------------------------------------
unwritten() { # ending, words of a command line with OUT: refused at once, and what is there stays
    local kind code ending=$1 force
    shift
    rm -rf odd.*
    for kind in pipe folder socket device; do
        rm -rf odd.*
        case $kind in
        pipe) mkfifo "odd.$ending" ;;
        folder) mkdir "odd.$ending" ;;
        socket) python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "odd.$ending" ;;
        device) ln -s /dev/zero "odd.$ending" ;;
        esac
        for force in "" --force; do
            code=0
            # shellcheck disable=SC2086 # none or one
            timeout 20 "$truce" "${@//OUT/odd.$ending}" $force >said 2>told </dev/null || code=$?
            [ $code = 1 ] && grep -q 'it is not a regular file' told || { echo "$kind $force: exit code $code"; cat told; return 1; }
            [ -e "odd.$ending" ] && [ ! -f "odd.$ending" ] || { echo "$kind $force: replaced"; return 1; }
        done
    done
}
while read -r ending words; do
    words=${words//MODEL/$root/models/lanchester.xmile} words=${words//CASE/$root/tests/data/talks}
    # shellcheck disable=SC2086 # words
    that "an output that is no file is refused: truce $words" unwritten $ending $words
done <<'COMMANDS'
csv run MODEL -o OUT
nc run MODEL -o OUT
mdl convert MODEL -o OUT
c emit-c MODEL -o OUT
truce compile MODEL -o OUT
svg run war -n 20 --chart answer -o OUT
yaml run CASE -n 20 --set drift=2 --save-scenario OUT
csv run war -s push -m 3 -o OUT
COMMANDS

ln -s /proc/self/fd/1 standard.csv
that "a link to an open file of a process is not replaced" sh -c '! "$1" run "$2" -o standard.csv --force 2>told >said &&
    grep -q "not a regular file" told && [ -L standard.csv ]' sh "$truce" "$root/models/lanchester.xmile"

# ---- Outputs of two processes, and with names like addresses -------------------------------------------------------
printf 'x=INTEG(1,0)~~|\nINITIAL TIME=0~~|\nFINAL TIME=1000000~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n' >long.mdl
both() { # ending: of two processes that write one file the first goes on, the second is told, and nothing else is left
    local first code=0 beside="both/two.$1"
    rm -rf both && mkdir both && echo old >"$beside"
    "$program" run long.mdl -o "$beside" --force >said 2>told &
    first=$!
    while kill -STOP $first 2>/dev/null && [ -z "$(find /proc/$first/fd -lname "$work/both/*" 2>/dev/null)" ]; do
        kill -CONT $first
        sleep 0.01
    done
    "$truce" run long.mdl -o "$beside" --force >said2 2>told2 || code=$?
    kill -CONT $first
    wait $first || { cat told; return 1; }
    [ $code = 1 ] && grep -q 'another process is writing it' told2 && [ "$(ls -A both)" = "two.$1" ] &&
        [ "$(wc -c <"$beside")" -gt 1000000 ]
}
that "two processes do not write one table" both csv
that "two processes do not write one NetCDF file" both nc

# A folder of results is held from before it is looked into. `flock -o` holds it here as another process would.
told_at_once() { # words of a command line without -o, told with and without --force; much would be to do
    local code force
    for force in "" --force; do
        rm -rf held && mkdir held
        code=0
        # shellcheck disable=SC2086 # none or one
        timeout 60 flock -o held "$truce" "$@" -o held $force >said 2>told || code=$?
        [ $code = 1 ] && [ -z "$(ls -A held)" ] &&
            tail -n 1 told | grep -q '^truce: held: another process is writing results into the directory$' ||
            { echo "exit code $code"; cat told; return 1; }
    done
}
goal='at "held" 2024-08 > 1' case=$root/tests/data/talks fit=$root/tests/data/fit
mkdir page
for file in engine.js index.html page.css page.js; do echo "$file" >page/$file; done
that "a folder that another process holds is left: run" told_at_once run "$root/docs/example" -n 100000
that "fit" told_at_once fit "$fit" -n 100000
that "score" told_at_once score "$fit" -n 100000
that "forecast" told_at_once forecast "$fit" -n 100000
that "talks" told_at_once talks "$case" -n 100000
that "compare" told_at_once compare "$case" actual push -n 20000
that "claims" told_at_once claims "$case" --claims "$root/fuzz/seeds/claims/tests" -n 20000
that "enough" told_at_once enough "$case" --goal "$goal" --lever drift=0:5 --how set -n 20000
that "matter" told_at_once matter "$case" --value 'at "held" 2024-08' -n 20000
that "sources" told_at_once matter "$fit/robust.yaml" --sources --particles 100000
that "plan" told_at_once plan "$case" --goal "$goal" --lever drift=0:5 --how set -n 20000
that "yearly" told_at_once yearly "$case" --value held -n 20000
that "web" told_at_once web "$case" --page page -n 10000
kept_fit() { # the folder of --keep
    local code=0
    rm -rf held && mkdir held
    timeout 60 flock -o held "$truce" claims "$case" --claims "$root/fuzz/seeds/claims/tests" --particles 100000 --keep held >said 2>told || code=$?
    [ $code = 1 ] && grep -q 'another process is writing' told
}
that "claims --keep" kept_fit

stopped=
stop_first() { # sign, words of a command line that writes to `first`: begun, and stopped once it holds that
    local sign=$1
    shift
    rm -rf first
    "$program" "$@" >said 2>told &
    stopped=$!
    while kill -STOP $stopped 2>/dev/null && ! $sign; do
        kill -CONT $stopped
        sleep 0.005
    done
}
locks() { cat /proc/$stopped/fdinfo/* 2>/dev/null | grep -q FLOCK; }
made() { [ -e first ]; }
go_on() { # exit code, what it says: of the one that was stopped
    local code=0
    kill -CONT $stopped && wait $stopped || code=$?
    [ $code = "$1" ] && { [ -z "$2" ] || grep -q -- "$2" told; } || { echo "exit code $code"; cat told; return 1; }
}
in_turn() { # --force or nothing, words of a command line: of two in one folder the second is told at once
    local code=0 force=$1
    shift
    stop_first locks "$@" -o first --seed 2 || return 1
    rm -rf seen && cp -r first seen # maybe with a checkpoint
    # shellcheck disable=SC2086 # none or one
    "$truce" "$@" -o first --seed 1 $force >said2 2>told2 || code=$?
    [ $code = 1 ] && grep -q 'another process is writing results' told2 && diff -r seen first && go_on 0 '' && [ -n "$(ls first)" ]
}
for words in "talks $case -n 4000" "fit $fit -n 512" "score $fit -n 256"; do
    for force in "" --force; do
        # shellcheck disable=SC2086 # words
        that "two processes do not write one folder: ${words%% *} $force" in_turn "$force" $words
    done
done
moved_away() { # a folder that is moved while its command runs, in whose place another one writes
    stop_first locks talks "$case" -n 4000 -o first || return 1
    rm -rf seen && mv first away && "$truce" talks "$case" -n 60 -o first >said2 && cp -r first seen &&
        go_on 1 'another directory has taken the place' && diff -r first seen
}
that "nor another folder of that name" moved_away
removed() { # a folder that is removed while its command runs
    stop_first locks talks "$case" -n 4000 -o first || return 1
    rm -r first && go_on 0 '' && [ -s first/talks.csv ]
}
that "a folder that was removed is made again" removed
later_file() { # of two that write one chart the one that ends later is told
    stop_first made run "$root/docs/example" -n 4000 --chart answer -o first/chart.svg || return 1
    "$truce" run "$root/docs/example" -n 10 --chart answer -o first/chart.svg >said2 && cp first/chart.svg seen.svg &&
        go_on 1 'another process has written the file in the meantime' && cmp first/chart.svg seen.svg &&
        [ "$(ls -A first)" = chart.svg ]
}
that "a chart that another process wrote meanwhile is not overwritten" later_file
addresses() { # each is a path of files like any other
    local path
    for path in http://a/b.nc hh:/x/b.nc file:///x/b.nc '[x]y#mode=zarr/b.nc'; do
        "$truce" run "$root/models/lanchester.xmile" -o "$path" && [ "$(head -c 3 "$path")" = CDF ] || return 1
    done
}
that "an output with a name like an address is a file" addresses
ended_run() { # a signal, while a long run is written as NetCDF: nothing is left
    local code=0
    mkdir -p ended && sed 's/<stop>84</<stop>840000</' "$root/models/lanchester.xmile" >ended.xmile
    timeout --preserve-status -s "$1" 0.5 "$truce" run ended.xmile -o ended/run.nc >said 2>told || code=$?
    [ $code -gt 128 ] && [ -z "$(ls -A ended)" ]
}
ended_folders() { # signal, model, output: of a long run nothing is left, nor are the folders that it made
    local code=0
    rm -rf made-for
    timeout --preserve-status -s "$1" 0.5 "$program" run "$2" -o "made-for/a/b/$3" >said 2>told || code=$?
    [ $code -gt 128 ] && [ ! -e made-for ]
}
sed 's/=1000000~/=9000000~/' long.mdl >longer.mdl
for signal in TERM HUP; do
    that "a table that $signal ends leaves no folder" ended_folders $signal longer.mdl out.csv
    that "nor does a NetCDF file" ended_folders $signal longer.mdl out.nc
done
for signal in INT TERM KILL; do that "a run that $signal ends leaves nothing of its NetCDF file" ended_run $signal; done
backslashes() { # in the names of folders, which NetCDF takes for slashes
    mkdir -p 'back\slash' && "$truce" run "$root/docs/example" -n 10 -o 'back\slash/C:\results' && [ -s 'back\slash/C:\results/members.nc' ]
}
that "results may go to a folder with a backslash in its name" backslashes
footless() { # words of a command line that fails: it makes no folder
    ! "$truce" "$@" -o new-folder/inside/x.csv >said 2>told && [ ! -e new-folder ]
}
echo 'x=' >broken.mdl
that "a run that fails leaves no new folder" footless run broken.mdl
that "nor does a chart that there is not" footless run "$root/tests/data/talks" -n 20 --chart none
that "nor does a conversion" footless convert broken.mdl
for words in "run $root/models/lanchester.xmile" "run $root/docs/example -n 5" "fit $root/tests/data/fit -n 32"; do
    # shellcheck disable=SC2086 # words
    that "nor do folders of which one cannot be made: truce ${words%% *}" sh -c '! "$@" 2>told && [ ! -e half ]' sh "$truce" $words \
        -o "half/way/$(printf 'x%.0s' {1..260})/x.csv"
done
that "nor does emitted C" footless emit-c broken.mdl
that "nor does a compilation" footless compile broken.mdl

# ---- Results that are there ----------------------------------------------------------------------------------------
# The same files that are given by a long way round: the path is too long for what is inside, and is not looked through.
round_about() { # a path of 4,090 letters to a directory with results, which stay
    local code=0
    mkdir -p far && echo mine >far/summary.csv
    "$truce" run "$plain" -n 10 -o "$(printf './%.0s' {1..2043})far" >said 2>told || code=$?
    [ $code = 1 ] && [ "$(cat far/*)" = mine ] && [ "$(ls far)" = summary.csv ]
}
that "results are found by a path of 4,090 letters" round_about
that "a page of a hostile case is made" says page web war --page page -n 20 -o made/page
that "and what it holds of it is text, never markup" each script made/page/case.js
that "whatever the case, the rest of the page is the same" cmp page/index.html made/page/index.html
kept() { # words of a command line without -o: each file it writes, alone in a directory, is kept without --force
    rm -rf whole alone
    "$truce" "$@" -o whole >said 2>&1 || { cat said; return 1; }
    for file in whole/*; do
        mkdir -p alone
        echo kept >"alone/${file##*/}"
        if "$truce" "$@" -o alone >said 2>&1 || [ "$(cat alone/*)" != kept ]; then
            echo "written over: ${file##*/}"
            return 1
        fi
        rm -r alone
    done
    for file in whole/*; do
        spared "alone/${file##*/}" "$@" -o alone || return 1
    done
}
# What a command reads, it does not write over, whatever the name: not even with --force.
spared() { # output, words of a command line that reads $input: refused where the output is another name of it
    local link code there=$1
    shift
    rm -rf alone
    for link in -s -f; do
        mkdir -p "$(dirname "$there")"
        ln $link "$PWD/$input" "$there"
        cp "$input" before
        code=0
        "$truce" "$@" --force >said 2>told || code=$?
        [ $code = 1 ] && tail -n 1 told | grep -q 'is an input, which is not overwritten' &&
            [ "$there" -ef "$input" ] && cmp before "$input" && [ "$(ls -A "$(dirname "$there")")" = "${there##*/}" ] ||
            { echo "$there, ln $link: exit code $code"; cat told; return 1; }
        rm -r "$(dirname "$there")"
    done
}
mkdir read
for case in docs/example tests/data/talks tests/data/fit; do cp -r "$root/$case" read; done
plain=$work/read/example talking=$work/read/talks fitting=$work/read/fit
input=read/example/model.xmile
that "run keeps what is there" kept run "$plain" -n 10
input=read/fit/model.xmile
that "fit keeps what is there" kept fit "$fitting" -n 32
that "score keeps what is there" kept score "$fitting" -n 32 --from 2024-09
that "forecast keeps what is there" kept forecast "$fitting" -n 32
input=read/talks/model.xmile
that "talks keeps what is there" kept talks "$talking" -n 150
that "compare keeps what is there" kept compare "$talking" actual push -n 10
that "enough keeps what is there" kept enough "$talking" --goal 'at "held" 2024-08 > 1' --lever drift=0:5 --how set -n 10
that "matter keeps what is there" kept matter "$talking" --value 'at "held" 2024-08' -n 200
that "plan keeps what is there" kept plan "$talking" --goal 'at "held" 2024-08 > 1' --lever drift=0:5 --how set -n 10 \
    --evaluations 4
input=read/fit/observed.csv
that "sources keep what is there" kept matter "$fitting/robust.yaml" --sources --source gaps --particles 32 -n 32
input=read/talks/case.yaml
that "yearly keeps what is there" kept yearly "$talking" --value held -n 10
cp "$root/fuzz/seeds/claims/tests" read/claims.yaml
input=read/claims.yaml
that "claims keeps what is there" kept claims "$talking" --claims read/claims.yaml -n 50
input=read/fit/rival.yaml
that "a rival that a run only names is kept too" spared alone/out/member.csv run "$fitting" --member 1 -o alone/out/member.csv
# What a command writes to two places goes to two.
apart() { # command...: refused before anything is written
    local code=0
    rm -rf twice twice.svg
    "$truce" "$@" >said 2>told || code=$?
    [ $code = 64 ] && [ ! -e twice.svg ] && [ ! -e twice ]
}
that "a chart is not written over the scenario that is saved" apart run "$talking" -n 10 --set drift=2 \
    --save-scenario twice.svg --chart answer -o twice.svg --force
that "nor are results" apart run "$talking" -n 10 --set drift=2 \
    --save-scenario twice/summary.csv -o twice --force
unsaved() { # command...: a run that fails saves no scenario
    rm -rf twice twice.yaml
    ! "$truce" "$@" --save-scenario twice.yaml >said 2>told && [ ! -e twice.yaml ]
}
that "a scenario is saved only after its run: no posterior" unsaved run "$talking" -n 10 --set drift=2 --posterior nowhere
that "no place for its results" unsaved run "$talking" -n 10 --set drift=2 -o "$talking/case.yaml"
archived() { # name of the archive in the folder of the results, exit code
    local code=0
    rm -rf twice
    "$truce" plan "$talking" --goal 'at "held" 2024-08 > 1' --lever drift=0:5 --how set -n 10 --evaluations 4 \
        --archive "twice/../twice/$1" -o twice >said 2>told || code=$?
    [ $code = "$2" ] || { cat told; return 1; }
}
for name in plan.csv plan.html plan.nc; do
    that "an archive is no result of the same plan: $name" archived $name 64
done
that "beside them it is" archived other.csv 0
that "and holds the settings" grep -q drift twice/other.csv
input=page/page.css
that "web keeps what is there" kept web "$talking" --page page -n 20
"$truce" fit "$fitting" -n 32 -o read/of-fit >said 2>told
"$truce" score "$fitting" -n 32 --from 2024-09 -o read/of-fit --force >said 2>told
cat >read/whole.xmile <<'X'
<xmile version="1.0"><header><vendor>t</vendor><product>t</product><includes><include resource="part.xmile"/></includes></header>
<data><import type="CSV" resource="given.csv" orientation="vertical"/></data>
<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>
<model><variables><aux name="given"><eqn>1</eqn></aux></variables></model></xmile>
X
sed '/<data>/d; /<sim_specs>/d; s|<includes>.*</includes>||; s|<model>.*|<dimensions><dim name="D" size="2"/></dimensions></xmile>|' \
    read/whole.xmile >read/part.xmile
printf 'time,given\n0,1\n4,2\n' >read/given.csv
sed '/<data>/d' read/whole.xmile >read/alone.xmile
printf "x=GET DIRECT CONSTANTS('grid.csv',',','A1')~~|\nINITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n" \
    >read/grid.mdl
printf '7\n' >read/grid.csv
printf 'scenarios:\n  held: {from: actual, title: Held}\n' >read/more.yaml
"$truce" compile "$root/models/lanchester.xmile" -o read/program.truce
sed 's|^parameters:|include: more.yaml\nparameters:|' read/talks/case.yaml >read/talks/includes.yaml
cp read/more.yaml read/talks
while read -r file out words; do
    input=read/$file
    # shellcheck disable=SC2086 # words
    that "$file is an input: truce $words" spared "alone/$out" ${words//OUT/alone/$out}
done <<'COMMANDS'
example/model.xmile out.csv run read/example -m 3 -o OUT
example/case.yaml out.nc run read/example -m 3 -o OUT
example/series/support.csv out.csv run read/example -m 3 -o OUT
example/series/observed.csv out.svg run read/example -n 20 --chart answer -o OUT
example/series/support.csv out.csv run read/example -n 20 --chart answer -o OUT
talks/more.yaml out.csv run read/talks/includes.yaml -m 3 -o OUT
more.yaml out.csv run read/talks --include read/more.yaml -s held -m 3 -o OUT
fit/rival.yaml scores.csv score read/fit -n 32 --from 2024-09 -o alone
of-fit/posterior.nc out.csv run read/fit -p read/of-fit -m 3 -o OUT
of-fit/posterior.nc report.html run read/fit -p read/of-fit -n 20 -o alone
of-fit/scores.csv out.svg run read/fit -p read/of-fit -n 20 --chart answer -o OUT
whole.xmile out.csv run read/whole.xmile -o OUT
part.xmile out.csv run read/whole.xmile -o OUT
part.xmile out.nc run read/whole.xmile -o OUT
part.xmile out.c emit-c read/whole.xmile -o OUT
part.xmile out.truce compile read/whole.xmile -o OUT
part.xmile out.mdl convert read/whole.xmile -o OUT
given.csv out.csv run read/whole.xmile -o OUT
given.csv out.csv run read/alone.xmile --data read/given.csv -o OUT
grid.csv out.csv run read/grid.mdl -o OUT
grid.csv out.xmile convert read/grid.mdl -o OUT
grid.csv out.truce compile read/grid.mdl -o OUT
program.truce out.csv run read/program.truce -o OUT
COMMANDS
input=read/talks/model.xmile
that "the model of a case is an input: --save-scenario" spared alone/more.yaml run read/talks -n 20 --set drift=2 \
    --save-scenario alone/more.yaml
that "a posterior may lie where results of a run go" "$truce" run read/fit -p read/of-fit -n 20 -o read/of-fit --force
"$truce" score "$fitting" -n 32 --from 2024-09 --keep record >said
for file in record/2024-09-model-*.forecast; do echo mine >"$file"; done
that "a file that is no kept forecast is left alone" sh -c '! "$1" score "$2" -n 32 --from 2024-09 --keep record -o scored 2>told &&
    grep -q "not a kept forecast" told && [ "$(cat record/2024-09-model-*.forecast)" = mine ] && [ ! -e scored ]' sh "$truce" "$fitting"
together() { # three processes keep the same forecasts in one folder
    local i pids=()
    for i in 1 2 3; do
        "$truce" score "$fitting" -n 32 --from 2024-09 --keep shared-record -o "together$i" >said 2>"told$i" &
        pids+=($!)
    done
    for i in 1 2 3; do wait "${pids[i - 1]}" || { cat "told$i"; return 1; }; done
    cmp together1/scores.csv together2/scores.csv && cmp together1/scores.csv together3/scores.csv &&
        ! ls -A shared-record | grep part
}
that "three processes keep one record" together
mkdir of-claims && echo mine >of-claims/posterior.nc
that "claims keep no fit in the place of another" sh -c '! "$1" claims "$2" --claims read/claims.yaml --particles 32 -n 50 \
    --keep of-claims 2>told && grep -q "already holds results" told && [ "$(cat of-claims/*)" = mine ]' sh "$truce" "$talking"
no_path() { # words of a command line: an empty path is wrong usage, and nothing is written
    local code=0
    "$truce" "$@" -o "" >said 2>told || code=$?
    [ $code = 64 ] && grep -q 'needs a path' told
}
for words in "run $plain" "run $root/models/lanchester.xmile" "fit $fitting" "score $fitting" "forecast $fitting" "talks $talking" \
    "compare $talking actual push" "enough $talking" "matter $talking" "plan $talking" "yearly $talking" "claims $talking" "web $talking" \
    "compile $root/models/lanchester.xmile" "emit-c $root/models/lanchester.xmile" "convert $root/models/lanchester.xmile"; do
    # shellcheck disable=SC2086 # words
    that "an empty path is no output: truce ${words%% *}" no_path $words
done

empty_values() { # command: each of its options that takes a value refuses an empty one
    local option code
    for option in $("$truce" "$1" --help | grep -oE -- '--[a-z-]+' | grep -vxE -- '--(help|force|json|quiet|priors|plain|units|shares|sources|json-ld)' | sort -u); do
        code=0
        "$truce" "$1" "$plain" "$option" "" >said 2>told </dev/null || code=$?
        [ $code = 64 ] || { echo "$option: exit code $code"; return 1; }
    done
}
for command in run fit score forecast talks compare enough plan matter claims yearly convert new compile emit-c web serve explain; do
    that "an empty value is none: truce $command" empty_values $command
done
ln -s nowhere astray.csv
that "a link that leads nowhere is kept" sh -c '! "$1" run "$2" -o astray.csv 2>told && [ -L astray.csv ] &&
    grep -q "leads nowhere" told' sh "$truce" "$root/models/lanchester.xmile"

# ---- Who may read results ------------------------------------------------------------------------------------------
modes() { # what find says of the permissions of files
    find "$@" -printf '%m\n' | sort -u | tr '\n' ' '
}
private() { # words of a command line with -o: what nobody else could read stays so when it is written anew
    rm -rf secret*
    (umask 022 && "$truce" "$@" >said 2>&1 && chmod -R go-rwx secret* && "$truce" "$@" --force >said 2>&1) || { cat said; return 1; }
    [ "$(modes secret* -type f)" = "600 " ] || { modes secret* -type f; return 1; }
}
that "a table stays private" private run "$root/models/lanchester.xmile" -o secret.csv
that "so does a NetCDF file" private run "$root/models/lanchester.xmile" -o secret.nc
that "so do results of a case" private run "$plain" -n 10 -o secret
that "and results beside a folder" sh -c 'rm -rf secret && mkdir -p secret/inner && cd secret && umask 022 &&
    "$1" run "$2" -n 10 -o . >../said && chmod 600 ./* 2>/dev/null; chmod 700 inner && "$1" run "$2" -n 10 -o . --force >../said &&
    [ "$(find . -type f -perm /077)" = "" ]' sh "$truce" "$plain"
python3 - <<'P' && lists=yes || lists=
import os, struct
entries = [(1, 6, 0xffffffff), (2, 4, 1234), (4, 0, 0xffffffff), (0x10, 4, 0xffffffff), (0x20, 0, 0xffffffff)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries)
open("listed.csv", "w").close()
os.mkdir("listed")
open("listed/summary.csv", "w").close()
for file in "listed.csv", "listed/summary.csv":
    os.setxattr(file, "system.posix_acl_access", acl)
os.setxattr("listed", "system.posix_acl_default", acl)
P
listed() { # a list of access stays with a file and with a folder; without it the bits of the group would say something else
    "$truce" run "$root/models/lanchester.xmile" -o listed.csv --force >said && "$truce" run "$plain" -n 10 -o listed --force >said &&
        python3 -c '
import os, sys
kept = {f: os.listxattr(f) for f in ("listed.csv", "listed/summary.csv", "listed")}
print(kept)
sys.exit(not all(any(x.startswith("system.posix_acl") for x in k) for k in kept.values()) or os.path.getsize("listed.csv") == 0)'
}
if [ "$lists" ]; then that "lists of access stay" listed; else skipped=$((skipped + 1)); fi
closed() { # the umask holds for folders, too
    rm -rf made-closed
    (umask 077 && "$truce" new made-closed --from "$talking" && "$truce" run "$plain" -n 10 -o made-closed/results) >said 2>&1 &&
        [ "$(modes made-closed -type f)" = "600 " ] && [ "$(modes made-closed -type d)" = "700 " ]
}
that "the umask holds for files and folders that are made" closed

brought() { # what a stranger's case names beyond its folder: a model comes, as private as it was, and nothing else
    rm -rf stranger secrets brought && mkdir secrets && cp -r "$talking" stranger && echo key >secrets/key
    mv stranger/model.xmile secrets/own.xmile && chmod 600 secrets/* stranger/case.yaml
    echo 'model: ../secrets/key' >stranger/notes.yaml
    sed -i 's|^model:.*|model: ../secrets/own.xmile|' stranger/case.yaml
    "$truce" new brought --from stranger >said && [ ! -e brought/key ] && cmp brought/notes.yaml stranger/notes.yaml &&
        grep -qx 'model: own.xmile' brought/case.yaml && cmp brought/own.xmile secrets/own.xmile &&
        [ "$(stat -c %a brought/own.xmile brought/case.yaml | sort -u)" = 600 ]
}
that "truce new brings models of a stranger's case, no other files, and opens no private one" brought
# A page holds what its case has read: names that the case gives to elements of its model name no files.
mkdir -p leaky secrets && echo "top secret" >secrets/key && chmod 600 secrets/key
cat >leaky/model.xmile <<'X'
<xmile version="1.0"><header/><sim_specs time_units="months"><start>0</start><stop>12</stop><dt>1</dt></sim_specs>
<dimensions><dim name="kind"><elem name="file"/><elem name="model"/><elem name="include"/></dim></dimensions>
<model><variables><aux name="aid"><dimensions><dim name="kind"/></dimensions><eqn>1</eqn></aux></variables></model></xmile>
X
cat >leaky/case.yaml <<'X'
truce: 1
title: t
model: model.xmile
horizon: {start: 2024-01, end: 2024-12}
sources: {s: {text: t}}
names: {file: ../secrets/key, model: ../secrets/key, include: ../secrets/key}
outputs:
  - {variable: "aid[*]", title: Aid, section: front}
X
paged() { "$truce" web leaky --page page -n 20 -o paged >said && [ -e paged/case.js ] && ! grep -q "top secret" paged/case.js; }
that "a page has no file that its case has not read" paged
planted() { # a folder as truce new leaves them, made by somebody else: it stays
    rm -rf shared && mkdir -m 1777 shared && mkdir -p shared/.war.part-abcdef && echo theirs >shared/.war.part-abcdef/x
    chown -R 65534 shared/.war.part-abcdef && "$truce" new shared/war --from "$talking" >said && [ -e shared/.war.part-abcdef/x ]
}
if [ "$(id -u)" = 0 ]; then that "what another user left is not removed" planted; else skipped=$((skipped + 1)); fi
mkdir -p swept/.war.part-abcdef/inner && ln -s "$work/read" swept/.war.part-abcdef/inner/link && echo mine >swept/.war.part-abcdef/x
that "what a process of our own left is, but no link is followed" sh -c '"$1" new swept/war --from "$2" >said &&
    [ "$(ls -A swept)" = war ] && [ -e read/fit/case.yaml ]' sh "$truce" "$talking"

cat >unreadable.c <<'C'
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
struct dirent64 *readdir64(DIR *folder) /* the call of this number fails, or brings a signal */
{
    static int calls;
    struct dirent64 *(*next)(DIR *) = (struct dirent64 * (*)(DIR *)) dlsym(RTLD_NEXT, "readdir64");
    if (++calls != atoi(getenv("UNREADABLE")))
        return next(folder);
    if (getenv("SIGNAL")) {
        raise(atoi(getenv("SIGNAL")));
        return next(folder);
    }
    errno = EIO;
    return NULL;
}
C
partly() { # a folder that cannot be read to its end is copied whole or not at all
    local n code known=0
    cp -r "$plain" entries && whole=$(cd entries && find . | sort) || return 1
    for n in {1..60}; do
        rm -rf partly
        code=0
        UNREADABLE=$n LD_PRELOAD=$work/unreadable.so "$program" new partly/copy --from entries >said 2>told || code=$?
        if [ $code = 0 ]; then [ "$(cd partly/copy && find . | sort)" = "$whole" ] || { echo "call $n"; return 1; }; fi
        if [ $code != 0 ]; then known=1; [ ! -e partly ] && grep -q 'Input/output error' told || { cat told; return 1; }; fi
    done
    [ $known = 1 ]
}
ended_copy() { # signal: it leaves nothing, or a copy that is whole
    local n code
    for n in {1..40}; do
        rm -rf partly
        code=0
        SIGNAL=$(kill -l "$1") UNREADABLE=$n LD_PRELOAD=$work/unreadable.so "$program" new partly/copy --from entries >said 2>told || code=$?
        [ $code = 0 ] && continue
        [ $code = $((128 + $(kill -l "$1"))) ] || { echo "call $n: exit code $code"; return 1; }
        [ ! -e partly ] || [ "$(cd partly && find . | sort)" = "$(echo .; sed 's|^\.|./copy|' <<<"$whole")" ] || { find partly; return 1; }
    done
}
ended_at_once() { # command that asks nobody whether it is to go on: a signal ends it, with the folders that it has made
    local n code known=0
    for n in {1..8}; do
        rm -rf partly
        code=0
        SIGNAL=15 UNREADABLE=$n LD_PRELOAD=$work/unreadable.so "$program" "$@" -o partly/in/x.mdl >said 2>told || code=$?
        if [ $code = 0 ]; then continue; fi
        known=1
        [ $code = 143 ] && [ ! -e partly ] || { echo "call $n: exit code $code"; find partly; return 1; }
    done
    [ $known = 1 ]
}
if cc -D_GNU_SOURCE -shared -fPIC unreadable.c -o unreadable.so 2>log; then
    that "convert ends at once" ended_at_once convert "$root/models/lanchester.xmile"
    that "so does emit-c" ended_at_once emit-c "$root/models/lanchester.xmile"
    that "a copy of a folder that cannot be read is not begun or not kept" partly
    for signal in TERM HUP; do that "one that $signal ends leaves nothing of it" ended_copy $signal; done
else
    skipped=$((skipped + 1))
fi
mkdir -p steps/1/2/3/4/5/6/7/8/9 && cp -r "$plain"/* steps && touch steps/1/2/3/4/5/6/7/8/9/deep
that "nor is one of folders that are too deep" sh -c '! "$1" new shallow --from steps 2>told && grep -q "more than 8 deep" told &&
    [ ! -e shallow ]' sh "$truce"

# ---- Hosts with habits ---------------------------------------------------------------------------------------------
that "children are waited for where whoever started truce ignored them" bash -c \
    'trap "" CHLD; exec "$1" run "$2" -n 10 -o childless >said' bash "$program" "$plain"
few_files() { # few descriptors: the sentence says so, and nothing is left
    local most
    for most in 3 4 5 6 8 10; do
        rm -rf few && mkdir few
        (ulimit -n $most && cd few && exec "$program" run "$talking" -n 10 -o results) >said 2>told </dev/null
        [ -z "$(find few -name '*.part*')" ] || { find few; return 1; }
    done
}
that "a run without descriptors leaves nothing" few_files

mkdir slow temporaries
printf '#!/bin/sh\necho begun >begun\nexec sleep 60\n' >slow/gnuplot
printf '#!/bin/sh\ncase "$*" in *-o*) echo begun >"$TMPDIR/begun"; exec sleep 60;; esac\n' >slow/cc
chmod +x slow/gnuplot slow/cc
swept() { # signal, words of a command line: killed while another program works for it, it leaves nothing that stays
    local pid i code=0 signal=$1
    shift
    env --default-signal=QUIT TRUCE_NATIVE=1 XDG_CACHE_HOME="$work/no-cache" TMPDIR="$work/temporaries" PATH="$work/slow:$PATH" \
        "$program" "$@" >said 2>told &
    pid=$!
    for ((i = 0; i < 400; i++)); do
        [ -n "$(find temporaries -name begun)" ] && break
        sleep 0.05
    done
    [ -n "$(find temporaries -name begun)" ] || { echo "nothing began"; cat told; kill $pid; return 1; }
    kill -"$signal" $pid
    wait $pid || code=$?
    [ $code = $((128 + $(kill -l "$signal"))) ] || { echo "exit code $code"; return 1; }
    [ "$signal" = KILL ] || [ -z "$(ls -A temporaries)" ] || { find temporaries; return 1; }
    TMPDIR=$work/temporaries "$truce" run "$plain" -n 10 --chart answer -o chart.svg --force >said && [ -z "$(ls -A temporaries)" ]
}
for signal in KILL TERM QUIT; do
    that "a chart that $signal ends leaves nothing" swept $signal run "$plain" -n 10 --chart answer -o other.svg
    that "nor does a report" swept $signal run "$plain" -n 10 -o other
    that "nor does the page of a plan" swept $signal plan "$talking" --goal 'change "held" 2024-01..2024-06 > 3' \
        --lever drift=0:5 --how set -n 30 --evaluations 6 -o other
    that "nor does what matters through time" swept $signal matter "$talking" --value 'at "held" 2024-08' -n 200 \
        --since 2024-04 -o other
    that "nor does native code" swept $signal run "$plain" -n 10 --engine native
done
served() { # signal: a page that is served lies in a folder that goes with it
    local pid i code=0
    rm -f where # the one of the server before
    TMPDIR=$work/temporaries "$program" serve "$talking" --page page --port 0 >where 2>told </dev/null &
    pid=$!
    for ((i = 0; i < 600; i++)); do
        grep -q http where && break
        sleep 0.05
    done
    [ -n "$(find temporaries -name case.js)" ] || { cat told; kill $pid; return 1; }
    TMPDIR=$work/temporaries "$truce" run "$plain" -n 10 --chart answer -o chart.svg --force >said
    [ -n "$(find temporaries -name case.js)" ] || { echo "swept while it was served"; kill $pid; return 1; }
    kill -"$1" $pid
    wait $pid || code=$?
    [ "$1" = KILL ] || [ -z "$(ls -A temporaries)" ] || { find temporaries; return 1; }
    TMPDIR=$work/temporaries "$truce" run "$plain" -n 10 --chart answer -o chart.svg --force >said && [ -z "$(ls -A temporaries)" ]
}
for signal in KILL TERM; do
    that "a page that is served goes with its server, which $signal ends" served $signal
done
mkdir limits
for child in gnuplot cc; do
    printf '#!/bin/sh\ncase "$*" in *--version*) echo 1; exit 0 ;; esac\nsleep 0.2\n{ ulimit -Hc; ulimit -Hf; ulimit -Ht; } >"%s/limits/of-%s"\nexit 1\n' \
        "$work" $child >limits/$child
    chmod +x limits/$child
done
limited() { # program, words of a command line: it may not fill the disk, work for ever, or leave a core
    local child=$1 most
    shift
    rm -f limits/of-*
    ! env TRUCE_NATIVE=1 XDG_CACHE_HOME="$work/no-cache" PATH="$work/limits:$PATH" "$truce" "$@" >said 2>told || return 1
    most=$(tr '\n' ' ' <"limits/of-$child") && [[ $most =~ ^0\ 524288\ [0-9]+\ $ ]] || { echo "limits: $most"; return 1; }
}
that "gnuplot has limits" limited gnuplot run "$plain" -n 10 --chart answer -o limited.svg
that "so has the compiler" limited cc run "$plain" -n 10 --engine native
printf '#!/bin/sh\ncase "$*" in *--version*) echo 1; exit 0 ;; esac\nsleep 60 &\necho $! >"%s/limits/left"\nexit 1\n' "$work" \
    >limits/forks
chmod +x limits/forks
alone() { # program, words of a command line: what it leaves running is ended with it
    local i
    mkdir -p leaving && cp limits/forks "leaving/$1" && rm -f limits/left
    shift
    ! env TRUCE_NATIVE=1 XDG_CACHE_HOME="$work/no-cache" PATH="$work/leaving:$PATH" "$truce" "$@" >said 2>told || return 1
    [ -s limits/left ] || return 1
    for ((i = 0; i < 40; i++)); do # gone, or dead and not buried
        grep -q '^State:.[^ZX]' "/proc/$(cat limits/left)/status" 2>/dev/null || return 0
        sleep 0.05
    done
    return 1
}
that "what gnuplot leaves running is ended" alone gnuplot run "$plain" -n 10 --chart answer -o left.svg
that "so is what the compiler does" alone cc run "$plain" -n 10 --engine native
mkdir temporaries/truce-work-abcdefghijklmnop && echo theirs >temporaries/truce-work-abcdefghijklmnop/x
ln -s "$work/read" temporaries/truce-work-bcdefghijklmnopa
flock temporaries/truce-work-abcdefghijklmnop env TMPDIR="$work/temporaries" "$truce" run "$plain" -n 10 --chart answer -o chart.svg \
    --force >said
that "what a living process works with stays, and no link is followed" test -e temporaries/truce-work-abcdefghijklmnop/x -a -e read/fit

little_stack() { # kilobytes, words of a command line
    local kilobytes=$1
    shift
    rm -rf stacked*
    (ulimit -s "$kilobytes" && exec env -i PATH="$PATH" TMPDIR="$work" TRUCE_NATIVE=0 "$program" "$@") >said 2>told </dev/null
}
while read -r kilobytes words; do
    # shellcheck disable=SC2086 # words
    that "$kilobytes kB of stack are enough: truce $words" little_stack $kilobytes $words
done <<COMMANDS
96 check $plain
96 list
96 run $root/models/lanchester.xmile
96 run $plain -n 10
96 run $plain -m 3 -o stacked.csv
96 score $fitting -n 32 --from 2024-09
96 yearly $talking --value held -n 10
96 new stacked --from $plain
96 convert $root/models/lanchester.xmile -o stacked.mdl
160 run $plain -n 10 -o stacked
160 fit $fitting -n 32 -o stacked
160 talks $talking -n 100 -o stacked
160 compare $talking actual push -n 10 -o stacked
COMMANDS

# ---- A small file that asks for much -------------------------------------------------------------------------------
python3 - <<'P'
head = ('<xmile version="1.0"><header><vendor>t</vendor><product>t</product></header>'
        '<sim_specs><start>0</start><stop>8</stop><dt>1</dt></sim_specs>')
for name, levels, calls in (("doubling", 28, 2), ("tenfold", 9, 10)):
    macros = '<macro name="M0"><parm>a</parm><eqn>a+1</eqn></macro>' + "".join(
        '<macro name="M%d"><parm>a</parm><eqn>%s</eqn></macro>' % (i, "+".join(["M%d(a)" % (i - 1)] * calls))
        for i in range(1, levels))
    open(name + ".xmile", "w").write(head + macros + '<model><variables><aux name="x"><eqn>M%d(1)</eqn></aux>'
                                     '</variables></model></xmile>' % (levels - 1))
for name, size in (("sums", 5000), ("more-sums", 60000)):
    open(name + ".xmile", "w").write(
        head + '<dimensions><dim name="D" size="%d"/></dimensions><model><variables><aux name="v"><dimensions><dim name="D"/>'
        '</dimensions><eqn>TIME</eqn></aux><aux name="w"><dimensions><dim name="D"/></dimensions>'
        '<eqn>SUM(v[*])</eqn></aux></variables></model></xmile>' % size)
P
refused() { # within a gigabyte, naming the limit
    local code=0
    (ulimit -v 1000000 && exec "$program" check "$1") >said 2>&1 || code=$?
    [ $code = 2 ] && grep -q 'more than [0-9]* terms' said
}
for bomb in doubling tenfold sums more-sums; do
    that "an expansion is refused while it grows: $bomb" refused $bomb.xmile
done

enormous() { # words of a command line with a file of holes, 20 GB long: refused by its size, within a gigabyte
    local code=0
    (ulimit -v 1000000 && exec "$program" "$@") >said 2>&1 </dev/null || code=$?
    [ $code = 2 ] && grep -q 'larger than the limit' said
}
mkdir holes
for file in m.xmile m.mdl c.yaml d.csv p.truce posterior.nc; do truncate -s 20G "holes/$file" || break; done
if [ -s holes/posterior.nc ]; then
    while read -r words; do
        # shellcheck disable=SC2086 # words
        that "a file of holes is not read: $words" enormous $words
    done <<'COMMANDS'
check holes/m.xmile
check holes/m.mdl
check holes/c.yaml
run read/alone.xmile --data holes/d.csv
run holes/p.truce
run read/talks --include holes/c.yaml
run read/fit -p holes -n 10
score --forecast holes/d.csv --data read/fit
claims read/talks --claims holes/c.yaml
COMMANDS
else
    skipped=$((skipped + 1))
fi
rm -rf holes

python3 - <<'P'
import zipfile
kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
def relations(*pairs):
    return "<Relationships>%s</Relationships>" % "".join(
        '<Relationship Id="r%d" Type="%s%s" Target="%s"/>' % (i, kind, k, t) for i, (k, t) in enumerate(pairs))
with zipfile.ZipFile("book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
    book.writestr("_rels/.rels", relations(("officeDocument", "w.xml")))
    book.writestr("w.xml", '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="r0"/></sheets></workbook>')
    book.writestr("_rels/w.xml.rels", relations(("worksheet", "s.xml"), ("sharedStrings", "t.xml")))
    book.writestr("s.xml", "<worksheet>%s</worksheet>" % ('<row><c t="s"><v>0</v></c></row>' * 60000))
    book.writestr("t.xml", "<sst><si><t>%s</t></si></sst>" % ("x" * 100000))
open("book.mdl", "w").write("x:=GET DIRECT DATA('book.xlsx','S','A','B2')~~|\ny=x~~|\n"
                            "INITIAL TIME=0~~|\nFINAL TIME=8~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n")
P
shared() { # 6 GB of text in a workbook of some kilobytes
    local code=0
    (ulimit -v 1000000 && exec "$program" check book.mdl) >said 2>&1 || code=$?
    [ $code = 2 ] && grep -qE 'texts of the sheet are longer|without libzip' said
}
that "a string that many cells of a workbook share is not copied without end" shared

# ---- The working directory -----------------------------------------------------------------------------------------
mkdir theirs
mkfifo theirs/.ncrc theirs/.daprc theirs/.dodsrc
that "the rc files of NetCDF in the working directory are not opened" sh -c \
    "cd theirs && timeout 60 '$truce' run '$root/docs/example/case.yaml' -n 10 -o results"
mkdir theirs/.aws
mkfifo theirs/.aws/credentials theirs/.aws/config
that "nor are its keys of a cloud in a home that is the working directory" sh -c \
    "cd theirs && HOME=. timeout 60 '$truce' run '$root/models/lanchester.xmile' -o home.nc"
cp "$program" "$root/models/lanchester.xmile" theirs
if unshare -m mount --bind theirs /tmp 2>/dev/null; then
    that "nor in /tmp, without a home" unshare -m sh -c 'mount --bind theirs /tmp && cd /tmp &&
        env -u HOME timeout -s KILL 60 "./$1" run lanchester.xmile -o homeless.nc' sh "$(basename "$program")"
else
    skipped=$((skipped + 1))
fi

# ---- A host that follows the locale --------------------------------------------------------------------------------
cat >host.c <<'C'
#include <locale.h>
#include <stdlib.h>
__attribute__((constructor)) static void begin(void)
{
    if (!setlocale(LC_ALL, "") || *localeconv()->decimal_point != ',')
        _Exit(98);
}
C
if localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >log 2>&1 && cc -shared -fPIC host.c -o host.so; then
    german() { # the command in a process that has called setlocale
        env LOCPATH="$work" LC_ALL=de_DE.UTF-8 LD_PRELOAD="$work/host.so" "$@"
    }
    same() { # command of truce with -o DIRECTORY: the tables are the same
        "$truce" "$@" -o plain --force >said.plain && german "$truce" "$@" -o plain2 --force >said.german &&
            for table in plain/*.csv; do cmp "$table" "plain2/${table#plain/}" || return 1; done
    }
    that "truce run writes the same numbers under a locale of commas" same run "$root/docs/example/case.yaml" -n 20
    that "so does truce fit" same fit "$root/tests/data/fit/case.yaml" -n 32
    that "so does truce talks" same talks "$root/tests/data/talks/case.yaml" -n 60
else
    skipped=$((skipped + 1))
fi

that "whatever failed said why" sh -c "cat silent; test ! -s silent"
that "nothing crashed" sh -c "cat crashed; test ! -s crashed"

printf '%d passed, %d failed' $passed $failed
if [ $skipped -gt 0 ]; then printf ', %d skipped' $skipped; fi
printf '\n'
[ $failed = 0 ]
