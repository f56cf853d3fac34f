#!/usr/bin/env python3
"""The expected numbers of conformance models, computed without truce.

usage: tests/conformance_numbers.py [--check]

Writes tests/conformance/<name>/output.csv for every model below; with --check it writes nothing and fails
when a file holds other names, times or numbers (but for the rounding of the mathematical library). Each
function computes the numbers from the definition that its model.xmile states, in the order of operations of
the equations, so that nothing but the rounding of special functions may differ.
(The models that are not named here state their numbers' source themselves.)
"""

import csv
import io
import math
import os
import sys

sys.dont_write_bytecode = True
from conformance_methods import CASES as METHODS  # noqa: E402
from conformance_wild import CASES as WILD  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conformance')
CASES = {**METHODS, **WILD}


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


# ---- Delays and other functions with memory -----------------------------------------------------------------
# Each class is the definition of section 3.5.3 by Euler: `value` before a step, step() goes on by DT.

class Smooth:
    def __init__(self, first, order=1):
        self.levels = [first]*order

    @property
    def value(self):
        return self.levels[-1]

    def step(self, x, time, dt):
        stage = time/len(self.levels)
        inputs = [x] + self.levels[:-1]
        self.levels = [level + dt*((source - level)/stage) for level, source in zip(self.levels, inputs)]


class Material:
    """A delay that keeps what comes in: each stage holds its outflow times its time."""

    def __init__(self, first, time, order=1):
        self.stage = time/order
        self.levels = [first*self.stage]*order

    @property
    def value(self):
        return self.levels[-1]/self.stage

    def step(self, x, dt):
        inputs = [x] + [level/self.stage for level in self.levels[:-1]]
        self.levels = [level + dt*(source - level/self.stage) for level, source in zip(self.levels, inputs)]


@at('delay_of_a_fixed_time', times(1, 7, 0.5))
def fixed_time(t):
    inner = lambda u: u - 1 if u >= 2 else 100
    return dict(a=(t - 2)**2 if t >= 3 else 1, b=t - 1.5 if t >= 2.5 else -7, c=10 if t >= 3.5 else 0,
                d=inner(t - 2) if t >= 3 else 200, e=5)


@at('smth1_initial_value', times(0, 6, 0.5))
def smth1_initial(t):
    steps = round(t/0.5)
    return dict(a=10 - 8*(1 - 0.5/4)**steps, b=10, c=5 - 6*(1 - 0.5/2)**steps)


@run('delay1_initial_value', times(0, 6, 0.5))
def delay1_initial(moments):
    a, b, c = Material(2, 4), Material(0, 3), Material(0, 2)
    for t in moments:
        yield dict(a=10 - 8*(1 - 0.5/4)**round(t/0.5), b=b.value, c=c.value)
        b.step(6 if t >= 2 else 0, 0.5)
        c.step(t, 0.5)


@run('delay_of_higher_order', times(0, 8, 0.25))
def higher_order(moments):
    three, two = Material(4, 6, 3), Material(1, 5, 2)
    for t in moments:
        x = 4 if t < 2 else 10
        yield dict(x=x, a=three.value, b=three.value, c=two.value, d=three.value, e=three.value, f=two.value, g=0)
        three.step(x, 0.25)
        two.step(x, 0.25)


@run('delays_within_delays', times(0, 8, 0.5))
def within_delays(moments):
    two, late = Smooth(0, 2), Material(0, 3)
    of_late = Smooth(0)
    for t in moments:
        x = 8 if t >= 1 else 0
        first = two.levels[0]
        yield dict(a=two.value, b=two.value, c=3*first, d=max(first, 8 if t >= 4 else 0), e=of_late.value)
        of_late.step(late.value, 2, 0.5)
        two.step(x, 4, 0.5)
        late.step(x, 0.5)


@run('smooth_of_changing_time', times(0, 5, 0.5))
def changing_time(moments):
    one, three = Smooth(0), Smooth(0, 3)
    for t in moments:
        yield dict(a=one.value, b=three.value)
        one.step(10*t, 2 + t, 0.5)
        three.step(10*t, 3*(2 + t), 0.5)


@run('delay_in_a_loop', times(0, 6, 0.5))
def in_a_loop(moments):
    force, within = 100.0, Material(0, 2)
    for _ in moments:
        losses, back = 0.1*force, within.value
        yield dict(force=force, losses=losses, back=back)
        force += 0.5*(back - losses)
        within.step(losses, 0.5)


@run('previous_and_init_of_expressions', times(1, 4, 0.5))
def previous_and_init(moments):
    level, before = 5.0, 0.0
    for t in moments:
        yield dict(a=-1 if t == 1 else (t - 0.5)**2, b=4, c=before - level, d=12.5,
                   e=0 if t <= 1.5 else t - 1, f=level - 5, level=level)
        before, level = level, level*1.25


@run('previous_of_self', times(0, 4, 0.5))
def of_self(moments):
    count, largest = 0, -100
    for t in moments:
        count, largest = count + 1, max(largest, t*(3 - t))
        yield dict(count=count, largest=largest)


@at('pulse_of_a_flow', times(0, 5, 0.25))
def pulse(t):
    again = [1, 2.5, 4]
    return {'a': 20 if t > 2 else 0, 'once': 80 if t == 2 else 0, 'b': 5*sum(t > u for u in again),
            'again': 20 if t in again else 0, 'c': 70 if t > 0 else 100, 'drop': 120 if t == 0 else 0}


@at('step_and_ramp_of_inputs', times(0, 5, 0.5))
def step_and_ramp(t):
    return dict(a=-4 if t >= 2 else 0, b=3, c=0, d=-2*max(t - 2, 0), e=t + 3, f=5 if 1 <= t < 3 else 0,
                g=min(max(2*(t - 1), 0), 4), h=2*max(t - 1, 0))


# ---- Negative values ---------------------------------------------------------------------------------------

@at('flow_may_be_negative', times(0, 4))
def may_be_negative(t):
    total = lambda f: sum(f(u) for u in range(int(t)))
    return dict(a=5 - total(lambda u: u - 2), out=t - 2, b=5 - total(lambda u: max(u - 2, 0)), cut=max(t - 2, 0),
                c=total(lambda u: max(1 - u, 0)), d=total(lambda u: 1 - u), back=1 - t)


@at('non_negative_overridden', times(0, 4))
def overridden(t):
    a = [5, 3, 1, 0, 0][int(t)]
    total = lambda f: sum(f(u) for u in range(int(t)))
    return {'a': a, 'out a': min(2, a), 'b': 5 - 2*t, 'out b': 2, 'cut': max(1 - t, 0), 'kept': 1 - t,
            'c': total(lambda u: max(1 - u, 0)), 'd': total(lambda u: 1 - u)}


@at('non_negative_stock_empties', times(0, 6, 0.5))
def stock_empties(t):
    men = max(10 - 3*t, 0)
    return dict(men=men, losses=min(3, men/0.5), lost=10 - men)


# ---- Simulation and units ----------------------------------------------------------------------------------

@at('sim_specs_dt_left_out', times(0, 5))
def dt_left_out(t):
    return dict(a=1.5**t, step=1)


@at('sim_specs_in_any_order', times(-1, 1, 0.25))
def in_any_order(t):
    return dict(a=t + 1, b=1, c=0.25)


@at('sim_specs_reciprocal_of_three', [1 + i/3 for i in range(7)])
def reciprocal_of_three(t):
    return dict(a=3*(t - 1), step=1/3)


@at('sim_specs_of_the_root_model', times(2, 4, 0.5))
def of_the_root_model(t):
    return dict(a=t - 2, b=t)


@at('sim_specs_from_a_year', times(1990.5, 1993.5, 0.25))
def from_a_year(t):
    return dict(a=t, b=t - 1990.5, c=t - 1990.5)


@at('sim_specs_method_names', times(0, 3, 0.5))
def method_names(t):
    return dict(a=1.5**(2*t))


@at('units_do_not_change_numbers', times(0, 2))
def units(t):
    men = 100*1.5**t
    return dict(men=men, gain=0.5*men, area=men**2/4, none=1, money=2)


# ---- Forms of files, and macros ------------------------------------------------------------------------------

@at('file_prefix_of_xmile', times(0, 3))
def prefix_of_xmile(t):
    a = [1, 3, 9, 25][int(t)]
    return dict(a=a, gain=min(2*a, 16))


def line_ends(t):
    return {'a': 2**(t + 1) - 1, 'two words': t, 'b': t + 1}


at('file_with_carriage_returns', times(0, 3))(line_ends)
at('file_with_carriage_return_line_feeds', times(0, 3))(line_ends)
at('file_with_byte_order_mark', times(0, 2))(lambda t: {'größe': t, 'b': 2*t})
at('file_in_utf16', times(0, 2))(lambda t: {'größe': t, 'сила': 2*t})
at('file_in_latin1', times(0, 2))(lambda t: {'größe': t, 'b': 2*t, 'café': 3})


@at('file_of_stella', times(1, 4, 0.5))
def of_stella(t):
    level = 100*1.125**(4*(t - 1))
    return {'level': level, 'gain': level/2, 'growth rate': 0.5}


@run('file_of_xmutil', times(0, 4))
def of_xmutil(moments):
    stock = 0.0
    for t in moments:
        row = {'stock a': stock}
        for half in (t, t + 0.5):
            pulse = whole(half == 3)
            flow = pulse + whole(1 <= half < 3)
            if half == t:
                row.update({'input a': flow, 'test pulse': pulse, 'call': graph(t, [0, 1, 4], [0, 1, -1]),
                            'inline': max(10 - 2.5*t, 0), 'SAVEPER': 0.5})
            stock += 0.5*flow
        yield row


@at('file_of_simlin', times(0, 4))
def of_simlin(t):
    one = dict(a=1, b=2)
    two = {('a', 'e'): 1, ('a', 'f'): 0, ('b', 'e'): 2, ('b', 'f'): 3}
    both = {key: 0 if one[key[0]]*t > 3 and not two[key]*t > 5 else 1 for key in two}
    return {**array('one', one), **array('both', both), 'result': t}


@run('file_before_the_standard', times(0, 4, 0.5))
def before_the_standard(moments):
    cup = 180.0
    for t in moments:
        loss = (cup - 70)/8
        yield dict(cup=cup, loss=loss, steps=1 if t < 2 else 5 if t < 4 else 9)
        cup -= 0.5*loss


@at('file_with_comments_and_instructions', times(0, 2))
def comments_and_instructions(t):
    return dict(a=t + 10, b=2*(t + 9))


@at('documentation_is_text', times(0, 2))
def documentation(t):
    return dict(a=t, b=2, c=t + 2)


@at('macro_default_arguments', times(0, 4))
def default_arguments(t):
    return dict(a=2*t + 10, b=3*t + 10, c=3*t - 1, d=math.log(t + 1)/math.log(2))


@at('macro_names_of_its_own', times(0, 4))
def names_of_its_own(t):
    return dict(x=100, y=t, half=7, a=t/2 + 108, b=51)


@at('macro_calls_macro', times(0, 4))
def calls_macro(t):
    return dict(a=3*t + 1, b=7*t, c=13)


@at('macro_written_as_xmutil_does', times(0, 2))
def written_as_xmutil_does(t):
    return {'macro output': (5 + t)*(1.1*3), 'macro input': 5 + t}


@at('macro_parameter_declared_again', times(0, 10))
def parameter_declared_again(t):
    return {'macro output': 1.1 + 5*t, 'macro input': 5, 'other': t*(t - 1)/2}


@at('flow_written_as_auxiliary', times(0, 6))
def written_as_auxiliary(t):
    log = 12 + 88*0.75**t
    return {'back log': log, 'bl in': 3, 'bl out': log/4}


@at('name_mod', times(0, 8))
def name_mod(t):
    return dict(mod=5, a=5, b=t % 5, c=7, d=5*max(5, t))


@at('vensim_left_over', times(0, 10))
def vensim_left_over(t):
    values = dict(A1=3, A2=t, A3=6 - t)
    return {'x': t - 5, 'a': math.fmod(t - 5, 3), 'b': 1, **array('array', values), 'least': min(values.values()),
            'most': max(values.values()), 'lowest': min(values.values()), 'count': 30,
            **array('each', {key: 3 + value for key, value in values.items()}), 'within': 1}


@at('mean_of_values', times(0, 4))
def mean_of_values(t):
    return {'a': (45 + t)/10, 'b': t, 'x[defender]': 2, 'x[attacker]': t, 'c': (2 + t)/2, 'd': (9 + t)/3,
            'e': 3*t/2}


# ---- Writing -----------------------------------------------------------------------------------------------

def text_of(rows):
    names = list(rows[0][1])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator='\n')
    writer.writerow(['time'] + names)
    for time, row in rows:
        assert list(row) == names
        writer.writerow([repr(float(time))] + [repr(float(row[name])) for name in names])
    return stream.getvalue()


def same(one, other):
    """Whether two texts hold the same cells, numbers to the rounding of another mathematical library."""
    def cells(text):
        return [cell for row in csv.reader(io.StringIO(text)) for cell in row + ['\n']]

    def equal(a, b):
        try:
            return math.isclose(float(a), float(b), rel_tol=1e-14, abs_tol=1e-15)
        except ValueError:
            return a == b

    one, other = cells(one), cells(other)
    return len(one) == len(other) and all(map(equal, one, other))


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
                if not same(stream.read(), text):
                    print(f'{path} is not what {os.path.basename(__file__)} computes')
                    different += 1
        else:
            with open(path, 'w', encoding='utf-8', newline='\n') as stream:
                stream.write(text)
    print(f'{len(CASES) - different} of {len(CASES)} files hold the computed numbers')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
