"""The expected numbers of the conformance models about files as tools write them, what holds through a DT, and the
functions of Stella and Vensim that are no part of the standard, computed without truce.

Every function computes from the definition that its model.xmile states.
"""

import math
from fractions import Fraction

CASES = {}


def rows(*names):
    """A function that gives rows of (time, values), for each of these models."""
    def keep(make):
        for name in names:
            CASES[name] = lambda: list(make())
        return make
    return keep


# ---- What the DT defines ----------------------------------------------------------------------------------

def held_flows(k, t, s, past):
    """The flows of a DT, all constant within it, from the stocks at its start."""
    counted, drained = s['counted'], s['drained']
    due = t >= 0.5 and (t - 0.5) % 1.5 == 0
    leak = min(1.5, drained/0.25)
    sampled = counted if counted < 0.6 else past[-1]['sampled'] if past else 7
    return {'cases': 1, 'midnight': counted/0.25 if t >= 1 and t == int(t) else 0, 'half': s['halved']/2/0.25 if due else 0,
            'rain': 2, 'leak': leak, 'rest': min(100, max(drained/0.25 - leak, 0)),
            'before': past[-1]['counted'] if past else -1, 'delayed': past[-3]['counted'] if k >= 3 else 5,
            'sampled': sampled, 'remembered': past[-2]['counted'] if k >= 2 else 0,
            'change': (counted - past[-1]['counted'])/0.25 if past else 0, 'begun': 2 if t >= 1 else 0,
            'train': 1 if 1 <= t < 4 and (t - 1) % 1.25 < 0.5 else 0, 'started': 1}


NETS = {'counted': [('cases', 1), ('midnight', -1)], 'halved': [('half', -1)],
        'drained': [('rain', 1), ('leak', -1), ('rest', -1)]}


@rows('dt_rules_euler', 'dt_rules_rk2', 'dt_rules_rk4', 'dt_rules_rk45')
def dt_rules():
    sums = ('before', 'delayed', 'sampled', 'remembered', 'change', 'begun', 'train', 'started')
    nets = {**NETS, **{f'sum of {name}': [(name, 1)] for name in sums}}
    s, past = {name: 0 for name in nets}, []
    s.update(halved=8, drained=3)
    for k in range(21):
        row = {**s, **held_flows(k, k/4, s, past)}
        yield k/4, row
        past.append(row)
        for name, flows in nets.items():
            s[name] += 0.25*sum(sign*row[flow] for flow, sign in flows)


def times_of(name, start, dt, steps, hit):
    """Exact fractions, rounded once."""
    start, dt = Fraction(start), Fraction(dt)

    @rows(*name)
    def moments():
        for k in range(steps + 1):
            t = start + k*dt
            yield float(t), {'hit': 1 if t == Fraction(hit) else 0, 'ten times': 10*float(t),
                             's': 3 if t > Fraction(hit) else 0}


times_of(['times_of_a_tenth', 'times_of_a_tenth_rk4', 'times_of_a_tenth_rk45'], '0', '1/10', 10, '3/10')
times_of(['times_of_decimals'], '1/10', '3/10', 7, '7/10')
times_of(['times_of_a_third'], '0', '1/3', 6, '5/3')
times_of(['times_of_months_in_years'], '1990.1', '1/12', 12, '1990.6')


# ---- Files as tools write them ----------------------------------------------------------------------------

@rows('macro_with_its_drawing', 'macro_with_two_drawings', 'macro_parameter_declared_as_input',
      'macro_of_the_main_file_counts', 'include_by_a_path_of_windows', 'include_by_an_address_of_a_file')
def averaged():
    y = 0
    for t in range(5):
        x = 10 if t >= 1 else 0
        yield t, {'x': x, 'y': y}
        y += (x - y)/2


@rows('macro_of_two_libraries')
def first_library():
    for t, row in averaged():
        yield t, {**row, 'z': row['x']/4}


@rows('macro_parameter_that_is_an_array')
def spread():
    for t in range(5):
        yield t, {'y': 2*t/2}


@rows('module_by_url', 'module_by_an_absolute_path', 'module_by_a_relative_address')
def modules():
    for t in range(5):
        yield t, {'seen': 4*1.5**t, 'Part.level': 4*1.5**t}


@rows('auxiliary_marked_non_negative')
def marked():
    for t in range(5):
        yield t, {'share': t - 2, 'y': 10*(t - 2), 'shares[1]': -1, 'shares[3]': 1}


@rows('run_from_a_constant_to_another')
def constants():
    for k in range(7):
        yield 1990 + k/2, {'s': (1 + 0.5*2/3)**k}


@rows('run_of_a_length_known_beforehand')
def length():
    for k in range(8):
        yield k/2, {'t': k}


@rows('file_of_stella_10')
def stella():
    h = 0.5*0.2
    for k in range(5):
        yield k/2, {'P': 100*(1 + h + h**2/2 + h**3/6 + h**4/24)**k}


@rows('file_of_ithink_10')
def ithink():
    for k in range(9):
        yield k/4, {'P': 100*1.05**k}


@rows('import_that_is_made_already')
def imported():
    for t in range(5):
        yield t, {'s': 8*0.5**t}


@rows('names_with_apostrophes')
def apostrophes():
    for t in range(5):
        yield t, {"l'1": 6, "b'": 5, 't[x, 1]': 6, 't[x, 2]': 18, 't[y, 1]': 12, 't[y, 2]': 24}


@rows('array_flows_within_its_elements')
def within():
    people = [2, 4, 8]
    for t in range(5):
        yield t, {f'People[{side}]': x for side, x in zip(('north', 'south', 'east'), people)}
        people = [x + x/2 - (i + 1) for i, x in enumerate(people)]


@rows('array_flows_of_some_elements')
def some():
    for t in range(5):
        yield t, {'s[north]': 20 + t*(1 + 5), 's[south]': 10 + t*(1 - 2), 's[east]': 20 + t*(1 + 15)}


@rows('numbers_that_are_none_by_statement')
def none():
    for t in range(5):
        yield t, {'y': t, 'not measured[2]': 4}


@rows('array_with_an_element_without_equation')
def without():
    for t in range(5):
        yield t, {'y': 6 + t}


# ---- Conveyors, slat by slat ------------------------------------------------------------------------------

class Belt:
    """A list of slats, the one that leaves next first: [what is left of it, what it was]."""

    def __init__(self, length, dt, contents, leaks=(), exponential=False):
        self.n, self.dt, self.leaks, self.exponential = round(length/dt), dt, leaks, exponential
        ages = range(self.n - 1, -1, -1)
        whole = sum(self.kept(age) for age in ages)
        self.slats = [[contents/whole*self.kept(age), contents/whole] for age in ages]

    def kept(self, age):
        """What is left of 1 after it has leaked so often."""
        f = sum(self.leaks)
        return (1 - f*self.dt)**age if self.exponential else 1 - f*age/self.n

    @property
    def contents(self):
        return sum(left for left, _ in self.slats)

    def leaving(self):
        """The flows of this DT: out of the end, and each leak."""
        lost = [sum(left*f*self.dt if self.exponential else was*f/self.n for left, was in self.slats)
                for f in self.leaks]
        left, was = self.slats[0]
        f = sum(self.leaks)
        out = left*(1 - f*self.dt) if self.exponential else left - was*f/self.n
        return out/self.dt, [x/self.dt for x in lost]

    def move(self, inflow):
        f = sum(self.leaks)
        rest = [[left*(1 - f*self.dt) if self.exponential else left - was*f/self.n, was]
                for left, was in self.slats[1:]]
        self.slats = rest + [[inflow*self.dt, inflow*self.dt]]


def conveyor(name, belt, steps, inflow, arrested=lambda t: False, names=('lost', 'quit')):
    @rows(*([name] if isinstance(name, str) else name))
    def make():
        b, gone = belt(), 0
        for k in range(steps + 1):
            t = k*b.dt
            still = arrested(t)
            out, lost = (0, [0]*len(b.leaks)) if still else b.leaving()
            enter = 0 if still else inflow(t)
            yield t, {'belt': b.contents, 'enter': enter, 'leave': out, 'gone': gone, **dict(zip(names, lost))}
            gone += out*b.dt
            if not still:
                b.move(enter)


conveyor('conveyor_with_contents', lambda: Belt(1.5, 0.5, 12), 10, lambda t: 10 + t)
conveyor('conveyor_with_linear_leaks', lambda: Belt(4, 0.5, 40, (0.2, 0.1)), 20, lambda t: 10 + t)
conveyor(['conveyor_with_exponential_leaks_euler', 'conveyor_with_exponential_leaks_rk4'],
         lambda: Belt(4, 0.25, 40, (0.2, 0.1), True), 32, lambda t: 10 if t >= 2 else 0)
conveyor('conveyor_arrested_with_linear_leaks', lambda: Belt(2, 0.5, 40, (0.2, 0.1)), 18, lambda t: 10 + t,
         lambda t: 3 <= t < 4.5)
conveyor('conveyor_arrested_with_exponential_leaks', lambda: Belt(3, 1, 7, (0.2, 0.1), True), 9, lambda t: 10 + t,
         lambda t: t == 2)


@rows('conveyor_with_limits')
def limited():
    b, before = Belt(2, 1, 0), 200
    for t in range(9):
        out, _ = b.leaving()
        enter = min(20, 12, 25 - b.contents + out)
        yield t, {'belt': b.contents, 'enter': enter, 'leave': out, 'before': before}
        before -= enter
        b.move(enter)


@rows('conveyors_in_an_array')
def arrayed():
    belts, after = [Belt(n + 1, 1, 6*n, (n/10,)) for n in (1, 2)], Belt(2, 1, 0)
    for t in range(9):
        row, onward = {'next': after.contents, 'end': after.leaving()[0]}, 0
        for n, b in zip((1, 2), belts):
            out, (lost,) = b.leaving()
            row.update({f'belt[{n}]': b.contents, f'leave[{n}]': out, f'lost[{n}]': lost})
            onward += out
            b.move(n*(1 + t))
        yield t, {**row, 'onward': onward}
        after.move(onward)


# ---- Conveyors whose slats are kept apart -----------------------------------------------------------------

def slat_by_slat(dt, stop, length, inflow, leaks=(), exponential=False, contents=0.0, listed=None,
                 sampled=lambda t: True, arrested=lambda t: False):
    """Contents, outflow, leaks and inflow by time. A leak is its fraction by time and its zone from the entry."""
    def steps(t):
        return max(1, math.floor(length(t)/dt + 0.5))

    def inside(leak, i, n):
        return leak[1] <= 1 - (i + 0.5)/n <= leak[2]

    depth = n = steps(0)
    whole = all(leak[1:] == (0, 1) for leak in leaks)
    zones = [sum(inside(leak, i, n) for i in range(n)) for leak in leaks]
    kept = [1.0]*n
    for i in range(n - 2, -1, -1):
        lost = sum(leak[0](0)*dt if exponential else leak[0](0)/zone
                   for leak, zone in zip(leaks, zones) if inside(leak, i + 1, n))
        kept[i] = kept[i + 1]*(1 - lost) if exponential else kept[i + 1] - lost
    held = listed or [contents/sum(kept)*part for part in kept]
    slats = [(x, [leak[0](0)*x/part/zone for leak, zone in zip(leaks, zones)]) for x, part in zip(held, kept)]
    for k in range(round(stop/dt) + 1):
        t = k*dt
        total = sum(x for x, _ in slats)
        if arrested(t):
            yield t, total, 0.0, [0.0]*len(leaks), 0.0
            continue
        depth = steps(t) if sampled(t) else depth
        lost = [[0.0 if not (whole or inside(leak, i, len(slats))) else x*leak[0](t)*dt if exponential else own[j]
                 for i, (x, own) in enumerate(slats)] for j, leak in enumerate(leaks)]
        left = [(x - sum(row[i] for row in lost), own) for i, (x, own) in enumerate(slats)]
        yield t, total, left[0][0]/dt, [sum(row)/dt for row in lost], inflow(t)
        slats = left[1:] + [(0.0, [0.0]*len(leaks))]*(depth - len(left) + 1)
        entering = inflow(t)*dt
        x, own = slats[depth - 1]
        slats[depth - 1] = (x + entering, [o + leak[0](t)*entering/(depth if whole else zone)
                                           for o, leak, zone in zip(own, leaks, zones)])


def belt_rows(name, *arguments, **more):
    @rows(*([name] if isinstance(name, str) else name))
    def make():
        for t, contents, out, lost, enter in slat_by_slat(*arguments, **more):
            yield t, {'belt': contents, 'leave': out, 'enter': enter, **{f'leak {i + 1}': x for i, x in enumerate(lost)}}


def months(t):
    return 4 if t < 3 else 2 if t < 6 else 5


def rising(t):
    return 10 + t


def constantly(fraction, start=0, end=1):
    return (lambda t: fraction), start, end


BOTH = constantly(0.2), constantly(0.1)
ZONES = constantly(0.2, 0, 0.25), constantly(0.1, 0.5, 1)
belt_rows(['conveyor_of_a_changing_time_euler', 'conveyor_of_a_changing_time_rk4'], 0.5, 12, months, rising, BOTH,
          contents=40)
belt_rows('conveyor_of_a_changing_time_with_exponential_leaks', 0.5, 12, months, rising, BOTH, True, contents=40)
belt_rows('conveyor_whose_time_is_sampled', 0.5, 12, months, rising, BOTH[:1], contents=40,
          sampled=lambda t: t in (0, 4, 8))
belt_rows('conveyor_of_a_changing_time_arrested', 0.5, 12, months, rising, BOTH[:1], contents=40,
          arrested=lambda t: 2.2 < t < 4.2)
belt_rows('conveyor_that_leaks_in_zones', 0.5, 12, lambda t: 4, rising, ZONES, contents=40)
belt_rows('conveyor_with_exponential_leaks_in_zones', 0.5, 12, lambda t: 4, rising, ZONES, True, contents=40)
belt_rows('conveyor_with_a_changing_leak', 0.5, 12, lambda t: 4, rising, [(lambda t: 0.02*t, 0, 1)], contents=40)
belt_rows('conveyor_with_a_changing_exponential_leak', 0.5, 12, lambda t: 4, rising, [(lambda t: 0.02*t, 0, 1)], True,
          contents=40)
belt_rows('conveyor_whose_slats_are_listed', 0.5, 12, lambda t: 4, rising, BOTH[:1], listed=[1, 2, 3, 4, 5, 6, 7, 8])
belt_rows('conveyor_whose_units_are_listed', 0.5, 12, lambda t: 4, rising, listed=[3, 3, 5, 5, 4, 4, 4, 4])
belt_rows('discrete_conveyor_with_contents', 0.5, 12, lambda t: 4, rising, listed=[0, 10, 0, 10, 0, 10, 0, 10])


@rows('conveyor_behind_another_with_a_capacity')
def behind():
    first, second = Belt(2, 1, 20), Belt(3, 1, 0)
    for t in range(9):
        onward, out = first.leaving()[0], second.leaving()[0]
        more = max(0, min(6, 30 - second.contents + out - onward))
        yield t, {'first': first.contents, 'second': second.contents, 'onward': onward, 'more': more, 'end': out}
        first.move(10 + t)
        second.move(onward + more)


# ---- Functions of Stella and Vensim -----------------------------------------------------------------------

@rows('isnan_of_values')
def isnan_of_values():
    for t in range(5):
        yield t, {'y': -1 if t == 2 else t, 'z': 10}


@rows('isnan_of_data')
def isnan_of_data():
    for t in range(5):
        yield t, {'all': t + 100 + 3*t}


@rows('history_with_a_number_of_runs')
def history():
    for t in range(5):
        yield t, {'y': 12 if t >= 2 else 0, 'z': 9 + t if t else 0, 'before': 5}


@rows('counters')
def counters():
    for k in range(13):
        yield 10 + k/2, {'hour': k/2 % 3, 'day': 1 + k/2 % 1.5}


@rows('exponential_curves')
def curves():
    for t in range(11):
        u = min(max((t - 2)/6, 0), 1)
        part = {e: (math.exp(e*u) - 1)/(math.exp(e) - 1) for e in (-2, 3)}
        yield t, {'fast': 1 + 8*part[-2], 'slow': 9 - 8*part[3], 'line': 1 + 8*u}


@rows('whole_numbers')
def whole_numbers():
    for t in range(9):
        yield t, {'f': math.factorial(t), 'p': math.perm(6, t), 'c': math.comb(6, t), 'r': 0,
                 'pn': 0, 'cn': 0}


@rows('interpolate_along_dimensions')
def interpolated():
    def line(values, u):
        place = min(max(u, 0), 1)*(len(values) - 1)
        i = min(int(place), len(values) - 2)
        return values[i] + (values[i + 1] - values[i])*(place - i)
    for t in range(9):
        u = t/5 - 0.2
        two = [[n*n + 10*k*n for k in (1, 2, 3)] for n in (1, 2, 3, 4)]
        yield t, {'y': line([1, 4, 9, 16], u), 'z': line([line(row, 0.3) for row in two], u), 's': line(two[1], u)}


def share_out(requests, priorities, widths, supply):
    """By halving the price that clears the supply."""
    if supply >= sum(requests):
        return requests
    if not any(widths):
        got = [0]*len(requests)
        for p in sorted(set(priorities), reverse=True):
            same = [i for i, other in enumerate(priorities) if other == p]
            wanted = sum(requests[i] for i in same)
            for i in same:
                got[i] = requests[i]*min(supply/wanted, 1)
            supply -= min(supply, wanted)
        return got
    low, high = -1e3, 1e3
    for _ in range(200):
        price = (low + high)/2
        got = [r*min(max((p + w/2 - price)/w, 0), 1) for r, p, w in zip(requests, priorities, widths)]
        low, high = (price, high) if sum(got) > supply else (low, price)
    return got


def named(name, values):
    return {f'{name}[{side}]': value for side, value in zip('abc', values)}


@rows('allocate_by_priority')
def by_priority():
    for t in range(14):
        got, strict = (share_out([3, 6, 2.5], [10, 9, 7], [w]*3, t) for w in (3, 0))
        yield t, {**named('got', got), **named('strict', strict)}


@rows('allocate_available')
def available():
    for t in range(14):
        yield t, named('got', share_out([3, 6, 2.5], [10, 9, 7], [1, 2, 3], t))


@rows('allocate_of_stella')
def of_stella():
    for t in range(14):
        got, strict = (share_out([3, 6, 2.5], [10, 9, 9], [w]*3, t) for w in (2, 0))
        yield t, {**named('got', got), **named('strict', strict)}


@rows('array_equation_of_many_elements')
def shared_equation():
    for k in range(5):
        t = 1 + k/2
        yield t, {'p[a]': 2*t + 1, 'p[b]': 2*t + 2, 'q[a]': 20*t + 11, 'q[b]': 20*t + 21, 'n[a]': 1, 'n[b]': 2}
