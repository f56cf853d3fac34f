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


# ---- Graphical functions -----------------------------------------------------------------------------------

def graph(x, xs, ys, kind='continuous'):
    """The value at x of the points (xs, ys), by section 3.1.4."""
    last = len(xs) - 1
    if x <= xs[0] and kind != 'extrapolate':
        return ys[0]
    if x >= xs[last] and kind != 'extrapolate':
        return ys[last]
    left = max((i for i in range(last) if xs[i] <= x), default=0)
    if kind == 'discrete':
        return ys[left]
    return ys[left] + (ys[left + 1] - ys[left])*(x - xs[left])/(xs[left + 1] - xs[left])


def spread(least, most, count):
    return [least + (most - least)*i/(count - 1) for i in range(count)]


@at('graph_beyond_its_ends', times(0, 7, 0.5))
def beyond_ends(t):
    x = t - 2
    row = {kind: graph(x, [0, 1, 3], [2, 5, 1], kind) for kind in ('continuous', 'extrapolate', 'discrete')}
    return {'input': x, **row, 'none': row['continuous']}


@at('graph_separators', times(0, 4))
def separators(t):
    value = graph(t, [0, 1, 4], [1, 3, 9])
    return dict.fromkeys('abcde', value)


@at('graph_unequal_points', times(-4, 4, 0.25))
def unequal_points(t):
    return dict(f=graph(t, [-4, -3.5, -1, 0, 0.125, 2, 4], [1, 1, -3, 0, 8, 8, -100]))


@at('graph_xscale', times(0, 4, 0.25))
def xscale(t):
    food = [0, 0.3, 0.55, 0.7, 0.83, 0.9, 0.95, 0.98, 0.99, 0.995, 1]
    return dict(food=graph(t/4, spread(0, 1, 11), food), b=graph(t - 1, [-1, 0.5, 2], [10, 0, 20]),
                c=graph(t, [-10, 10], [4, 8]))


@at('graph_called_by_name', times(0, 4))
def called_by_name(t):
    cost = lambda x: 1 + 2*x
    return dict(a=cost(t), b=cost(2*t - 1) + 1, c=cost(cost(t)), d=max(3, cost(t)), e=cost(t))


@run('graph_of_a_flow', times(0, 5, 0.5))
def of_a_flow(moments):
    level = 10.0
    for t in moments:
        gain = graph(t, [0, 2, 4], [0, 4, 0])
        yield dict(level=level, gain=gain)
        level += 0.5*gain


@at('graph_in_an_initial_value', times(0, 4))
def in_initial_value(t):
    return dict(level=25 + t, start=10*min(2.5 + t, 10))


@at('graph_yscale_does_not_cut', times(0, 4))
def yscale(t):
    return dict(a=graph(t, [0, 2, 4], [0.25, 7, -3.5]), b=t/3)


@at('graph_discrete_steps', times(0, 5, 0.5))
def discrete_steps(t):
    return dict(a=3 if t < 1 else 1 if t < 2.5 else 4, b=1 if -t < -2 else 2 if -t < -1 else 3)


@at('graph_of_an_extrapolated_time', times(0, 8))
def extrapolated_time(t):
    return dict(a=1 + 3*(t - 2) if t < 3 else 4 - (t - 3))


# ---- Arrays ------------------------------------------------------------------------------------------------

SIDES = ['defender', 'attacker']
ARMS = ['guns', 'drones', 'armour']
PLACES = ['north', 'south']


def array(name, values):
    """Columns of an array; the keys are elements, or tuples of them."""
    return {f"{name}[{', '.join(key) if isinstance(key, tuple) else key}]": value for key, value in values.items()}


@at('array_three_dimensions', times(0, 2))
def three_dimensions(t):
    a = {(s, m, p): 100*i + 10*j + k + t for i, s in enumerate(SIDES) for j, m in enumerate(ARMS)
         for k, p in enumerate(PLACES)}
    total = lambda test: sum(value for key, value in a.items() if test(key))
    return {**array('a', a), **array('b', {key: 2*value for key, value in a.items()}),
            **array('c', {m: a['attacker', m, 'south'] for m in ARMS}), 'one': a['attacker', 'drones', 'north'],
            'total': sum(a.values()), **array('by side', {s: total(lambda k, s=s: k[0] == s) for s in SIDES}),
            **array('by place', {p: total(lambda k, p=p: k[2] == p) for p in PLACES}),
            **array('by both', {(s, p): total(lambda k, s=s, p=p: k[0] == s and k[2] == p)
                                for s in SIDES for p in PLACES})}


@at('array_spread_over_dimensions', times(0, 2))
def spread_over(t):
    s = dict(defender=1, attacker=t)
    m = dict(guns=10, drones=20, armour=30)
    return {**array('both', {(x, y): s[x]*m[y] + 3 for x in SIDES for y in ARMS}),
            **array('other way', {(y, x): m[y] - s[x] for y in ARMS for x in SIDES}),
            **array('all', {(x, y): 3 for x in SIDES for y in ARMS})}


@at('array_transposed', times(0, 1))
def transposed(t):
    m = {(x, y): 10*i + j + 1 for i, x in enumerate(SIDES) for j, y in enumerate(ARMS)}
    return {**array('m', m), **array('turned', {(y, x): m[x, y] for y in ARMS for x in SIDES}),
            **array('twice', {key: 0 for key in m}), 'product': 1*11 + 2*12 + 3*13}


@run('array_stocks_and_flows', times(0, 6, 0.5))
def stocks_and_flows(moments):
    men, rate = [100.0, 60.0], [0.25, 0.5]
    for _ in moments:
        transfers = [men[0]*rate[0], men[1]*rate[1]]
        yield {**array('men', dict(zip(SIDES, men))), **array('transfers', dict(zip(SIDES, transfers))), 'total': 160}
        men = [men[0] + 0.5*(transfers[1] - transfers[0]), men[1] + 0.5*(transfers[0] - transfers[1])]


@at('array_elements_of_each_other', times(0, 4))
def each_other(t):
    a = dict(guns=2*t + 1, drones=2*t, armour=t)
    return {**array('a', a), 'b': 5*t + 1, **array('c', {m: a['guns']*a[m] for m in ARMS})}


@at('array_names_written_otherwise', times(0, 2))
def written_otherwise(t):
    return {'a[first one]': 1, 'a[second one]': t, 'b': 4 + t, 'c[first one]': 2, 'c[second one]': 2*t, 'd': 1 + t}


@at('array_element_and_variable_names', times(0, 2))
def element_and_variable(t):
    return {'guns': 7, **array('a', dict(guns=1 + t, drones=7, armour=3)), 'b': 8 + t, 'c': 35}


@at('array_initial_values', times(0, 2))
def initial_values(t):
    return {'a[defender]': 3 + t, 'a[attacker]': 22 + t, 'b[defender]': 11 + t, 'b[attacker]': 21 + t}


@at('array_numbered_elements', times(0, 2))
def numbered_elements(t):
    a = {'1': 5, '2': t, '3': 7, '4': 8}
    return {**array('a', a), 'b': 12, **array('c', {n: 2*value for n, value in a.items()}), 'd': t}


@at('array_means_and_extremes', times(0, 4))
def means_and_extremes(t):
    m = [[4, t, -1], [2.5, 0.5, 8 - t]]
    every = m[0] + m[1]
    return {'sum': sum(every), 'mean': sum(every)/6, 'least': min(every), 'most': max(every),
            'product': math.prod(every), 'count': 6, 'row[defender]': (3 + t)/3, 'row[attacker]': (11 - t)/3,
            **array('column', {arm: max(m[0][j], m[1][j]) for j, arm in enumerate(ARMS)}), 'part': 9}


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
