#!/bin/bash
# Input made to harm, and hosts with habits of their own: what reaches pages, terminals and tables, how much work a small
# file may ask for, what the working directory may do, and numbers under a locale with decimal commas.
#   tests/hostile.sh TRUCE       Ends with "N passed, N failed[, N skipped]".
set -u
truce=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TRUCE_NATIVE=0
cd "$work"
passed=0 failed=0 skipped=0
that() { # name, command...
    local name=$1
    shift
    if "$@" >log 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
        tail -n 5 log | sed 's/^/    /'
    fi
}

# ---- Names that would act ------------------------------------------------------------------------------------------
# Quotes of gnuplot, of HTML and of a shell; sequences of a terminal; an override of direction; a formula.
bad=$'\'\'`touch mark`"><script>document.title=1</script><img src=x onerror=alert(1)>'
cp -r "$root/docs/example" example
python3 - "$bad" <<'P'
import re, sys
text = open("example/case.yaml", encoding="utf-8").read()
def quoted(s): return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'
escapes = "\\e]0;title\\a\\e[31m\\u009b31m\\u202e"
bad = quoted(sys.argv[1])[:-1] + escapes + '"'
changed = re.sub(r"(?m)^(\s*(?:- *)?title: *).*$", lambda m: m.group(1) + bad, text)
assert changed != text
open("example/case.yaml", "w", encoding="utf-8").write(changed)
P
quiet() { # no control characters and no overrides of direction in the files
    ! LC_ALL=C grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$@"
}
for command in check list "run -n 20 -o results"; do
    # shellcheck disable=SC2086 # words
    that "truce ${command%% *} of hostile titles works" "$truce" ${command%% *} example/case.yaml ${command#"${command%% *}"}
    cp log said
    that "truce ${command%% *} says nothing that a terminal obeys" quiet said
done
that "pages and tables hold nothing that a terminal obeys" quiet results/report.html results/summary.csv results/observed.csv
that "a page has no script or picture but as text" sh -c '! grep -qiE "<script|<img|<iframe|<object" results/report.html'
that "no command in a title is run by gnuplot" test ! -e mark
policy() {
    python3 - "$1" <<'P'
import base64, hashlib, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', page).group(1)
styles = re.findall(r"<style>(.*?)</style>", page, re.S)
own = "'sha256-%s'" % base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
assert len(styles) == 1 and policy.startswith("default-src 'none'; style-src %s;" % own), policy
assert not re.search(r'\sstyle="', page) and page.index("Content-Security-Policy") < page.index("<style")
P
}
that "the policy of a page allows its own style and nothing else" policy results/report.html
"$truce" talks "$root/tests/data/talks/case.yaml" -n 60 -o talks >log 2>&1
that "so does that of talks" policy talks/talks.html

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
    (ulimit -v 1000000 && exec "$truce" check "$1") >said 2>&1 || code=$?
    [ $code = 2 ] && grep -q 'more than [0-9]* terms' said
}
for bomb in doubling tenfold sums more-sums; do
    that "an expansion is refused while it grows: $bomb" refused $bomb.xmile
done

# ---- The working directory -----------------------------------------------------------------------------------------
mkdir theirs
mkfifo theirs/.ncrc theirs/.daprc theirs/.dodsrc
that "the rc files of NetCDF in the working directory are not opened" sh -c \
    "cd theirs && timeout 60 '$truce' run '$root/docs/example/case.yaml' -n 10 -o results"

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

printf '%d passed, %d failed' $passed $failed
if [ $skipped -gt 0 ]; then printf ', %d skipped' $skipped; fi
printf '\n'
[ $failed = 0 ]
