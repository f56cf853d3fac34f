#!/usr/bin/env python3
"""Vensim models and their numbers, computed without truce.

usage: tests/vensim_cases.py [--check]

Writes tests/vensim/<name>/model.mdl and output.csv for every case of tests/vensim_models*.py; with --check it
writes nothing and fails when a file is another. A case is the equations of a model and a function that computes
their numbers from what Vensim's reference manual says of them.
"""

import csv
import io
import os
import sys

sys.dont_write_bytecode = True
from conformance_numbers import same, text_of  # noqa: E402
import vensim_models  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vensim')
CONTROL = '''
********************************************************
\t.Control
********************************************************~
\t\tSimulation Control Parameters
\t|

FINAL TIME  = {stop}
\t~\tMonth
\t~\tThe final time for the simulation.
\t|

INITIAL TIME  = {start}
\t~\tMonth
\t~\tThe initial time for the simulation.
\t|

SAVEPER  =
        TIME STEP
\t~\tMonth [0,?]
\t~\tThe frequency with which output is stored.
\t|

TIME STEP  = {step}
\t~\tMonth [0,?]
\t~\tThe time step for the simulation.
\t|
'''
SKETCH = '''
\\\\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*View 1
///---\\\\\\
:L<%^E!@
9:Current
30:?table=table.csv
15:0,0,0,{method},0,0
'''


def files_of(case):
    model = '{UTF-8}\n' + case.equations.strip('\n') + '\n'
    if case.control:
        model += CONTROL.format(start=case.start, stop=case.stop, step=case.step)
    model += SKETCH.format(method=case.method)
    yield 'model.mdl', model
    yield 'output.csv', text_of(case.rows())
    yield from case.files.items()


def main(arguments):
    if arguments not in ([], ['--check']):
        print(__doc__, file=sys.stderr)
        return 64
    different = 0
    for name, case in sorted(vensim_models.CASES.items()):
        for file, text in files_of(case):
            path = os.path.join(FOLDER, name, file)
            if arguments:
                with open(path, encoding='utf-8', newline='') as stream:
                    found = stream.read()
                if not (same(found, text) if file == 'output.csv' else found == text):
                    print(f'{path} is not what {os.path.basename(__file__)} writes')
                    different += 1
            else:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, 'w', encoding='utf-8', newline='') as stream:
                    stream.write(text)
    print(f'{len(vensim_models.CASES)} cases, {different} files of them other than computed')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
