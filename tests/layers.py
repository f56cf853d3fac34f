#!/usr/bin/env python3
"""The layers of the code: arrows between folders point one way, and so do those between the files of a folder.

Usage: tests/layers.py BUILD_DIRECTORY

The order of the folders is that of the list `module` in meson.build, with cli after all of them; the table of
folders in architecture.md must follow it. A file may include headers of its own folder and of folders before
it, and use functions and data of them (as nm shows of its object file). Files of one folder may use one another,
but not in a circle.

The last line is "N passed, N failed"; the exit code is 1 when any failed.
"""
import collections
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def folders_in_order():
    text = open(os.path.join(ROOT, "meson.build"), encoding="utf-8").read()
    modules = re.search(r"foreach module : \[(.*?)\]", text, re.S).group(1)
    return re.findall(r"'([^']+)'", modules) + ["cli"]


def folders_documented():
    """The folders of the table of architecture.md, as they stand there."""
    (path,) = glob.glob(os.path.join(ROOT, "docs", "**", "architecture.md"), recursive=True)
    text = open(path, encoding="utf-8").read()
    return re.findall(r"^\| `src/([^/`]+)/` \|", text, re.M)


def sources():
    """folder/file of every source and header."""
    found = glob.glob(os.path.join(ROOT, "src", "*", "*.[ch]"))
    return sorted(os.path.relpath(path, os.path.join(ROOT, "src")) for path in found)


def includes(source):
    text = open(os.path.join(ROOT, "src", source), encoding="utf-8").read()
    return re.findall(r'^#include "([^"]+/[^"]+)"', text, re.M)


def object_files(build, names):
    """Source -> object file, of the shared library, of the kernels and of the command line."""
    objects = {}
    for path in glob.glob(os.path.join(build, "**", "*.o"), recursive=True):
        directory, name = os.path.split(os.path.relpath(path, build))
        if re.match(r"libtruce_core\.a\.p$", directory):
            match = re.match(r"src_([^_]+)_(.+)\.o$", name)
            source = match and "%s/%s" % match.groups()
        else:
            match = re.match(r"src/([^/]+)/[^/]+\.p$", directory)
            source = match and "%s/%s" % (match.group(1), name[:-2])
        if source in names:
            objects[source] = path
    return objects


def symbols(path):
    """What an object file defines for others, and what it takes from them."""
    defined, used = set(), set()
    listing = subprocess.run(["nm", "-g", path], check=True, capture_output=True, text=True).stdout
    for line in listing.splitlines():
        *_, kind, name = line.split()
        (used if kind in "Uw" else defined).add(name)
    return defined, used


def uses(objects):
    """(user, used) -> the symbols."""
    tables = {source: symbols(path) for source, path in objects.items()}
    owner = {name: source for source, (defined, _) in tables.items() for name in defined}
    arrows = collections.defaultdict(list)
    for source, (_, used) in tables.items():
        for name in sorted(used):
            if name in owner and owner[name] != source:
                arrows[source, owner[name]].append(name)
    return arrows


def circles(arrows):
    """The sets of files that use one another in a circle (Tarjan 1972)."""
    following = collections.defaultdict(list)
    for user, used in sorted(arrows):
        following[user].append(used)
    number, lowest, stack, found = {}, {}, [], []

    def visit(file):
        number[file] = lowest[file] = len(number)
        stack.append(file)
        for other in following[file]:
            if other not in number:
                visit(other)
            if other in stack:
                lowest[file] = min(lowest[file], lowest[other])
        if lowest[file] == number[file]:
            circle = []
            while not circle or circle[-1] != file:
                circle.append(stack.pop())
            if len(circle) > 1:
                found.append(sorted(circle))

    for file in list(following):
        if file not in number:
            visit(file)
    return found


def missing_functions(build):
    """Public functions that are hidden: their source does not include the header that declares them."""
    declared = set()
    for header in glob.glob(os.path.join(ROOT, "include", "truce", "*.h")):
        declared |= set(re.findall(r"^TRUCE_API[^;(]*?\b(truce_\w+)\(", open(header, encoding="utf-8").read(), re.M))
    listing = subprocess.run(["nm", "-D", "--defined-only", os.path.join(build, "libtruce.so")], check=True,
                             capture_output=True, text=True).stdout
    exported = {line.split()[-1] for line in listing.splitlines()}
    return ["%s is not exported" % name for name in sorted(declared - exported)] if declared else ["no functions found"]


def local_numbers(source):
    """Calls that print a number with a decimal point as the locale of the host says (base.h: plain_print)."""
    if os.path.dirname(source) == "cli" or source == "base/plain.c":
        return []
    text = open(os.path.join(ROOT, "src", source), encoding="utf-8").read()
    calls = re.finditer(r'^[^"\n]*?\b(?:f|s|sn)?printf\s*\((?:[^;"]|"(?:[^"\\]|\\.)*")*;', text, re.M)
    places = [(text.count("\n", 0, c.start()) + 1, c.group()) for c in calls
              if re.search(r'%[-+ #0-9.*]*l?[aefgAEFG]', c.group())]
    return ["src/%s:%d: a number as the locale writes it; use plain_print or plain_format" % (source, line)
            for line, _ in places if "plain_enter" not in text]


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def say(self, name, faults):
        if faults:
            self.failed += 1
            print("FAILED: %s" % name)
            for fault in faults:
                print("  " + fault)
        else:
            self.passed += 1
            print("passed: %s" % name)


def main(build):
    report, order, names = Report(), folders_in_order(), sources()
    place = {folder: i for i, folder in enumerate(order)}
    folder_of = os.path.dirname

    there = sorted({folder_of(source) for source in names})
    report.say("every folder has a place in the order", ["src/%s" % f for f in there if f not in place])
    documented = folders_documented()
    report.say("architecture.md has the folders of meson.build in their order",
               [] if documented == order else ["meson.build: " + " ".join(order),
                                               "architecture.md: " + " ".join(documented)])

    report.say("no folder includes a header of a later one",
               ["src/%s includes %s" % (source, header) for source in names for header in includes(source)
                if place.get(folder_of(header), -1) > place.get(folder_of(source), -1)])

    report.say("no number that is printed depends on the locale",
               [fault for source in names if source.endswith(".c") for fault in local_numbers(source)])
    report.say("no letters depend on the locale",
               ["src/%s includes ctype.h; base.h has letters of ASCII" % source for source in names
                if os.path.dirname(source) != "cli" and
                "<ctype.h>" in open(os.path.join(ROOT, "src", source), encoding="utf-8").read()])

    objects = object_files(build, set(names))
    report.say("every source has an object file in %s" % build,
               ["src/%s" % s for s in names if s.endswith(".c") and s not in objects and
                not s.endswith("left_out.c") and s != "math/special_own.c"])  # of builds with other options
    arrows = uses(objects)
    report.say("no folder uses functions or data of a later one",
               ["src/%s uses %s of src/%s" % (user, ", ".join(taken), used)
                for (user, used), taken in sorted(arrows.items()) if place[folder_of(used)] > place[folder_of(user)]])

    for folder in there:
        within = {pair: taken for pair, taken in arrows.items() if folder_of(pair[0]) == folder_of(pair[1]) == folder}
        faults = []
        for circle in circles(within):
            faults.append("a circle of %d files:" % len(circle))
            faults += ["  %s uses %s of %s" % (user, ", ".join(taken), used)
                       for (user, used), taken in sorted(within.items()) if user in circle and used in circle]
        report.say("no circle among the files of src/%s" % folder, faults)
    report.say("the shared library has every public function", missing_functions(build))
    print("%d passed, %d failed" % (report.passed, report.failed))
    return report.failed > 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        sys.exit(0 if len(sys.argv) == 2 else 64)
    sys.exit(main(sys.argv[1]))
