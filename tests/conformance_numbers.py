#!/usr/bin/env python3
"""The expected numbers of conformance models, computed without truce.

usage: tests/conformance_numbers.py [--check]

Writes tests/conformance/<name>/output.csv for every model below; with --check it writes nothing and fails
when a file differs. Each function computes the numbers from the definition that its model.xmile states, in
the order of operations of the equations, so that nothing but the rounding of special functions may differ.
(The models that are not named here state their numbers' source themselves.)
"""

import csv
import io
import math
import os
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conformance')
CASES = {}


def times(start, stop, step=1.0):
    count = round((stop - start)/step)
    return [start + i*step for i in range(count + 1)]


def at(name, moments):
    """A function of time that gives the row of that time."""
    def keep(row):
        CASES[name] = lambda: [(t, row(t)) for t in moments]
        return row
    return keep


def run(name, moments):
    """A generator that gives the rows one after the other."""
    def keep(rows):
        CASES[name] = lambda: list(zip(moments, rows(moments)))
        return rows
    return keep


def whole(truth):
    return 1.0 if truth else 0.0


# ---- Operators ---------------------------------------------------------------------------------------------

@at('operators_arithmetic', times(0, 4))
def arithmetic(t):
    return dict(a=t + 3, b=t - 3, c=t*3, d=t/3, e=(t + 1)**3, f=6, g=1/(t + 1)**2, h=(t*t - 4)/(t + 1))


@at('operators_comparisons', times(0, 4))
def comparisons(t):
    row = {'less': t < 2, 'at most': t <= 2, 'more': t > 2, 'at least': t >= 2, 'same': t == 2, 'other': t != 2}
    row = {name: whole(value) for name, value in row.items()}
    row['sum'] = 1 if t < 2 else 10 if t == 2 else 100
    return row


@at('operators_comparison_chain', times(0, 4))
def comparison_chain(t):
    return dict(a=1, b=whole(whole(3 > t) > 0), c=whole(t != 2), d=whole((t < 2) == (t < 3)),
                e=whole(t <= 1), f=whole(not t >= 2), g=whole(1 < t < 3))


@at('operators_truth_tables', times(0, 3))
def truth_tables(t):
    p = {0: 0, 1: 1, 2: -2, 3: 0.25}[t]
    true = t > 0
    return dict(p=p, a=whole(true), b=0, c=whole(true), d=1, e=whole(not true), f=whole(not true), g=1, h=1)


@at('operators_sign_and_power', times(0, 3))
def sign_and_power(t):
    return dict(a=-t*t, b=t*t, c=0.5**t, d=-0.5**t, e=t, f=t, g=3 + t, h=2.0**(t*t), i=4.0**t, j=-3*t*t,
                k=0.5**0.5, l=t)


@at('operators_modulo_signs', times(-5, 5))
def modulo_signs(t):
    floored = lambda a, b: a - math.floor(a/b)*b
    return dict(a=floored(t, 3), b=floored(t, -3), c=floored(t/2, 0.75), d=floored(7, t + 0.5), e=0, f=0)


@at('operators_product_order', times(1, 4))
def product_order(t):
    return dict(a=(2*t) % 4, b=3*t, c=12/t, d=48/t, e=-1 - t, f=3 - t, g=13 - 2*t, h=24/t, i=3, j=5)


@at('operators_not_order', times(0, 3))
def not_order(t):
    n = whole(t == 0)
    return dict(a=n + 1, b=5*n, c=whole(n == 0), d=1 - n, e=-n, f=n, g=whole(t <= 1), h=2 - n, i=n)


@at('if_nested', times(0, 4))
def if_nested(t):
    return dict(a=1 if t <= 1 else 2 if t <= 2 else 3, b=20 if t == 2 else 22, c=7 if t > 1 else 3,
                d=1 if t > 2 else 12, e=2*t if t in (2, 3) else -t, f=9 if t > 2 else 8,
                g=3 if t <= 1 else 2 if t <= 2 else 1)


@at('if_condition_not_zero', times(0, 4))
def condition_not_zero(t):
    return dict(a=1 if t else 2, b=1 if t else 2, c=1 if t else 2, d=2 if t == 2 else 1)


# ---- How expressions and names are written ------------------------------------------------------------------

@at('comments_everywhere', times(0, 4))
def comments(t):
    return dict(a=t + 1, b=max(t, 2), c=2*t, d=whole(t > 2), e=t - 1, f=-t*t, g=t)


@at('number_forms', times(0, 1))
def number_forms(t):
    return dict(a=0, b=-1, c=0.375, d=14, e=600000, f=8.123e-10, g=1000, h=0.002, i=12, j=100, k=5, l=2,
                m=3.0000000000000004, n=1e300*1e-300, o=0.30000000000000004)


@at('blanks_in_equations', times(0, 4))
def blanks(t):
    choice = 1 if t < 2 else 2
    return dict(a=t + 1, b=t + 1, c=t + 1, d=choice, e=t + 1, f=max(t, 2), g=choice)


@at('functions_in_any_case', times(0, 4))
def any_case(t):
    return dict(a=t, b=t, c=max(t, 2), d=math.sqrt(t), e=math.floor(t/2), f=whole(t > 2), g=math.pi, h=t + 1, i=5)


@at('names_white_space', times(0, 4))
def white_space(t):
    return {'wom multiplier': t, 'a': 2*t, 'b': 2*t, 'c': 2*t, 'd': t, 'two words': 2, 'e': 2, 'f': 3, 'edge': 4,
            'g': 4}


@at('names_escapes', times(0, 1))
def escapes(t):
    return {'a': 2, 'b': 3, 'revenue gap': 3, 'c': 6, '1st': 4, 'd': 5, 'e': 7, 'f': 7}


@at('names_unicode_case', times(0, 2))
def unicode_case(t):
    return {'население': t, 'a': 2*t, 'b': 4, 'σίσυφος': 3, 'c': 6, 'strasse': 4, 'd': 12, 'évolution': 5, 'e': 10,
            'f': 6, 'g': 8}


@at('names_normal_forms', times(0, 2))
def normal_forms(t):
    return {'caf\u00e9': t, 'a': 2*t, 'gr\u00f6\u00dfe': 2, 'b': 4, '\u0439': 3, 'c': 6, 'd': 8, 'e': 6}


@at('names_letters_apart', times(0, 1))
def letters_apart(t):
    return {'sum': 654321, 'spaces': 87}


@at('names_beside_functions', times(0, 2))
def beside_functions(t):
    return {'maximum': 2, 'step up': 11, 'sum': sum(range(2, 15)), 'half time': t/2, 'b': 1.5*t}


# ---- Files -------------------------------------------------------------------------------------------------

def text_of(rows):
    names = list(rows[0][1])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator='\n')
    writer.writerow(['time'] + names)
    for time, row in rows:
        assert list(row) == names
        writer.writerow([repr(float(time))] + [repr(float(row[name])) for name in names])
    return stream.getvalue()


def main(arguments):
    if arguments not in ([], ['--check']):
        print(__doc__, file=sys.stderr)
        return 64
    different = 0
    for name in sorted(CASES):
        path = os.path.join(FOLDER, name, 'output.csv')
        text = text_of(CASES[name]())
        if arguments:
            with open(path, encoding='utf-8') as stream:
                if stream.read() != text:
                    print(f'{path} is not what {os.path.basename(__file__)} computes')
                    different += 1
        else:
            with open(path, 'w', encoding='utf-8', newline='\n') as stream:
                stream.write(text)
    print(f'{len(CASES) - different} of {len(CASES)} files hold the computed numbers')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
