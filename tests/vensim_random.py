#!/usr/bin/env python3
"""Random models in Vensim's language, for script/differential.

usage: tests/vensim_random.py FIRST LAST FOLDER

Writes FOLDER/N.mdl for every N from FIRST to LAST; a number always gives the same model. The models use what truce
and SDEverywhere both know and both define alike: scalars and arrays of one and two dimensions, subranges, mapped
dimensions, exceptions, equations for elements, levels, lookups, functions of time, delays and smooths. Left out are
pulses of a train narrower than a step, remainders of what may be whole, where the last bit decides, and delays of arrays of two
dimensions, which that program loses.
"""
import os
import random
import sys

ELEMENTS = {'DimA': ['a1', 'a2', 'a3', 'a4'], 'DimB': ['b1', 'b2', 'b3']}
A, B = ('DimA',), ('DimB',)
SHAPES = [(), (), A, B, A + B]
HEAD = '''{UTF-8}
DimA: a1, a2, a3, a4 ~~|
DimB: b1, b2, b3 ~~|
SubA: a2, a3 ~~|
SubO: a1, a4 ~~|
DimC: c1, c2, c3 -> DimB ~~|
DimG: g1, g2 -> (DimA: SubA, SubO) ~~|
falling((0,0),(1,2),(2.5,1),(4,7),(6,6.5)) ~~|
rising([(0,0)-(10,10)],(-2,1),(0,3),(5,4),(9,10)) ~~|
table[a1]((0,0),(1,1),(5,2)) ~~|
table[a2]((0,0),(1,2),(5,1)) ~~|
table[a3]((0,0),(1,3),(5,0)) ~~|
table[a4]((0,0),(1,4),(5,-1)) ~~|
of a[DimA] = 1, 2.5, -3, 4 ~~|
of b[DimB] = 0.5, 1.5, 2.5 ~~|
of c[DimC] = 3, 1, 2 ~~|
of g[DimG] = 10, 20 ~~|
order[DimB] = 2, 0, 1 ~~|
of both[DimA, DimB] = 1,2,3; 4,5,6; 7,8,9; 0.5,0.25,0.125; ~~|
'''
# {e}: an expression; {a}: one without depth; {n}: a number; {t}: a time of delay
INNER = ['({e} + {e})', '({e} + {e})', '({e} - {e})', '({e} * {e})', '({e} * {e})', '({e} / (1 + ABS({e})))',
         'IF THEN ELSE({c}, {e}, {e})', 'MAX({e}, {e})', 'MIN({e}, {e})', 'EXP(MIN(3, {e}))', 'LN(1 + ABS({e}))',
         'SQRT(ABS({e}))', 'SIN({e})', 'COS({e})', 'MODULO({e} + 0.013, 3)', 'INTEGER({e} + 0.013)',
         'QUANTUM({e} + 0.013, 0.5)',
         'STEP({n}, {w})', 'RAMP({n}, {w}, 6.6)', 'PULSE({w}, {n})', 'PULSE(3, 0)', 'PULSE TRAIN({w}, 1, 3, {z})',
         'XIDZ({e}, {e}, {n})', 'ZIDZ({e}, {e})', 'POWER(ABS({e}), 1.5)', '(ABS({e}) ^ 0.5)', 'falling({e})',
         'rising({e})', '(-({e}))', 'Time']
OUTER = ['SMOOTH({a}, {t})', 'SMOOTHI({a}, {t}, {n})', 'SMOOTH3({a}, {t})', 'SMOOTH3I({a}, {t}, {n})',
         'SAMPLE IF TRUE({c}, {a}, {n})', 'INITIAL({a})', 'ACTIVE INITIAL({a}, {n})', 'TREND({a}, 5, 0.02)',
         'WITH LOOKUP({a}, ([(0,0)-(10,10)],(0,1),(2,3),(5,2),(8,9)))', 'LOOKUP FORWARD(falling, {a})',
         'LOOKUP BACKWARD(rising, {a})', 'NPV({a}, 0.05, 0, 1)', '{e}', '{e}', '{e}', '{e}']
DELAYS = ['DELAY1({a}, {t})', 'DELAY1I({a}, {t}, {n})', 'DELAY3({a}, {t})', 'DELAY3I({a}, {t}, {n})']


class Model:
    def __init__(self, number):
        self.random = random.Random(number)
        self.known = [('of a', A), ('of b', B), ('of both', A + B)]
        self.lines = []

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    def add(self, name, shape, *equations):
        self.lines += [f'{name}{left} = {right} ~~|' for left, right in equations]
        self.known.append((name, shape))

    def reference(self, shape):
        """A variable that may stand in an equation of this shape, with elements for dimensions that it lacks."""
        name, own = self.random.choice(self.known)
        return name + subscripts([d if d in shape else self.pick(*ELEMENTS[d]) for d in own])

    def fill(self, form, shape, depth):
        while '{' in form:
            at = form.index('{')
            form = form[:at] + self.part(form[at + 1], shape, depth) + form[at + 3:]
        return form

    def part(self, kind, shape, depth):
        if kind == 'n':
            return self.pick('1', '2', '0.5', '3', '0.25', '1.5')
        if kind == 't':
            return self.pick('1', '2', '3.5')
        if kind == 'w':
            return self.pick('1', '2', '1.25', '2.1', '3.3')
        if kind == 'z':
            return self.pick('6', '7.1', '4')
        if kind == 'c':
            compared = self.fill('{a} ' + self.pick('<', '>', '<=', '>=', '=', '<>') + ' {a}', shape, 0)
            return compared if self.chance(.7) else self.pick(f'({compared}) :AND: (Time > 2)', f':NOT: ({compared})',
                                                              f'({compared}) :OR: (Time > 4)')
        return self.expression(shape, 0 if kind == 'a' else depth - 1)

    def expression(self, shape, depth):
        if depth <= 0:
            return self.reference(shape) if self.chance(.75) else self.part('n', shape, 0)
        return self.fill(self.random.choice(INNER), shape, depth)

    def reduction(self):
        name, own = self.pick(*[entry for entry in self.known if entry[1]])
        return f'{self.pick("SUM", "VMAX", "VMIN")}({name}{subscripts([d + "!" for d in own])})'

    def right(self, shape):
        if not shape and self.chance(.3):
            return self.reduction()
        if len(shape) == 1 and self.chance(.15):
            name = self.pick(*[n for n, own in self.known if own == shape])
            return f'VECTOR SORT ORDER({name}{subscripts(shape)}, {self.pick("1", "-1")})'
        forms = OUTER + (DELAYS if len(shape) < 2 else [])
        return self.fill(self.random.choice(forms), shape, self.pick(2, 3))

    def array_in_parts(self, name, shape):
        """Exceptions, elements, subranges, mapped dimensions; False where the shape has none of them."""
        one = self.expression
        forms = {
            A: [[('[DimA] :EXCEPT: [a3]', one(A, 1) + ' + of a[DimA]'), ('[a3]', one((), 1))],
                [('[DimA]', 'of g[DimG] * 2 + of a[DimA] + Time')],
                [('[DimA]', f'table[DimA]({one(A, 1)})')],
                [('[a1]', one((), 2)), ('[SubA]', 'of a[SubA] * Time'), ('[a4]', one((), 1))]],
            B: [[('[DimB]', 'of c[DimC] * 2 + ' + one(B, 1))],
                [('[DimB]', 'VECTOR ELM MAP(of b[b1], order[DimB])')]],
            A + B: [[('[DimA, b1]', one(A, 1)), ('[DimA, b2]', one((), 2)), ('[SubA, b3]', 'of a[SubA] * 2'),
                     ('[SubO, b3]', 'of a[SubO] + Time')]],
        }
        if shape not in forms:
            return False
        self.add(name, shape, *self.random.choice(forms[shape]))
        return True

    def write(self):
        levels = [(f'level {i}', self.pick((), (), A, A + B)) for i in range(self.pick(2, 3, 4))]
        for i in range(3):
            self.add(f'constant {i}', (), ('', self.pick('0.5', '1.25', '2', '-1.5', '3')))
        self.known += levels
        for i in range(self.pick(6, 8, 10)):
            name, shape = f'auxiliary {i}', self.random.choice(SHAPES)
            if self.chance(.6) or not self.array_in_parts(name, shape):
                self.add(name, shape, (subscripts(shape), self.right(shape)))
        for name, shape in levels:
            own = name + subscripts(shape)
            flow = f'MAX(-20, MIN(20, {self.expression(shape, 2)})) - 0.1 * {own}'
            self.lines.append(f'{own} = INTEG({flow}, {self.pick("1", "5", "10", "constant 0")}) ~~|')
        start = self.pick(0, 0, 1, 2020)
        return HEAD + '\n'.join(self.lines) + f'''
INITIAL TIME = {start} ~~|
FINAL TIME = {start + 10} ~~|
TIME STEP = {self.pick(0.5, 0.25, 0.125)} ~~|
SAVEPER = {self.pick('1', 'TIME STEP', '0.5')} ~~|
'''


def subscripts(names):
    return '[' + ', '.join(names) + ']' if names else ''


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    first, last, folder = int(arguments[0]), int(arguments[1]), arguments[2]
    for number in range(first, last + 1):
        with open(os.path.join(folder, f'{number}.mdl'), 'w', encoding='utf-8') as stream:
            stream.write(Model(number).write())
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
