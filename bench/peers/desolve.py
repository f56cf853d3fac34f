#!/usr/bin/env python3
"""Joins the C of a model with deSolve's adapter.

    desolve.py MODEL.c MODEL.json

MODEL.c is what "truce emit-c" wrote, MODEL.json what "peers spec" printed. Standard output is C for desolve.c: it takes
in the model and lists its stocks, their changes, the inputs and the outputs.
"""
import json
import os
import re
import sys


def variables(text, table):
    """The variables of a table of the generated C, by their names in the model; names that need it are quoted for CSV."""
    rows = re.search(r"\} %s\[\] = \{\n(.*?)\n\};" % table, text, re.S).group(1)
    pairs = re.findall(r'\{("(?:[^"\\]|\\.)*"), &(\w+)\}', rows)
    return {json.loads(name).strip('"'): variable for name, variable in pairs}


def pointers(kind, name, found):
    return "static %s *const %s[] = {%s};" % (kind, name, ", ".join("&" + v for v in found))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        spec = json.load(file)
    stocks = re.findall(r"^static double (\w+), change_of_\1\b", text, re.M)
    settings, columns = variables(text, "settings"), variables(text, "columns")
    print('#define main model_main\n#include "%s"\n#undef main' % os.path.abspath(sys.argv[1]))
    print(pointers("double", "stocks", stocks))
    print(pointers("const double", "changes", ["change_of_" + v for v in stocks]))
    print(pointers("double", "inputs", [settings[name] for name in spec["inputVarNames"]]))
    print(pointers("const double", "outputs", [columns[name] for name in spec["outputVarNames"]]))


main()
