"""The cases of tests/vensim_cases.py: equations in Vensim's language, and what they must give."""

import math
import os
import sys

sys.dont_write_bytecode = True
CASES = {}
MISSING = -2.0**109  # :NA:


class Case:
    def __init__(self, equations, rows, start=0, stop=4, step=1, method=0, control=True, files=None):
        self.equations, self.control, self.files = equations, control, files or {}
        self.start, self.stop, self.step, self.method = start, stop, step, method
        self.rows = lambda: rows(self.times())

    def times(self):
        return [self.start + i*self.step for i in range(round((self.stop - self.start)/self.step) + 1)]


def at(name, equations, **more):
    """A function of time that gives the row of that time."""
    def keep(row):
        assert name not in CASES
        CASES[name] = Case(equations, lambda times: [(t, row(t)) for t in times], **more)
        return row
    return keep


def run(name, equations, **more):
    """A generator that gives the rows one after the other."""
    def keep(rows):
        assert name not in CASES
        CASES[name] = Case(equations, lambda times: list(zip(times, rows(times))), **more)
        return rows
    return keep


def array(name, values):
    return {f'{name}[{key}]': value for key, value in values.items()}


# ---- Text --------------------------------------------------------------------------------------------------

@at('operators', r'''
sum1 = Time + 2*3 - 4/8 ~~|
power = 2^3 ~~|
minus power = -2^2 ~~|
power of minus = 2^-1 ~~|
brackets = (1+Time)*(2-Time) ~~|
less = IF THEN ELSE(Time < 2, 1, 0) ~~|
at most = IF THEN ELSE(Time <= 2, 1, 0) ~~|
same = IF THEN ELSE(Time = 2, 1, 0) ~~|
other = IF THEN ELSE(Time <> 2, 1, 0) ~~|
''')
def operators(t):
    return {'sum1': t + 6 - .5, 'power': 8, 'minus power': -4, 'power of minus': .5,
            'brackets': (1 + t)*(2 - t), 'less': t < 2, 'at most': t <= 2, 'same': t == 2, 'other': t != 2}


@at('not_is_weaker_than_a_comparison', r'''
not same = IF THEN ELSE(:NOT: Time = 2, 1, 0) ~~|
not and = IF THEN ELSE(:NOT: Time = 2 :AND: Time > 1, 1, 0) ~~|
and or = IF THEN ELSE(Time = 0 :OR: Time > 1 :AND: Time < 3, 1, 0) ~~|
not brackets = IF THEN ELSE(:NOT: (Time = 2 :OR: Time = 3), 1, 0) ~~|
twice = IF THEN ELSE(:NOT: :not: Time = 2, 1, 0) ~~|
''')
def not_is_weaker(t):
    return {'not same': t != 2, 'not and': t != 2 and t > 1, 'and or': t == 0 or (t > 1 and t < 3),
            'not brackets': t not in (2, 3), 'twice': t == 2}


@at('names_fold', r'''
Front Velocity = 3 ~~|
a = front_velocity + FRONT   VELOCITY ~~|
"quoted \"name\" (with + signs)" = 4 ~~|
b = "Quoted \"name\" (with + SIGNS)" * 2 ~~|
don't stop = 5 ~~|
c = don't stop + 1 ~~|
größe = 6 ~~|
d = Größe + 1 ~~|
a name that is broken over \
		two lines = 7 ~~|
e = a name that is broken over
   two lines ~~|
if = 8 ~~|
pi = 9 ~~|
dt = 10 ~~|
f = if + pi + dt ~~|
$cost = 2 ~~|
g = $cost ~~|
''')
def names_fold(t):
    return {'Front Velocity': 3, 'a': 6, 'quoted "name" (with + signs)': 4, 'b': 8, "don't stop": 5, 'c': 6,
            'größe': 6, 'd': 7, 'a name that is broken over two lines': 7, 'e': 7, 'if': 8, 'pi': 9, 'dt': 10,
            'f': 27, '$cost': 2, 'g': 2}


@at('comments_units_and_flags', r'''
a = 1 {a comment} + {another; with | and ~} 2
	~	people/Month [0,10,1]
	~	An odd "quote and a {brace.
	~	:SUPPLEMENTARY
	|

b = a * 2 ~ people |
c = b ~~ :SUPPLEMENTARY|
check it :THE CONDITION: a > 0 :IMPLIES: b > 0 ~~|
check[Part] :THE CONDITION: none[Part] :IMPLIES: c[Part] <= RC STEP CHECK(0.5, c[Part], 0.1) ~~|
none[Part] :TEST INPUT: c[Part] = RC STEP(c[Part], 0) ~~|
''')
def comments_units_and_flags(t):
    return dict(a=3, b=6, c=6)


@at('control_variables_are_expressions', r'''
length = 3 ~~|
INITIAL TIME = 1 ~~|
FINAL TIME = INITIAL TIME + length ~ Month ~|
TIME STEP = 1/2 ~~|
SAVEPER = TIME STEP * 2 ~~|
x = INTEG(1, 0) ~~|
end = FINAL TIME ~~|
''', start=1, stop=4, control=False)
def control_variables(t):
    return {'x': t - 1, 'end': 4, 'length': 3, 'TIME STEP': .5, 'SAVEPER': 1, 'INITIAL TIME': 1, 'FINAL TIME': 4}


@at('final_time_that_uses_the_time', r'''
level = INTEG(2, 1) ~~|
doubled = Time*2 - 3 ~~|
last = 40 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = IF THEN ELSE(doubled >= 8 :AND: :NOT: Time = 6, Time, last) ~~|
TIME STEP = 0.5 ~~|
SAVEPER = TIME STEP ~~|
''', start=0, stop=5.5, step=.5, control=False)
def final_time_that_uses_the_time(t):
    return {'level': 1 + 2*t, 'doubled': 2*t - 3, 'last': 40, 'FINAL TIME': 5.5 if t == 5.5 else 40}


# ---- Levels ------------------------------------------------------------------------------------------------

@run('level_of_an_expression', r'''
stock = INTEG(inflow - stock/4 + 1, 8) ~~|
inflow = 2*Time ~~|
other = INTEG(-other, stock*2) ~~|
''', step=.5)
def level_of_an_expression(times):
    stock, other = 8, 16
    for t in times:
        yield dict(stock=stock, inflow=2*t, other=other)
        stock, other = stock + .5*(2*t - stock/4 + 1), other + .5*-other


@run('method_rk4', r'''
stock = INTEG(-stock, 1) ~~|
''', method=1, step=.5)
def method_rk4(times):
    stock, h = 1.0, .5
    for _ in times:
        yield dict(stock=stock)
        k1 = -stock
        k2 = -(stock + h/2*k1)
        k3 = -(stock + h/2*k2)
        k4 = -(stock + h*k3)
        stock += h*(k1 + 2*k2 + 2*k3 + k4)/6


@run('level_whose_elements_have_equations', r'''
Dim: A1, A2, A3 ~~|
Sub: A2, A3 ~~|
stock[A1] = INTEG(1, 10) ~~|
stock[Sub] = INTEG(rate[Sub]*stock[A1], start[Sub]) ~~|
rate[Dim] = 1, 2, 3 ~~|
start[Dim] = 5, 6, 7 ~~|
''')
def level_whose_elements(times):
    s = [10, 6, 7]
    for _ in times:
        yield {**array('stock', dict(A1=s[0], A2=s[1], A3=s[2])), **array('rate', dict(A1=1, A2=2, A3=3)),
               **array('start', dict(A1=5, A2=6, A3=7))}
        s = [s[0] + 1, s[1] + 2*s[0], s[2] + 3*s[0]]


# ---- Subscripts --------------------------------------------------------------------------------------------

@at('subscripts_of_subranges', r'''
Dim: (B1-B4) ~~|
Sub: B2, B3 ~~|
b[Dim] = 1, 2, 3, 4 ~~|
part[Sub] = b[Sub] * 10 ~~|
own[B1] = b[B4] ~~|
own[Sub] = b[Sub] + part[Sub] ~~|
own[B4] = b[B1] ~~|
total = SUM(b[Dim!]) + SUM(b[Sub!]) ~~|
most = VMAX(b[Sub!]) ~~|
least = VMIN(b[Dim!]) ~~|
times = PROD(b[Dim!]) ~~|
''')
def subranges(t):
    return {**array('b', dict(B1=1, B2=2, B3=3, B4=4)), **array('part', dict(B2=20, B3=30)),
            **array('own', dict(B1=4, B2=22, B3=33, B4=1)), 'total': 15, 'most': 3, 'least': 1, 'times': 24}


@at('subscripts_mapped_in_order', r'''
Dim: A1, A2, A3 -> Other, Third ~~|
Other: B1, B2, B3 ~~|
Third: C1, C2, C3 ~~|
a[Dim] = 1, 2, 3 ~~|
b[Other] = a[Dim] * 10 ~~|
c[Third] = a[Dim] + 100 ~~|
d[Dim] = b[Other] ~~|
''')
def mapped_in_order(t):
    return {**array('a', dict(A1=1, A2=2, A3=3)), **array('b', dict(B1=10, B2=20, B3=30)),
            **array('c', dict(C1=101, C2=102, C3=103)), **array('d', dict(A1=10, A2=20, A3=30))}


@at('subscripts_mapped_to_groups', r'''
Country: Peru, Chile, Kenya -> (Region: South, South East, East) ~~|
Region: South, South East, East ~~|
Continent: America, Africa -> (Country2: Andes, Kenya2) ~~|
Country2: Peru2, Chile2, Kenya2 ~~|
Andes: Peru2, Chile2 ~~|
tax[Continent] = 5, 7 ~~|
paid[Country2] = tax[Continent] * 2 ~~|
x[Country] = 1, 2, 3 ~~|
y[Region] = x[Country] ~~|
''')
def mapped_to_groups(t):
    return {**array('tax', dict(America=5, Africa=7)), **array('paid', dict(Peru2=10, Chile2=10, Kenya2=14)),
            **array('x', dict(Peru=1, Chile=2, Kenya=3)),
            **array('y', {'South': 1, 'South East': 2, 'East': 3})}


@at('subscripts_equivalent', r'''
From: A1, A2 ~~|
To <-> From ~~|
x[From] = 1, 3 ~~|
gap[From, To] = x[From] - x[To] ~~|
sum[From] = SUM(gap[From, To!]) ~~|
''')
def equivalent(t):
    x = dict(A1=1, A2=3)
    gap = {f'{a}, {b}': x[a] - x[b] for a in x for b in x}
    return {**array('x', x), **array('gap', gap), **array('sum', dict(A1=-2, A2=2))}


@at('subscripts_excepted', r'''
Dim: A1, A2, A3 ~~|
Two: B1, B2 ~~|
Sub: A1, A2 ~~|
x[Dim] :EXCEPT: [A2] = 5 ~~|
x[A2] = Time ~~|
y[Dim, Two] :EXCEPT: [A1, B1], [A3, Two] = 1 ~~|
y[A1, B1] = 2 ~~|
y[A3, Two] = z[Two] ~~|
z[Two] = 8, 9 ~~|
w[Dim, Two] :EXCEPT: [Sub, B2] = x[Dim] ~~|
w[Sub, B2] = -x[Sub] ~~|
''')
def excepted(t):
    x = dict(A1=5, A2=t, A3=5)
    return {**array('x', x), **array('y', {'A1, B1': 2, 'A1, B2': 1, 'A2, B1': 1, 'A2, B2': 1, 'A3, B1': 8,
                                           'A3, B2': 9}), **array('z', dict(B1=8, B2=9)),
            **array('w', {f'{a}, {b}': -v if b == 'B2' and a != 'A3' else v
                          for a, v in x.items() for b in ('B1', 'B2')})}


@at('subscripts_as_numbers', r'''
Dim: A1, A2, A3 ~~|
x[Dim] = Dim * 10 ~~|
y[Dim] = IF THEN ELSE(Dim = A2, 1, 0) ~~|
''')
def as_numbers(t):
    return {**array('x', dict(A1=10, A2=20, A3=30)), **array('y', dict(A1=0, A2=1, A3=0))}


@at('constants_in_tables', r'''
Dim: A1, A2 ~~|
Two: B1, B2, B3 ~~|
Three: C1, C2 ~~|
x[Dim, Two] = 1, 2, 3; -4, 5e1, .6; ~~|
y[Dim, Two] = TABBED ARRAY(
	1	2	3
	4	-5	6
	) ~~|
v[Dim, Two] = TABBED ARRAY(1 2 \
	3 {a line that goes on}
	4 -5 6) ~~|
u[Dim, Two] = TABBED ARRAY(1 2 3 4 -5 6) ~~|
z[Three, Dim, B2] = 1, 2; 3, 4; ~~|
z[Three, Dim, B1] = 5, 6; 7, 8; ~~|
z[Three, Dim, B3] = 0 ~~|
''')
def constants_in_tables(t):
    z = {'C1, A1, B2': 1, 'C1, A2, B2': 2, 'C2, A1, B2': 3, 'C2, A2, B2': 4, 'C1, A1, B1': 5, 'C1, A2, B1': 6,
         'C2, A1, B1': 7, 'C2, A2, B1': 8, 'C1, A1, B3': 0, 'C2, A2, B3': 0}
    pairs = [f'{a}, {b}' for a in ('A1', 'A2') for b in ('B1', 'B2', 'B3')]
    return {**array('x', {'A1, B1': 1, 'A1, B2': 2, 'A1, B3': 3, 'A2, B1': -4, 'A2, B2': 50, 'A2, B3': .6}),
            **{k: v for n in 'yvu' for k, v in array(n, dict(zip(pairs, (1, 2, 3, 4, -5, 6)))).items()},
            **array('z', z)}


# ---- Lookups -----------------------------------------------------------------------------------------------

def line(points, x):
    if x <= points[0][0]:
        return points[0][1]
    for (a, b), (c, d) in zip(points, points[1:]):
        if x <= c:
            return b + (x - a)*(d - b)/(c - a)
    return points[-1][1]


@at('lookups_in_all_forms', r'''
pairs((0,0),(1,10),(3,5)) ~~|
window([(0,0)-(10,10),(1,1),(2,2)],(0,0),(1,10),(3,5)) ~~|
halves(0,1,3, 0,10,5) ~~|
a = pairs(Time) ~~|
b = window(Time/2) ~~|
c = halves(Time - 1) ~~|
d = WITH LOOKUP(Time*2, ([(0,0)-(10,10)],(0,1),(4,-9))) ~~|
e = LOOKUP EXTRAPOLATE(pairs, Time) ~~|
f = LOOKUP FORWARD(pairs, Time/2) ~~|
g = LOOKUP BACKWARD(pairs, Time/2) ~~|
up((0,0),(2,10),(3,30)) ~~|
h = LOOKUP INVERT(up, Time*5) ~~|
''')
def lookups_in_all_forms(t):
    p = [(0, 0), (1, 10), (3, 5)]
    x = t/2
    return dict(a=line(p, t), b=line(p, t/2), c=line(p, t - 1), d=line([(0, 1), (4, -9)], 2*t),
                e=line(p, t) if t <= 3 else 2.5, f=0 if x <= 0 else 10 if x <= 1 else 5,
                g=0 if x < 1 else 10, h=line([(0, 0), (10, 2), (30, 3)], t*5))


@at('lookups_of_subscripts', r'''
Dim: A1, A2 ~~|
table[A1]((0,0),(4,8)) ~~|
table[A2]((0,1),(4,1)) ~~|
one((0,0),(4,40)) ~~|
x[Dim] = table[Dim](Time) ~~|
y = table[A1](2) ~~|
z[Dim] = one(k[Dim]) ~~|
k[Dim] = 1, 2 ~~|
w[Dim] = WITH LOOKUP(k[Dim], ((0,0),(2,6))) ~~|
''')
def lookups_of_subscripts(t):
    return {**array('x', dict(A1=2*t, A2=1)), 'y': 4, **array('z', dict(A1=10, A2=20)),
            **array('k', dict(A1=1, A2=2)), **array('w', dict(A1=3, A2=6))}


# ---- Macros ------------------------------------------------------------------------------------------------

@run('macro_with_a_level', r'''
:MACRO: KEEP(input, first)
KEEP = INTEG(input - lost, first)
	~	input
	~	What comes in, less a tenth.
	|
lost = KEEP*share ~~|
share = 0.1 ~~|
:END OF MACRO:
a = KEEP(Time, 5) ~~|
b = KEEP(2, a) * 2 ~~|
''')
def macro_with_a_level(times):
    a, b = 5, 5
    for t in times:
        yield dict(a=a, b=2*b)
        a, b = a + t - a*.1, b + 2 - b*.1


@run('macro_that_uses_variables_of_the_model', r'''
:MACRO: OUTER(a)
OUTER = FALL(a : now) + other thing$ + now*0 ~~|
:END OF MACRO:
:MACRO: FALL(mass : weight)
FALL = INTEG(weight * TIME STEP$, Start$) ~~|
weight = mass * Gravity$ + Time$ ~~|
:END OF MACRO:
gravity = Time + 5 ~~|
other thing = 7 ~~|
start = 2 ~~|
a = FALL(3 : b) ~~|
c = OUTER(1) ~~|
''', step=.5)
def macro_that_uses_variables_of_the_model(times):
    three = one = 2.0
    for t in times:
        yield {'gravity': t + 5, 'other thing': 7, 'start': 2, 'a': three, 'b': 3*(t + 5) + t, 'c': one + 7}
        three += .25*(3*(t + 5) + t)
        one += .25*((t + 5) + t)


@at('lookup_whose_points_fall_in_x', r'''
falling((2,-3),(1,-7),(1,-7),(0,-1)) ~~|
halves(4, 2, 10, 20) ~~|
pairs = falling(Time/2) ~~|
ends = falling(Time*5 - 2) ~~|
half = halves(Time) ~~|
''')
def falling(t):
    def at(x):
        x = min(max(x, 0), 2)
        return -1 - 6*x if x <= 1 else -7 + 4*(x - 1)
    return {'pairs': at(t/2), 'ends': at(5*t - 2), 'half': 20 - 5*(min(max(t, 2), 4) - 2)}


# ---- Vectors -----------------------------------------------------------------------------------------------

@at('vector_select_actions', r'''
Dim: A1, A2, A3, A4 ~~|
pick[Dim] = 0, 2, 3, 0 ~~|
x[Dim] = 5, 4, -2, 9 ~~|
none[Dim] = 0 ~~|
a0 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 0, 0) ~~|
a1 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 1, 0) ~~|
a2 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 2, 0) ~~|
a3 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 3, 0) ~~|
a4 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 4, 0) ~~|
a5 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 5, 0) ~~|
a6 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 6, 0) ~~|
a7 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 7, 0) ~~|
a8 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 8, 0) ~~|
a9 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 9, 0) ~~|
a10 = VECTOR SELECT(pick[Dim!], x[Dim!], -1, 10, 0) ~~|
moving = VECTOR SELECT(pick[Dim!], x[Dim!], -1, Time*2, 0) ~~|
nothing = VECTOR SELECT(none[Dim!], x[Dim!], -1, 0, 0) ~~|
Two: B1, B2 ~~|
m[Dim, Two] = 1, 0; 0, 0; 1, 1; 0, 1; ~~|
by row[Dim] = VECTOR SELECT(m[Dim, Two!], w[Two!], -5, 0, 0) ~~|
by column[Two] = VECTOR SELECT(m[Dim!, Two], x[Dim!], -5, 6, 0) ~~|
w[Two] = 10, 20 ~~|
''')
def vector_select_actions(t):
    a = [2, -48, -6, 8, 1, 4**2 * (-2)**3, 2, -8, -2, 4, 1]
    row = {f'a{i}': value for i, value in enumerate(a)}
    return {**row, 'moving': a[int(2*t)], 'nothing': -1,
            **array('by row', dict(A1=10, A2=-5, A3=30, A4=20)), **array('by column', dict(B1=3, B2=7))}


@at('vector_orders', r'''
Firm: F1, F2, F3 -> Place ~~|
Place: P1, P2, P3 -> Firm ~~|
gain[F1] = 5 ~~|
gain[F2] = 3 ~~|
gain[F3] = 4 + Time ~~|
up[Place] = VECTOR SORT ORDER(gain[Firm], 1) ~~|
down[Place] = VECTOR SORT ORDER(gain[Firm], -1) ~~|
rank[Firm] = VECTOR RANK(gain[Firm], 1) ~~|
sorted[Place] = VECTOR REORDER(gain[Firm], up[Place]) ~~|
least = VECTOR ELM MAP(gain[F1], up[P1]) ~~|
before[Firm] = IF THEN ELSE(Firm = F1, -1, VECTOR ELM MAP(gain[Firm], -1)) ~~|
count = ELMCOUNT(Firm) ~~|
''')
def vector_orders(t):
    gain = [5, 3, 4 + t]
    up = sorted(range(3), key=lambda i: gain[i])
    down = sorted(range(3), key=lambda i: -gain[i])
    firms, places = ('F1', 'F2', 'F3'), ('P1', 'P2', 'P3')
    return {**array('gain', dict(zip(firms, gain))), **array('up', dict(zip(places, up))),
            **array('down', dict(zip(places, down))),
            **array('rank', {f: up.index(i) + 1 for i, f in enumerate(firms)}),
            **array('sorted', dict(zip(places, sorted(gain)))), 'least': 3,
            **array('before', dict(F1=-1, F2=5, F3=3)), 'count': 3}


@at('matrix_inverted', r'''
Row: R1, R2, R3 ~~|
Column: C1, C2, C3 ~~|
m[Row, Column] = 0, 2, 1; 4, 1, 0; 1, 1, 1; ~~|
inverse[Row, Column] = INVERT MATRIX(m[Row, Column], 3) ~~|
''')
def matrix_inverted(t):
    # The adjugate over the determinant, -5.
    adjugate = [[1, -1, -1], [-4, -1, 4], [3, 2, -8]]
    return array('inverse', {f'R{i + 1}, C{j + 1}': adjugate[i][j]/-5 for i in range(3) for j in range(3)})


# ---- Numbers from CSV files ---------------------------------------------------------------------------------

TABLE = '''time,B1,B2,name
0,10,5,north
1,,6,south
3,40,9,east
'''


@at('direct_data', r'''
Dim: B1, B2 ~~|
x[Dim] :INTERPOLATE: := GET DIRECT DATA('table.csv', ',', 'A', 'B2') ~~|
back :HOLD BACKWARD: := GET DIRECT DATA('?table', ',', 'A', 'C2') ~~|
ahead :LOOK FORWARD: := GET DIRECT DATA('table.csv', ',', 'A', 'C2') ~~|
across := GET DIRECT DATA('across.csv', ';', '1', 'B2') ~~|
sum = SUM(x[Dim!]) + back ~~|
''', files={'table.csv': TABLE, 'across.csv': 'time;0;4\nvalue;1;9\n'})
def direct_data(t):
    b1, b2 = line([(0, 10), (3, 40)], t), line([(0, 5), (1, 6), (3, 9)], t)
    back = 5 if t < 1 else 6 if t < 3 else 9
    return {**array('x', dict(B1=b1, B2=b2)), 'back': back, 'ahead': 5 if t <= 0 else 6 if t <= 1 else 9,
            'across': 1 + 2*t, 'sum': b1 + b2 + back}


@at('direct_constants_lookups_and_subscripts', r'''
Dim: GET DIRECT SUBSCRIPT('table.csv', ',', 'D2', 'D4', 'in ') ~~|
Two: A1, A2 ~~|
one = GET DIRECT CONSTANTS('table.csv', ',', 'B4') ~~|
right[Two] = GET DIRECT CONSTANTS('table.csv', ',', 'B2') ~~|
down[Dim] = GET DIRECT CONSTANTS('table.csv', ',', 'C2*') ~~|
both[Two, Dim] = GET DIRECT CONSTANTS('matrix.csv', ',', 'A1') ~~|
turned[Two, Dim] = GET DIRECT CONSTANTS('matrix.csv', ',', 'A1*') ~~|
curve[Two](GET DIRECT LOOKUPS('table.csv', ',', 'A', 'B2')) ~~|
y[Two] = curve[Two](Time) ~~|
south = down[in south] ~~|
More: k1, k2, k3, k4, k5, k6, k7, k8, k9, GET DIRECT SUBSCRIPT('table.csv', ',', 'D2', 'D4', 'more ') ~~|
place[More] = More ~~|
''', files={'table.csv': TABLE, 'matrix.csv': '1,2,3\n4,5,6\n7,8,9\n'})
def direct_constants(t):
    dim = ('in north', 'in south', 'in east')
    return {'one': 40, **array('right', dict(A1=10, A2=5)), **array('down', dict(zip(dim, (5, 6, 9)))),
            **array('both', {f'A{i + 1}, {d}': 3*i + j + 1 for i in range(2) for j, d in enumerate(dim)}),
            **array('turned', {f'A{i + 1}, {d}': 3*j + i + 1 for i in range(2) for j, d in enumerate(dim)}),
            **array('y', dict(A1=line([(0, 10), (3, 40)], t), A2=line([(0, 5), (1, 6), (3, 9)], t))), 'south': 6,
            **array('place', {n: i + 1 for i, n in enumerate([f'k{k}' for k in range(1, 10)]
                                                             + ['more north', 'more south', 'more east'])})}


@at('direct_data_with_gaps', r'''
Dim: B1, B2 ~~|
x[Dim] := GET DIRECT DATA('table.csv', ',', 'A', 'B2') ~~|
raw :RAW: := GET DIRECT DATA('table.csv', ',', 'A', 'C2') ~~|
curve(GET DIRECT LOOKUPS('table.csv', ',', 'A', 'C2')) ~~|
y = curve(Time) ~~|
Names: GET DIRECT SUBSCRIPT('table.csv', ',', 'E1', 'F3', 'at ') ~~|
names[Names] = ELMCOUNT(Names) ~~|
east = names[at east] ~~|
''', step=.5, files={'table.csv': 'time,a,b,,north,east\n0,10,5,,,\n,77,77,,,south\n2,40,,,,\n3,,9,,,\n4,20,1,,,\n'
                                    ',,,,,\n2,1000,1000,,,\nnotes,1,1,,,\n'})
def direct_data_with_gaps(t):
    b2 = [(0, 5), (3, 9), (4, 1)]
    return {**array('x', dict(B1=line([(0, 10), (2, 40), (4, 20)], t), B2=line(b2, t))),
            'raw': dict(b2).get(t, MISSING), 'y': line(b2, t),
            **array('names', {name: 3 for name in ('at north', 'at east', 'at south')}), 'east': 3}


@at('direct_data_with_cells_that_are_no_numbers', r'''
x := GET DIRECT DATA('table.csv', ',', 'A', 'B2') ~~|
''', files={'table.csv': 'time,x\n0,10\n1,nan\n2,inf\n3,"1,234"\n4,30\n'})
def direct_data_with_cells_that_are_no_numbers(t):
    return {'x': 10 + 5*t}


@at('sum_of_many_ranges_as_numbers', r'''
R: (a1-a1200) ~~|
total = SUM(R! * IF THEN ELSE(R! > 1100, Time, 0)) ~~|
''')
def sum_of_many_ranges_as_numbers(t):
    return {'total': t*sum(range(1101, 1201))}


@at('variable_named_as_the_start', r'''
STARTTIME = 100 ~~|
x = GET TIME VALUE(1, 2, 0) ~~|
''', start=3, stop=5)
def variable_named_as_the_start(t):
    return {'STARTTIME': 100, 'x': 5}


@at('lookups_with_elements_without_points', r'''
Dim: A1, A2, A3 ~~|
curve[A1]((0,0),(4,8)) ~~|
curve[A3]((0,1),(2,5)) ~~|
y[A1] = curve[A1](Time) ~~|
y[A3] = curve[A3](Time) ~~|
sum = y[A1] + y[A3] ~~|
''')
def lookups_with_elements_without_points(t):
    y = dict(A1=2*t, A3=min(1 + 2*t, 5))
    return {**array('y', y), 'sum': y['A1'] + y['A3']}


# ---- Macros with outputs -----------------------------------------------------------------------------------

@at('macro_outputs', r'''
:MACRO: SPLIT(input, part : rest, twice)
SPLIT = input*part ~ input ~|
rest = input - SPLIT ~~|
twice = 2*rest ~~|
:END OF MACRO:
a = SPLIT(Time + 10, 0.25 : b, c) ~~|
d = a + b + c ~~|
''')
def macro_outputs(t):
    x = t + 10
    return dict(a=.25*x, b=.75*x, c=1.5*x, d=2.5*x)


@at('macro_that_calls_a_macro', r'''
outer = TWICE OF(Time) + 1 ~~|
:MACRO: SQUARE OF(x)
SQUARE OF = x*x ~~|
:END OF MACRO:
:MACRO: TWICE OF(x)
TWICE OF = 2*SQUARE OF(x) + Time$*0 ~~|
:END OF MACRO:
''')
def macro_calls_macro(t):
    return dict(outer=2*t*t + 1)


# ---- Functions ---------------------------------------------------------------------------------------------

def scalar(name, equation, value, before='', **more):
    at(name, f'{before}\nx = {equation} ~~|\n', **more)(lambda t: dict(x=value(t)))


SIGNED = 'v = Time - 2.5 ~~|'
scalar('function_integer', 'INTEGER(v)', lambda t: math.trunc(t - 2.5), SIGNED)
scalar('function_modulo', 'MODULO(v, 2)', lambda t: math.fmod(t - 2.5, 2), SIGNED)
scalar('function_quantum', 'QUANTUM(v, 0.4)', lambda t: .4*math.trunc((t - 2.5)/.4), SIGNED)
scalar('function_quantum_of_none', 'QUANTUM(v, 0)', lambda t: t - 2.5, SIGNED)
scalar('function_abs', 'ABS(v)', lambda t: abs(t - 2.5), SIGNED)
scalar('function_min_and_max', 'MIN(MAX(v, -1), 1)', lambda t: min(max(t - 2.5, -1), 1), SIGNED)
scalar('function_exp_and_ln', 'LN(EXP(v)*2)', lambda t: t - 2.5 + math.log(2), SIGNED)
scalar('function_log', 'LOG(Time + 1, 3)', lambda t: math.log(t + 1)/math.log(3))
scalar('function_power', 'POWER(Time - 1, 2 + 1)', lambda t: (t - 1)**3)
scalar('function_gamma_ln', 'GAMMA LN(Time + 0.5)', lambda t: math.lgamma(t + 0.5))
scalar('function_sqrt', 'SQRT(Time*2)', lambda t: math.sqrt(2*t))
scalar('function_sin_cos_tan', 'SIN(Time)*2 + COS(Time) - TAN(Time/4)',
       lambda t: math.sin(t)*2 + math.cos(t) - math.tan(t/4))
scalar('function_arcs', 'ARCSIN(Time/4) + ARCCOS(Time/4)*2 + ARCTAN(Time)',
       lambda t: math.asin(t/4) + 2*math.acos(t/4) + math.atan(t))
scalar('function_hyperbolic', 'SINH(Time) - COSH(Time/2) + TANH(Time)',
       lambda t: math.sinh(t) - math.cosh(t/2) + math.tanh(t))
scalar('function_xidz', 'XIDZ(6, Time - 2, -7)', lambda t: -7 if t == 2 else 6/(t - 2))
scalar('function_zidz', 'ZIDZ(6, Time - 2)', lambda t: 0 if t == 2 else 6/(t - 2))
scalar('functions_zidz_and_xidz_of_almost_nothing', 'ZIDZ(1e-6, (Time - 2)*6e-7) + XIDZ(1, (Time - 2)*6e-7, 3)',
       lambda t: 3 if abs(t - 2) < 2 else (1e-6 + 1)/((t - 2)*6e-7))
scalar('function_if', 'if then else(Time > 1 :AND: Time < 4, Time*10, IF THEN ELSE(Time = 4, 5, -1))',
       lambda t: t*10 if 1 < t < 4 else 5 if t == 4 else -1)
scalar('function_step', 'STEP(3, 2) + STEP(-1, 3)', lambda t: 3*(t >= 2) - (t >= 3), step=.5)
scalar('function_ramp', 'RAMP(2, 1, 3)', lambda t: 2*max(0, min(t, 3) - 1), step=.5)
scalar('function_step_between_steps', 'STEP(3, 2.25) + STEP(1, 3.2) + STEP(5, -0.25)',
       lambda t: 3*(t >= 2.5) + (t >= 3) + 5*(t >= 0), step=.5)
scalar('function_pulse_between_steps', 'PULSE(1.25, 1) + 10*PULSE(3, 0.2) + 100*PULSE(3, 0.3)',
       lambda t: (t == 1.5) + 100*(t == 3), step=.5)
scalar('function_pulse_train_between_steps', 'PULSE TRAIN(1.25, 1, 2, 6)', lambda t: t in (1.5, 3.5, 5.5),
       stop=9, step=.5)
scalar('function_pulse_train_half_way_between_steps', 'PULSE TRAIN(0.5, 1, 4, 10) + 10*PULSE TRAIN(0.5, 0, 3, 6)',
       lambda t: (t in (1, 5, 9)) + 10*(t in (1, 4)), stop=9)
scalar('function_pulse_train_without_a_gap', 'PULSE TRAIN(1, 2, 2, 4)', lambda t: 1 <= t <= 4, stop=6, step=.5)
scalar('function_pulse_train_that_ends_in_a_pulse', 'PULSE TRAIN(1, 1, 2, 5) + 10*PULSE TRAIN(0, 1, 3, 6.4)',
       lambda t: (t in (1, 1.5, 3, 3.5, 5)) + 10*(t in (0, .5, 3, 3.5, 6)), stop=9, step=.5)
scalar('function_pulse', 'PULSE(1, 1.5)', lambda t: 1 <= t < 2.5, step=.5)
scalar('function_pulse_of_no_width', 'PULSE(1, 0)', lambda t: t == 1, step=.5)
scalar('function_pulse_train', 'PULSE TRAIN(1, 1, 3, 6)', lambda t: t in (1, 4), stop=9)
scalar('function_game', 'GAME(Time*2) + 1', lambda t: 2*t + 1)
scalar('function_initial', 'INITIAL(Time + 3) + REINITIAL(5)', lambda t: 8 + 2, before='', start=2, stop=4)
scalar('function_get_time_value', 'GET TIME VALUE(0, 2, 0) + GET TIME VALUE(1, 1, 0)*100', lambda t: t + 2 + 300,
       start=2, stop=4)
scalar('function_random_uniform_of_one_value', 'RANDOM UNIFORM(3, 3, 1)', lambda t: 3)
scalar('missing_value', 'IF THEN ELSE(v = :NA:, 1, 0) + IF THEN ELSE(:NA: < -1e30, 2, 0)', lambda t: (t == 1) + 2,
       'v = IF THEN ELSE(Time = 1, :NA:, 5) ~~|')
scalar('name_of_a_function', 'sum*2 + max + MAX(sum, max)', lambda t: 4*2 + 3 + 4, 'sum = 4 ~~|\nmax = 3 ~~|')
scalar('numbers', '1e3 + .5 + 5. + 1.5E-1 - 0007', lambda t: 1000 + .5 + 5 + .15 - 7)
scalar('chain_of_powers', '2^3^2', lambda t: 64)
scalar('signs', '3 - -2 + +1 - (-(4))', lambda t: 10)
scalar('unchangeable_constant', 'k*2', lambda t: 14, 'k == 7 ~~|')
scalar('line_continued_in_an_equation', '1 + \\\n\t\t2*\\\n\t\tTime', lambda t: 1 + 2*t)
@at('function_sample_if_true_when_levels_begin', r'''
held = SAMPLE IF TRUE(Time < 2, Time + 4, -1) ~~|
level = INTEG(1, held) ~~|
first = INITIAL(held) ~~|
''', stop=4)
def sampled(t):
    return dict(held=min(t, 1) + 4, level=t - 1, first=-1)


scalar('function_sample_if_true', 'SAMPLE IF TRUE(Time = 1 :OR: Time = 3, Time*10, -1)',
       lambda t: -1 if t < 1 else 10 if t < 3 else 30)
scalar('lookup_of_an_expression', 'table(v + 1)*2', lambda t: 2*line([(0, 1), (2, 5)], t - 1.5),
       SIGNED + '\ntable((0,1),(2,5)) ~~|')
scalar('lookup_named_like_a_function', 'step table(Time)', lambda t: line([(0, 1), (2, 5)], t),
       'step table([(0,0)-(2,5)],(0,1),(2,5)) ~~|')
scalar('lookup_with_a_point_twice', 'table(Time)', lambda t: line([(0, 1), (2, 5)], t),
       'table((0,1),(0,1),(2,5)) ~~|')
scalar('group_with_members', 'a + 1', lambda t: 3,
       '********************************************************\n\t.Inputs\n'
       '********************************************************~\n\t\tWhat is put in.\n\t|\na = 2 ~~|')


@run('function_smooths', r'''
in = STEP(4, 1) ~~|
a = SMOOTH(in, 2) ~~|
b = SMOOTHI(in, 2, 6) ~~|
c = SMOOTH3(in, 3) ~~|
d = SMOOTH3I(in, 3, 6) ~~|
e = SMOOTH N(in, 4, 1, 2) ~~|
''', step=.25)
def function_smooths(times):
    chains = dict(a=([0.0], 2), b=([6.0], 2), c=([0.0]*3, 1), d=([6.0]*3, 1), e=([1.0]*2, 2))
    for t in times:
        x = 4.0*(t >= 1)
        yield {'in': x, **{name: levels[-1] for name, (levels, _) in chains.items()}}
        for levels, stage in chains.values():
            inputs = [x] + levels[:-1]
            levels[:] = [s + .25*(i - s)/stage for s, i in zip(levels, inputs)]


@run('function_delays', r'''
in = 2 + STEP(4, 1) ~~|
a = DELAY1(in, 2) ~~|
b = DELAY1I(in, 2, 6) ~~|
c = DELAY3(in, 3) ~~|
d = DELAY3I(in, 3, 6) ~~|
e = DELAY N(in, 4, 1, 2) ~~|
''', step=.25)
def function_delays(times):
    chains = dict(a=([4.0], 2), b=([12.0], 2), c=([2.0]*3, 1), d=([6.0]*3, 1), e=([2.0]*2, 2))
    for t in times:
        x = 2 + 4.0*(t >= 1)
        yield {'in': x, **{name: levels[-1]/stage for name, (levels, stage) in chains.items()}}
        for levels, stage in chains.values():
            outs = [s/stage for s in levels]
            levels[:] = [s + .25*(i - o) for s, i, o in zip(levels, [x] + outs[:-1], outs)]


scalar('function_delay_fixed', 'DELAY FIXED(Time*2, 1.5, -3)', lambda t: -3 if t < 1.5 else 2*(t - 1.5), step=.5)
scalar('function_delay_fixed_of_a_part_of_a_step', 'DELAY FIXED(Time*2, k, -3)', lambda t: -3 if t < 3 else 2*(t - 3),
       'k = 2.5 + STEP(4, 3) ~~|', stop=8)
scalar('function_delay_fixed_of_the_nearest_steps',
       'DELAY FIXED(Time*2, 1.2, -3) + 100*DELAY FIXED(Time*2, 3.7, -1) + 10000*DELAY FIXED(Time*2, 0.3, -5)',
       lambda t: (-3 if t < 1 else 2*(t - 1)) + 100*(-1 if t < 4 else 2*(t - 4)) + 1e4*(-5 if t < 1 else 2*(t - 1)), stop=8)
scalar('function_delay_fixed_of_no_time', 'DELAY FIXED(Time*2, 0, -3)', lambda t: -3 if t < 1 else 2*(t - 1))


@run('function_trend_and_forecast', r'''
in = 10 + Time ~~|
a = TREND(in, 4, 0.05) ~~|
b = FORECAST(in, 4, 2) ~~|
of almost nothing = TREND(Time*1e-7, 2, 0) ~~|
''')
def function_trend(times):
    average, other = 10/(1 + .05*4), 10.0
    for t in times:
        x = 10 + t
        yield {'in': x, 'a': (x - average)/(abs(average)*4), 'b': x*(1 + 2*(x - other)/(abs(other)*4)),
               'of almost nothing': 0}
        average, other = average + (x - average)/4, other + (x - other)/4


@run('function_forecast_below_zero', r'''
in = Time*Time - 10 ~~|
b = FORECAST(in, 4, 2) ~~|
almost nothing = FORECAST(Time*1e-9, 4, 2) ~~|
''')
def function_forecast_below_zero(times):
    average = -10.0
    for t in times:
        x = t*t - 10
        yield {'in': x, 'b': x*(1 + 2*(x - average)/(4*average)), 'almost nothing': t*1e-9}
        average += (x - average)/4


@run('function_npv', r'''
x = NPV(10, 0.1, 5, 2) ~~|
''', step=.5)
def function_npv(times):
    total, discount = 5.0, 1.0
    for _ in times:
        yield dict(x=(total + 10*.5*discount)*2)
        total, discount = total + .5*10*discount, discount - .5*discount*.1/(1 + .1*.5)


# ---- More subscripts ---------------------------------------------------------------------------------------

A = dict(A1=1, A2=2, A3=3)


@at('subscripts_of_a_scalar', r'''
D: A1, A2, A3 ~~|
k = Time + 1 ~~|
x[D] = k*2 ~~|
y[D] = 5 ~~|
''')
def of_a_scalar(t):
    return {**array('x', {a: 2*(t + 1) for a in A}), **array('y', {a: 5 for a in A})}


@at('subscripts_transposed', r'''
D: A1, A2, A3 ~~|
E: B1, B2 ~~|
x[D, E] = 1, 2; 3, 4; 5, 6; ~~|
y[E, D] = x[D, E]*10 ~~|
''')
def transposed(t):
    return array('y', {f'B{j + 1}, A{i + 1}': 10*(2*i + j + 1) for i in range(3) for j in range(2)})


@at('subscripts_of_elements_alone', r'''
D: A1, A2, A3 ~~|
x[A1] = 4 ~~|
x[A2] = x[A1] + 1 ~~|
x[A3] = x[A2] + Time ~~|
z = x[A3] ~~|
''')
def of_elements_alone(t):
    return {**array('x', dict(A1=4, A2=5, A3=5 + t)), 'z': 5 + t}


@at('subscripts_in_three_dimensions', r'''
D: A1, A2 ~~|
E: B1, B2 ~~|
F: C1, C2 ~~|
a[D] = 1, 2 ~~|
b[E] = 10, 20 ~~|
c[F] = 100, 200 ~~|
x[D, E, F] = a[D] + b[E] + c[F] ~~|
all = SUM(x[D!, E!, F!]) ~~|
some[E] = SUM(x[D!, E, C2]) ~~|
''')
def in_three_dimensions(t):
    x = {f'A{i}, B{j}, C{k}': i + 10*j + 100*k for i in (1, 2) for j in (1, 2) for k in (1, 2)}
    return {**array('x', x), 'all': sum(x.values()),
            **array('some', {f'B{j}': sum(i + 10*j + 200 for i in (1, 2)) for j in (1, 2)})}


@at('subscripts_with_odd_names', r'''
D: "North & South", It's, "2010" ~~|
x[D] = 1, 2, 3 ~~|
y = x["north & south"] + x[it's]*10 + x["2010"]*100 ~~|
''')
def with_odd_names(t):
    return {**array('x', {'North & South': 1, "It's": 2, '2010': 3}), 'y': 321}


@at('subscripts_of_overlapping_ranges', r'''
All: A1, A2, A3, A4 ~~|
Low: A1, A2 ~~|
High: A3, A4 ~~|
Both: Low, High ~~|
v[Low] = 1 ~~|
v[High] = 2 ~~|
w[Both] = v[All]*10 ~~|
first[Low] = v[High] + v[Low] ~~|
''' .replace('first[Low] = v[High] + v[Low] ~~|\n', ''))
def of_overlapping_ranges(t):
    return {**array('v', dict(A1=1, A2=1, A3=2, A4=2)), **array('w', dict(A1=10, A2=10, A3=20, A4=20))}


@at('subscripts_conditional', r'''
D: A1, A2, A3 ~~|
x[D] = IF THEN ELSE(k[D] > Time, k[D], -k[D]) ~~|
k[D] = 1, 2, 3 ~~|
s = SUM(IF THEN ELSE(k[D!] > Time, 1, 0)*k[D!]) ~~|
''')
def conditional(t):
    return {**array('x', {a: k if k > t else -k for a, k in A.items()}), 's': sum(k for k in A.values() if k > t)}


@at('subscripted_functions', r'''
D: A1, A2, A3 ~~|
k[D] = 1, 2, 3 ~~|
a[D] = MAX(k[D], 2) ~~|
b[D] = STEP(k[D], k[D]) ~~|
c[D] = XIDZ(k[D], k[D] - 2, -1) ~~|
d[D] = INITIAL(k[D] + Time) ~~|
e[D] = SMOOTH(k[D], 2) ~~|
''')
def subscripted_functions(t):
    return {**array('a', {a: max(k, 2) for a, k in A.items()}),
            **array('b', {a: k*(t >= k) for a, k in A.items()}),
            **array('c', dict(A1=-1, A2=-1, A3=3)), **array('d', A), **array('e', A)}


@run('subscripted_levels', r'''
D: A1, A2, A3 ~~|
k[D] = 1, 2, 3 ~~|
s[D] = INTEG(in[D] - out[D], k[D]*10) ~~|
in[D] = k[D] ~~|
out[D] = s[D]/10 ~~|
total = INTEG(SUM(in[D!]), 0) ~~|
''')
def subscripted_levels(times):
    s, total = {a: 10.0*k for a, k in A.items()}, 0
    for _ in times:
        yield {**array('s', s), **array('in', A), **array('out', {a: v/10 for a, v in s.items()}), 'total': total}
        s, total = {a: v + A[a] - v/10 for a, v in s.items()}, total + 6


@at('subscripts_of_a_subrange_that_use_the_time', r'''
D: A1, A2, A3 ~~|
S: A2, A3 ~~|
x[A1] = 1 ~~|
x[S] = IF THEN ELSE(:NOT: Time = 1, k[S]*Time, -2) ~~|
k[D] = 1, 2, 3 ~~|
''')
def of_a_subrange_that_use_the_time(t):
    return array('x', dict(A1=1, A2=2*t if t != 1 else -2, A3=3*t if t != 1 else -2))


@at('subscripts_of_data_lists_by_row', r'''
D: A1, A2 ~~|
E: B1, B2, B3 ~~|
x[A1, E] = 1, 2, 3 ~~|
x[A2, E] = 4, 5, 6 ~~|
y[E] = SUM(x[D!, E]) ~~|
z[D] = VMAX(x[D, E!]) ~~|
''')
def of_data_lists_by_row(t):
    return {**array('y', dict(B1=5, B2=7, B3=9)), **array('z', dict(A1=3, A2=6))}


def share_above(kind, priority, width, price):
    """The part above a price of a profile: rectangular, triangular, normal or exponential."""
    if kind == 3:
        return math.erfc((price - priority)/max(width, 0.05)/math.sqrt(2))/2
    u = min(max((priority + width/2 - price)/width, 0), 1)
    if kind == 2:
        return 2*u*u if u <= 0.5 else 1 - 2*(1 - u)**2
    tail = math.exp(-abs(priority - price)/width)/2
    return u if kind == 1 else 1 - tail if price < priority else tail


def share_out(supply, requests, profiles):
    if supply >= sum(requests):
        return requests
    low, high = -200, 200
    for _ in range(200):
        price = (low + high)/2
        enough = sum(r*share_above(*p, price) for r, p in zip(requests, profiles)) >= supply
        low, high = (price, high) if enough else (low, price)
    return [r*share_above(*p, low) if supply > 0 else 0 for r, p in zip(requests, profiles)]


@at('allocate_available_and_by_priority', r'''
mixed[D] = ALLOCATE AVAILABLE(request[D], profile[D, ptype], 2*Time) ~~|
even[D] = ALLOCATE BY PRIORITY(request[D], profile[D, ppriority], ELMCOUNT(D), 2, 2*Time) ~~|
D: A1, A2, A3 ~~|
pprofile: ptype, ppriority, pwidth, pextra ~~|
profile[A1, pprofile] = 2, 10, 3, 0 ~~|
profile[A2, pprofile] = 1, 9, 1, 0 ~~|
profile[A3, pprofile] = 4, 8, 2, 0 ~~|
request[D] = 3, 6, 2.5 ~~|
''')
def available_and_by_priority(t):
    profiles = [(2, 10, 3), (1, 9, 1), (4, 8, 2)]
    mixed = share_out(2*t, [3, 6, 2.5], profiles)
    even = share_out(2*t, [3, 6, 2.5], [(1, priority, 2) for _, priority, _ in profiles])
    return {**array('mixed', dict(zip(A, mixed))), **array('even', dict(zip(A, even)))}


@at('allocate_available_normal_and_fixed', r'''
mixed[D] = ALLOCATE AVAILABLE(request[D], profile[D, ptype], 2*Time) ~~|
narrow[D] = ALLOCATE AVAILABLE(request[D], close[D, ptype], 2*Time) ~~|
even[D] = ALLOCATE AVAILABLE(request[D], none[D, ptype], 2*Time) ~~|
D: A1, A2, A3 ~~|
pprofile: ptype, ppriority, pwidth, pextra ~~|
profile[A1, pprofile] = 3, 10, 1, 0 ~~|
profile[A2, pprofile] = 3, 9, 0.5, 0 ~~|
profile[A3, pprofile] = 4, 8, 2, 0 ~~|
close[A1, pprofile] = 3, 1, 0.01, 0 ~~|
close[A2, pprofile] = 3, 1.05, 0.06, 0 ~~|
close[A3, pprofile] = 3, 1.1, 0, 0 ~~|
none[D, ptype] = 0 ~~|
none[D, ppriority] = 1 ~~|
none[D, pwidth] = 1 ~~|
none[D, pextra] = 0 ~~|
request[D] = 3, 6, 2.5 ~~|
''')
def available_normal_and_fixed(t):
    requests = [3, 6, 2.5]
    mixed = share_out(2*t, requests, [(3, 10, 1), (3, 9, .5), (4, 8, 2)])
    narrow = share_out(2*t, requests, [(3, 1, .01), (3, 1.05, .06), (3, 1.1, 0)])
    even = [r*min(1, 2*t/11.5) for r in requests]
    return {**array('mixed', dict(zip(A, mixed))), **array('narrow', dict(zip(A, narrow))),
            **array('even', dict(zip(A, even)))}


@run('subscripts_mapped_to_the_one_before', r'''
age: (a1-a4) ~~|
older: a2, a3, a4 -> younger ~~|
younger: a1, a2, a3 ~~|
people[a1] = INTEG(10 - aging[a1], 100) ~~|
people[older] = INTEG(aging[younger] - aging[older], 50) ~~|
aging[age] = people[age]/5 ~~|
next one[younger] = people[older] ~~|
same[older] = people[age] ~~|
''')
def mapped_to_the_one_before(times):
    people = [100.0, 50.0, 50.0, 50.0]
    for _ in times:
        aging = [x/5 for x in people]
        yield {**array('people', {f'a{i + 1}': x for i, x in enumerate(people)}),
               **array('aging', {f'a{i + 1}': x for i, x in enumerate(aging)}),
               **array('next one', {f'a{i}': people[i] for i in (1, 2, 3)}),
               **array('same', {f'a{i + 1}': people[i] for i in (1, 2, 3)})}
        people = [x + before - out for x, before, out in zip(people, [10.0] + aging[:3], aging)]


@at('subscripts_mapped_to_the_same_elements', r'''
day: mon, tue, wed ~~|
next day: tue, wed, mon -> day ~~|
first days: mon, tue -> (day: tue, wed) ~~|
sold[day] = 1, 2, 3 ~~|
sold before[next day] = sold[day] ~~|
sold after[first days] = sold[day] ~~|
''')
def mapped_to_the_same_elements(t):
    return {**array('sold', dict(mon=1, tue=2, wed=3)), **array('sold before', dict(tue=1, wed=2, mon=3)),
            **array('sold after', dict(mon=2, tue=3))}


@at('macro_named_like_a_function_of_xmile', r'''
:MACRO: INIT(x)
INIT = INITIAL(x)
	~	x
	~	Has the name of the function that INITIAL becomes.
	|
:END OF MACRO:
:MACRO: SafeDiv(a, b)
SafeDiv = ZIDZ(a, b) + 1
	~	a
	~	
	|
:END OF MACRO:
y = INIT(Time + 3) ~~|
z = SAFEDIV(Time, Time - 1) ~~|
''')
def named_like_a_function(t):
    return dict(y=3, z=1 if t == 1 else t/(t - 1) + 1)


@run('delay_n_of_a_time_and_an_order_that_change', r'''
time of it = 4 + STEP(2, 6) ~~|
order = 3 - STEP(1, -1) + STEP(1, 3) ~~|
in = 1 + STEP(4, 2) ~~|
out = DELAY N(in, time of it, 6, order) ~~|
longer = DELAY N(in, time of it + 2, 6, 3) ~~|
plain = DELAY N(in, 4, 6, 2) ~~|
smooth = SMOOTH N(in, time of it, 6, order) ~~|
''', stop=14)
def delay_n(times):
    def duration(t, more=0):
        return (6 if t >= 6 else 4) + more if t >= 0 else 4 + more
    chains = {'out': ([12.0]*2, 0), 'longer': ([12.0]*3, 2)}
    plain, smooth = [12.0]*2, [6.0]*2
    for t in times:
        x = 5 if t >= 2 else 1
        yield {'time of it': duration(t), 'order': 3 if t >= 3 else 2, 'in': x, 'plain': plain[1]/2, 'smooth': smooth[1],
               **{name: s[-1]*len(s)/duration(t - 1, more) for name, (s, more) in chains.items()}}
        for s, more in chains.values():
            outs = [level*len(s)/duration(t - i, more) for i, level in enumerate(s)]
            s[:] = [level + i - o for level, i, o in zip(s, [x] + outs[:-1], outs)]
        plain = [plain[0] + x - plain[0]/2, plain[1] + plain[0]/2 - plain[1]/2]
        stage = duration(t)/2
        smooth = [smooth[0] + (x - smooth[0])/stage, smooth[1] + (smooth[0] - smooth[1])/stage]


@at('sums_of_ranges_as_numbers', r'''
R: r1, r2, r3 ~~|
C: c1, c2 ~~|
x[R] = 1, 10, 100 ~~|
y[R, C] = 1, 2; 3, 4; 5, 6; ~~|
late = SUM(IF THEN ELSE(R! >= 2, x[R!], 0)) ~~|
weighted[C] = SUM(y[R!, C] * R! + 1) ~~|
all = SUM(y[R!, C!] * R! - C! * Time) ~~|
product = PROD(R! + x[R!] - x[R!]) ~~|
least = VMIN(x[R!] - 20*R!) ~~|
greatest = VMAX(x[R!] - 99*R!) + SUM(x[R!]) ~~|
''')
def sums_of_ranges(t):
    y = {(r, c): 2*(r - 1) + c for r in (1, 2, 3) for c in (1, 2)}
    x = {1: 1, 2: 10, 3: 100}
    return {**array('x', {f'r{r}': x[r] for r in x}),
            **{f'y[r{r}, c{c}]': v for (r, c), v in y.items()}, 'late': 110,
            **{f'weighted[c{c}]': sum(y[r, c]*r + 1 for r in x) for c in (1, 2)},
            'all': sum(v*r - c*t for (r, c), v in y.items()), 'product': 6,
            'least': min(x[r] - 20*r for r in x), 'greatest': max(x[r] - 99*r for r in x) + 111}
