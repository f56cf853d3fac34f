#!/usr/bin/env python3
"""The expected numbers of conformance models of functions, computed without truce.

usage: tests/conformance_functions.py [--check]

As tests/conformance_numbers.py, of which it is the part about built-in functions.
"""

import math
import statistics
import sys

from conformance_numbers import CASES, at, main, run, times, whole

CASES.clear()


def smoothed(inputs, time, step, order=1, start=None):
    """Values of a smooth of some order of the inputs, by Euler's method."""
    stocks = [inputs[0] if start is None else start]*order
    for x in inputs:
        yield stocks[-1]
        before = [x] + stocks[:-1]
        stocks = [s + (b - s)/(time/order)*step for s, b in zip(stocks, before)]


def delayed(inputs, time, step, order=1, start=None):
    """Outflows of a material delay of some order, by Euler's method."""
    stage = time/order
    stocks = [(inputs[0] if start is None else start)*stage]*order
    for x in inputs:
        out = [s/stage for s in stocks]
        yield out[-1]
        stocks = [s + (i - o)*step for s, i, o in zip(stocks, [x] + out[:-1], out)]


# ---- Trends -----------------------------------------------------------------------------------------------

def trends(inputs, time, step, initial=0.0):
    """(x - a)/(|a| T), with a following x over T from x/(1 + i T)."""
    average = inputs[0]/(1 + initial*time)
    for x in inputs:
        yield (x - average)/(time*abs(average)) if average else 0.0
        average += (x - average)/time*step


HALVES = times(0, 10, 0.5)


@run('trend_of_a_ramp', HALVES)
def trend_of_a_ramp(moments):
    for value, given in zip(trends([10 + 2*t for t in moments], 4, 0.5),
                            trends([10 + 2*t for t in moments], 4, 0.5, 0.1)):
        yield dict(trend=value, started=given)


@run('trend_of_steady_growth', times(0, 10, 0.5))
def trend_of_steady_growth(moments):
    for k in range(len(moments)):
        yield dict(trend=0.05)


@run('trend_below_zero', HALVES)
def trend_below_zero(moments):
    for fall, none in zip(trends([-10 - t for t in moments], 2, 0.5), trends([t for t in moments], 2, 0.5)):
        yield dict(falling=fall, **{'from zero': none})


@run('forcst_of_a_ramp', HALVES)
def forcst_of_a_ramp(moments):
    x = [10 + 2*t for t in moments]
    for value, plain, given in zip(x, trends(x, 4, 0.5), trends(x, 4, 0.5, 0.2)):
        yield dict(ahead=value*(1 + 3*plain), given=value*(1 + 3*given), now=value)


@at('npv_of_a_constant_stream', times(0, 8, 0.5))
def npv_of_a_constant_stream(t):
    steps = round(t/0.5) + 1
    discount = 1/(1 + 0.1*0.5)
    value = 20*0.5*(1 - discount**steps)/(1 - discount)
    return {'value': value, 'none': 20*(t + 0.5), 'from 100': 100 + value, 'half': (100 + value)*0.5}


# ---- The past ---------------------------------------------------------------------------------------------

@at('history', times(1, 9, 0.25))
def history(t):
    def square(moment):
        return moment*moment if 1 <= moment <= t else 0
    return {'ago': square(t - 2), 'of time 3': square(3), 'present': square(t), 'future': 0,
            'before': 0, 'nearest': square(round((t - 0.6 - 1)/0.25)*0.25 + 1) if t >= 1.5 else 0}


@at('history_at_moving_times', times(0, 8, 0.5))
def history_at_moving_times(t):
    return dict(half=10 + math.floor(t/2/0.5)*0.5, back=10 + (8 - t) if 8 - t <= t else 0)


@at('history_rk4', times(0, 6, 0.5))
def history_rk4(t):
    return dict(ago=(t - 1)**3 if t >= 1 else 0)


@at('derivn', times(2, 8, 0.5))
def derivn(t):
    s = t - 2
    return dict(zeroth=t**3, first=((t**3 - (t - 0.5)**3)/0.5) if s >= 0.5 else 0,
                second=(6*t - 6*0.5) if s >= 1 else 0, third=6 if s >= 1.5 else 0)


@at('sample_if_true', times(0, 8))
def sample_if_true(t):
    return dict(kept=-5 if t < 2 else 4 if t < 4 else 16 if t < 6 else 36 if t < 8 else 64)


@at('endval_of_a_first_run', times(3, 6))
def endval(t):
    return dict(given=12, own=9, itself=1)


@at('previous_without_initial_value', times(2, 6, 0.5))
def previous_without_initial_value(t):
    return dict(before=max(t - 0.5, 2)**2)


# ---- Delays and smooths -----------------------------------------------------------------------------------

def stepped(moments):
    return [5.0 if t < 2 else 9.0 for t in moments]


@run('smooths_and_delays_by_names_of_vensim', HALVES)
def names_of_vensim(moments):
    x = stepped(moments)
    columns = dict(smooth=smoothed(x, 3, 0.5), smoothi=smoothed(x, 3, 0.5, 1, 1), smooth3=smoothed(x, 3, 0.5, 3),
                   smooth3i=smoothed(x, 3, 0.5, 3, 1), delay1i=delayed(x, 3, 0.5, 1, 1),
                   delay3i=delayed(x, 3, 0.5, 3, 1))
    for k, t in enumerate(moments):
        row = {name: next(values) for name, values in columns.items()}
        row['delay fixed'] = x[k - 4] if k >= 4 else -1
        yield row


@run('orders_given_by_constants', HALVES)
def orders_given_by_constants(moments):
    x = stepped(moments)
    for smooth, delay, twice in zip(smoothed(x, 4, 0.5, 2), delayed(x, 4, 0.5, 2, 3), smoothed(x, 4, 0.5, 4)):
        yield {'smooth': smooth, 'delay': delay, 'of twice': twice}


@run('smooth_of_the_first_order_is_smth1', HALVES)
def first_order(moments):
    x = stepped(moments)
    for smooth, delay in zip(smoothed(x, 2, 0.5), delayed(x, 2, 0.5, 1, 7)):
        yield dict(a=smooth, b=smooth, c=delay, d=delay)


# ---- Numbers ----------------------------------------------------------------------------------------------

def to_nearest(x):
    return math.copysign(math.floor(abs(x) + 0.5), x)


@at('round_halves_away_from_zero', times(-4, 4, 0.5))
def round_halves(t):
    below = 0.49999999999999994
    return {'whole': to_nearest(t) + 0.0, 'odd': to_nearest(t*1.3) + 0.0, 'just below': 0 if below < 0.5 else 1}


@at('sign_of_a_number', times(-2, 2))
def sign(t):
    return dict(sign=(t > 0) - (t < 0))


@at('quantum', times(-3, 3, 0.5))
def quantum(t):
    return dict(twos=2*math.trunc(t/2) + 0.0, quarters=0.25*math.trunc(t*1.1/0.25) + 0.0, none=t)


@at('percent_and_roots', times(0, 8))
def percent_and_roots(t):
    return dict(percent=12.5*t, cube=t**(1/3), root=math.sqrt(t), logarithm=math.log(t + 1))


@at('roots_of_negative_numbers', times(0, 4))
def roots_of_negative_numbers(t):
    return dict(cube=-3, fifth=-t**0.2 if t else 0, even=1, square=12)


def grown(r, n):
    """(1 + r)^n, and what n payments of 1 at the ends of the periods add up to."""
    return (1 + r)**n, ((1 + r)**n - 1)/r if r else n


@at('payments_of_loans_and_savings', times(0, 6))
def payments(t):
    growth, annuity = grown(0.01, 36)
    payment = -10000*growth/annuity
    g, a = grown(t/100, 12)
    return {'payment': payment, 'future': -payment*annuity, 'present': -payment*annuity/growth,
            'without interest': -100, 'saved': 50*g + 100*a, 'owed': (50 + 100*a)/g,
            'early': -(500 + 1000*g)/(a*(1 + t/100))}


def area_of(points, x, kind='continuous'):
    """The heights in the middle between all corners times their distances, which is exact for lines."""
    def height(u):
        i = max(0, min(len(points) - 2, sum(p[0] <= u for p in points) - 1))
        (a, y), (b, z) = points[i], points[i + 1]
        if kind == 'discrete':
            return y if u < points[-1][0] else points[-1][1]
        if kind == 'continuous':
            u = max(points[0][0], min(points[-1][0], u))
        return y + (z - y)/(b - a)*(u - a)
    first, total = points[0][0], 0.0
    low, high = min(first, x), max(first, x)
    corners = sorted({low, high, *(p[0] for p in points if low < p[0] < high)})
    for a, b in zip(corners, corners[1:]):
        middle = (a + b)/2
        total += (b - a)*height(middle)
    return total if x >= first else -total


LINE = list(zip(range(1, 14), [50.5, 50.5, 50.5, 50.2, 50.2, 50.2, 83.9, 76.7, 72.6, 72.6, 72.2, 69.4, 57.7]))


@at('area_under_a_graph', times(0, 14, 0.25))
def area_under(t):
    return {'area': area_of(LINE, t), 'of steps': area_of([(1, 2), (3, 5), (4, -1), (8, 7)], t, 'discrete'),
            'onward area': area_of([(1, 2), (3, 4), (5, 3)], t, 'extrapolate')}


@at('normal_distribution_and_gammaln', times(1, 13, 0.5))
def normal_distribution(t):
    def upper(z):
        return 0.5*math.erfc(z/math.sqrt(2))
    z, w = (t - 7)/3, (t - 3)/3
    between = upper(z) - upper(w) if z > 0 else upper(-w) - upper(-z)
    quantile = statistics.NormalDist().inv_cdf(t/14)
    return dict(below=upper(6 - t), above=upper(t - 6), between=between, quantile=quantile, scaled=20 + 3*quantile,
                gamma=math.lgamma(t/4), large=math.lgamma(t*1e7))


@at('sine_and_cosine_waves', times(0, 12))
def waves(t):
    return dict(sine=3*math.sin(2*math.pi*t/12), cosine=(1 + t)*math.cos(2*math.pi*t/6))


@at('cgrowth_compounds_to_its_percentage', times(0, 10, 0.25))
def cgrowth(t):
    return dict(stock=200*1.08**t, rate=(1.08**0.25 - 1)/0.25)


@at('safe_division_operator', times(-2, 2))
def safe_division(t):
    return {'a': 6/t if t else 0, 'b': 12/t if t else 0, 'c': (1 + 6/t if t else 1), 'd': t/4,
            'e': (6/t if t else 0)*2}


@at('not_a_number', times(0, 3))
def not_a_number(t):
    return dict(a=0, b=1, c=0, d=0, e=2, f=1)


@at('times_by_other_names', times(3, 7, 0.5))
def names_of_time(t):
    return dict(initial=3, final=7, step=0.5, left=7 - t, past=t - 3)


@at('namespaces_of_functions', times(0, 4))
def namespaces(t):
    return dict(a=max(t, 2), b=(t - 1)**2 if t >= 1 else 0, c=math.sqrt(t))


# ---- Test inputs ------------------------------------------------------------------------------------------

@at('pulse_train', times(0, 20, 0.5))
def pulse_train(t):
    def train(first, width, between, last):
        return whole(first <= t <= last and (t - first) % between < max(width, 0.5))
    return {'train': train(2, 1.5, 5, 16), 'thin': train(1, 0, 3, 100), 'once': train(4, 2, 1000, 1000),
            'cut': train(2, 3, 10, 13)}


@at('pulse_train_as_converters_write_it', times(0, 20, 0.5))
def converted_train(t):
    return dict(train=whole(2 <= t <= 16 and (t - 2) % 5 < 1.5), pulse=whole(4 <= t < 6))


@at('pulse_of_interval_zero', times(0, 6, 0.5))
def single_pulse(t):
    return dict(zero=20 if t == 2 else 0, none=20 if t == 2 else 0, negative=20 if t == 2 else 0)


@at('pulse_in_every_step', times(0, 3, 0.5))
def pulse_in_every_step(t):
    store = 8 if t == 0 else 3
    return {'store': store, 'all of it': store/0.5, 'delivery': 6}


@at('element_named_with_its_dimension', times(0, 2))
def dotted_elements(t):
    return {'x[first, left]': 1, 'x[second, left]': 2, 'x[first, right]': 3, 'x[second, right]': t, 'one': t + 3}


@at('ramp_that_falls_and_ends', times(0, 8, 0.5))
def ramp(t):
    return dict(down=-2*max(t - 3, 0), ended=-2*max(min(t, 5) - 3, 0), never=0)


# ---- Arrays -----------------------------------------------------------------------------------------------

@at('stddev_of_arrays_and_slices', times(0, 4))
def stddev(t):
    def deviation(values):
        mean = sum(values)/len(values)
        return math.sqrt(sum((v - mean)**2 for v in values)/len(values))
    rows = [[1, 2, 4], [t, 8, 16]]
    return {'all': deviation(rows[0] + rows[1]), 'first': deviation(rows[0]), 'moving': deviation(rows[1]),
            'column': deviation([rows[0][2], rows[1][2]]), 'same': 0}


@at('rank_of_an_array', times(1, 4))
def rank(t):
    values = [5, 2, 9, t*2.5]
    order = sorted(range(4), key=lambda i: (values[i], i))
    return {'least': order[0] + 1, 'greatest': order[3] + 1, 'of time': order[int(t) - 1] + 1, 'none': 0}


@at('rank_breaks_ties', times(0, 2))
def rank_ties(t):
    values, second = [3, 1, 3, 1, 3], [5, 9, 4, 9, 5]
    order = sorted(range(5), key=lambda i: (values[i], second[i], i))
    plain = sorted(range(5), key=lambda i: (values[i], i))
    row = {f'second {k + 1}': order[k] + 1 for k in range(5)}
    row.update({f'plain {k + 1}': plain[k] + 1 for k in range(5)})
    return row


@at('rank_of_two_dimensions', times(0, 1))
def rank_flat(t):
    values = [[30, 20, 60], [10, 50, 40]]
    flat = [v for r in values for v in r]
    order = sorted(range(6), key=lambda i: flat[i])
    row = {f'all {k + 1}': order[k] + 1 for k in range(6)}
    for i in range(2):
        row[f'row {i + 1} least'] = values[i].index(min(values[i])) + 1
    return row


@at('vmin_and_vmax', times(0, 4))
def extremes(t):
    return dict(least=min(3, t, 7), greatest=max(3, t, 7))


# ---- Graphs -----------------------------------------------------------------------------------------------

def line(points, x):
    """Straight lines between points, and beyond the last ones level."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x <= x1:
            return y0 + (x - x0)*((y1 - y0)/(x1 - x0))
    return points[-1][1]


@at('lookupinv', times(-1, 9, 0.5))
def lookupinv(t):
    rising, falling = [(0, 1), (2, 5), (4, 6)], [(10, 8), (20, 6), (40, 0)]
    return dict(rising=line([(y, x) for x, y in rising], t),
                falling=line([(y, x) for x, y in reversed(falling)], t))


@at('lookup_forms', times(-1, 5, 0.5))
def lookup_forms(t):
    xs, ys = [0, 1, 3, 4], [10, 20, 0, 6]
    below = [y for x, y in zip(xs, ys) if x <= t]
    above = [y for x, y in zip(xs, ys) if x >= t]
    beyond = 10 + 10*t if t < 0 else 6 + 6*(t - 4) if t > 4 else line(list(zip(xs, ys)), t)
    return dict(backward=below[-1] if below else 10, forward=above[0] if above else 6, extrapolate=beyond,
                plain=line(list(zip(xs, ys)), t))


@at('graph_of_falling_points', times(-1, 7))
def falling_points(t):
    points = [(0, 3), (2, 8), (6, 1)]
    below = [y for x, y in points if x <= t]
    return dict(line=line(points, t), steps=below[-1] if below else 3)


@at('graph_of_one_or_two_points', times(-1, 3))
def few_points(t):
    return dict(one=7, discrete=4, beyond=9, two=min(max(t, 0), 2)*5 + 10)


# ---- Draws without spread ---------------------------------------------------------------------------------

@at('draws_without_spread', times(0, 4, 0.5))
def draws_without_spread(t):
    return dict(uniform=4, normal=t, bounded=3, lognormal=2.5, exprnd=0, poisson=0, triangular=6, logistic=-1,
                binomial=0, certain=17, negbinomial=0, geometric=0, never=0, always=1)


# ---- Non-negative stocks ----------------------------------------------------------------------------------

@run('outflow_that_needs_a_later_one', times(0, 6))
def outflow_needs_later(moments):
    stock = 100
    for _ in moments:
        later = min(40, stock)
        first = min(0.5*later, stock - later)
        yield dict(stock=stock, first=first, later=later)
        stock -= first + later


@run('outflows_that_need_one_another', times(0, 6))
def outflows_need(moments):
    stock, kept = 60, 0
    for _ in moments:
        b = min(10, stock)
        half = b/2
        c = min(half + 1, stock - b)
        a = min(b + c, stock - b - c)
        yield dict(stock=stock, kept=kept, a=a, b=b, c=c, half=half)
        kept += a
        stock -= a + b + c


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
