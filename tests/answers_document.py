#!/usr/bin/env python3
"""The worked examples of a page of documents: every command line of a block ```sh that a block ```text follows is run
from the root of the project, and must print the lines of that block, in their order. A line "..." stands for any
number of lines.

Usage: tests/answers_document.py TRUCE PAGE.md [--renew]
       tests/answers_document.py --commands PAGE.md

With --commands the command lines are printed, and not run. With --renew the blocks are written anew from what is printed now: each run of lines between two "..." is found again
by the words of its first line, and keeps its length.

The last line is "N passed, N failed"; the exit code is 1 when any failed.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def examples(page):
    """(command, lines) of every example of the page."""
    for command, shown in re.findall(r"^```sh\n(truce (?:[^\n]|(?<=\\)\n)*)\n```\n+```text\n(.*?)^```$", page, re.M | re.S):
        yield re.sub(r"\\\n *", "", command), shown.splitlines()


def first_missing(shown, printed):
    """The first line of an example that was not printed where it should be, or None."""
    at, anywhere = 0, True
    for line in shown:
        if line.strip() == "...":
            anywhere = True
            continue
        places = [i for i in range(at, len(printed)) if printed[i].rstrip() == line.rstrip()]
        if not places or (not anywhere and places[0] != at):
            return line
        at, anywhere = places[0] + 1, False
    return None


def words_of(line):
    return re.findall(r"[^\W\d]+", line)


def renewed(shown, printed):
    """The same lines of the example as they are printed now."""
    text, at = [], 0
    segments = re.split(r"^\.\.\.$", "\n".join(shown), flags=re.M)
    for i, segment in enumerate(segments):
        lines = segment.strip("\n").splitlines() if segment.strip() else []
        if i:
            text.append("...")
        if not lines:
            continue
        head = words_of(lines[0])
        at = next(k for k in range(at, len(printed)) if words_of(printed[k])[:3] == head[:3])
        text += printed[at:at + len(lines)]
        at += len(lines)
    return text


def renew(truce, path):
    with open(path, encoding="utf-8") as file, tempfile.TemporaryDirectory() as directory:
        page = file.read()
        for command, shown in list(examples(page)):
            printed = run(os.path.abspath(truce), command, directory).stdout.splitlines()
            page = page.replace("\n".join(shown), "\n".join(line.rstrip() for line in renewed(shown, printed)), 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def run(truce, command, directory):
    words = shlex.split(command, comments=True)
    words = [os.path.join(directory, word) if i and words[i - 1] == "-o" else word for i, word in enumerate(words)]
    return subprocess.run([truce] + words[1:], cwd=ROOT, capture_output=True, text=True)


def main(truce, path):
    passed = failed = 0
    with open(path, encoding="utf-8") as file, tempfile.TemporaryDirectory() as directory:
        for command, shown in examples(file.read()):
            done = run(os.path.abspath(truce), command, directory)
            missing = first_missing(shown, done.stdout.splitlines())
            if done.returncode == 0 and missing is None:
                passed += 1
                continue
            failed += 1
            print("FAILED: %s\n  exit code %d%s\n%s" % (command, done.returncode,
                  "" if missing is None else ", it did not print where it should:\n  " + missing, done.stderr))
    if not passed and not failed:
        failed = 1
        print("FAILED: the page has no example")
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0


def print_commands(path):
    with open(path, encoding="utf-8") as file:
        for command, _ in examples(file.read()):
            print(command)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--commands":
        sys.exit(print_commands(sys.argv[2]))
    if len(sys.argv) not in (3, 4) or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        sys.exit(0 if len(sys.argv) == 2 else 64)
    if sys.argv[3:] == ["--renew"]:
        sys.exit(renew(*sys.argv[1:3]))
    sys.exit(main(*sys.argv[1:]))
