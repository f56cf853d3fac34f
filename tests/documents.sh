#!/bin/bash
# The documents: every command line in them runs (once), every page is in the lists of pages, every link leads somewhere.
# The last line is "N passed, N failed".
#
# With --small, for a slow program (one with sanitizers), commands run with few members and particles, and nothing but
# them is looked at. What tests/answers_document.py runs, with what it prints, is not run again without it.
set -eu

if [ $# -lt 1 ] || [ "$1" = --help ] || [ "$1" = -h ] || { [ $# -gt 1 ] && [ "$2" != --small ]; } || [ $# -gt 2 ]; then
    echo "Usage: tests/documents.sh TRUCE [--small]      TRUCE is the program to test"
    exit 64
fi
truce=$(realpath "$1")
small=${2:-}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0 failed=0

that() { # name, command...: passes when the command does
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  standard error: %s\n' "$name" "$(head -c 600 err)"
    fi
}

# A command line with as few members, rows or particles as the command takes.
with_few() {
    local size=40
    case $1 in
    "truce "[tc][al]*) size=150 ;; # talks and claims
    "truce plan "*" deal "*) size=150 ;;
    "truce matter "*) size=400 ;;
    esac
    case $1 in
    *--member\ * | *.xmile* | *.mdl*) printf '%s\n' "$1" ;;
    *)
        printf '%s\n' "$1" | sed -E "s/ (-n|--members|--particles) [0-9e]+//g
            s/^truce (run|talks|compare|enough|plan|matter|claims|yearly) /&--members $size /
            s/^truce (score|forecast|fit) /&--particles 32 /"
        ;;
    esac
}

command_lines() { # document
    sed -n '/^```sh/,/^```/p' "$1" | sed -e ':more' -e '/\\$/{N; s/\\\n *//; b more' -e '}' |
        grep -E '^((build/src/cli/)?truce|cp|printf|sed) ' | sed 's|^build/src/cli/||; s/ *  #.*//' || true
}

# Every command line of the documents, run from a copy of the tree; the build directory is replaced by the program.
cp -r "$root/models" "$root/cases" "$root/docs" .
: >ran
if [ -z "$small" ]; then
    for page in use/answers science/ardennes; do # the pages whose output tests/meson.build has compared
        /usr/bin/python3 "$root/tests/answers_document.py" --commands "$root/docs/$page.md" >>ran
    done
fi
for document in "$root/README.md" "$root"/docs/*/*.md; do
    while IFS= read -r line; do
        code=0
        if [ -n "$small" ]; then line=$(with_few "$line"); fi
        if grep -qxF -- "$line" ran; then continue; fi
        printf '%s\n' "$line" >>ran
        eval "${line/#truce /\"\$truce\" }" >out 2>err </dev/null || code=$?
        that "${document##*/}: $line" test $code -eq 0
    done < <(command_lines "$document")
done

if [ -z "$small" ]; then
    # Both lists of pages are complete.
    for page in "$root"/docs/*/*.md; do
        that "README.md lists ${page##*/}" grep -qF "](docs/${page#"$root/docs/"}" "$root/README.md"
        that "docs/README.md lists ${page##*/}" grep -qF "](${page#"$root/docs/"}" "$root/docs/README.md"
    done

    # Links lead somewhere, and so does every page that a file of the project names.
    for document in "$root"/*.md "$root"/docs/*.md "$root"/docs/*/*.md "$root"/cases/*/*.md; do
        lost=$(grep -oE '\]\([^)#:]+[)#]' "$document" | tr -d '()#]' | while IFS= read -r link; do
            [ -e "${document%/*}/$link" ] || printf '%s ' "$link"
        done)
        that "links of ${document#"$root"/} lead somewhere $lost" test -z "$lost"
    done
    lost=$(grep -rhoE --include='*.[ch]' --include='*.sh' --include='*.py' --include='*.md' --include='*.yaml' --include='*.1' \
        'docs/[a-z_/-]+\.(md|1|png)' "$root"/{src,include,tests,docs,cases,README.md,CONTRIBUTING.md} | sort -u |
        while IFS= read -r page; do [ -e "$root/$page" ] || printf '%s ' "$page"; done)
    that "pages that files name exist $lost" test -z "$lost"
fi

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
