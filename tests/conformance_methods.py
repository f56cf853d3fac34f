"""The expected numbers of the conformance models about integration methods, computed without truce.

Every method is written here from its definition, over dictionaries of stocks.
"""

CASES = {}

# Dormand and Prince 1980; Hairer, Norsett and Wanner 1993, table II.5.2 and section II.6.
NODES = [0, 1/5, 3/10, 4/5, 8/9, 1, 1]
ROWS = [[], [1/5], [3/40, 9/40], [44/45, -56/15, 32/9], [19372/6561, -25360/2187, 64448/6561, -212/729],
        [9017/3168, -355/33, 46732/5247, 49/176, -5103/18656],
        [35/384, 0, 500/1113, 125/192, -2187/6784, 11/84]]
ERROR = [71/57600, 0, -71/16695, 71/1920, -17253/339200, 22/525, -1/40]


def dense(part):
    """Weights of the seven derivatives at a part of the step: the cubic of Hermite through both ends, and a quartic
    that their program DOPRI5 adds, whose factors are those of section II.6 in the middle of the step."""
    square, both = part*part, part*part*(part - 1)**2
    bump = [-5*(2558722523 - 31403016/2)/11282082432, 0, 100*(882725551 - 15701508/2)/32700410799,
            -25*(443332067 - 31403016/2)/1880347072, 32805*(23143187 - 3489224/2)/199316789632,
            -55*(29972135 - 7076736/2)/822651844, 10*(7414447 - 829305/2)/29380423]
    weights = [square*(3 - 2*part)*b + both*d for b, d in zip(ROWS[6] + [0], bump)]
    weights[0] += part*(part - 1)**2
    weights[6] += square*(part - 1)
    return weights


def plus(stocks, step, weights, slopes):
    return {name: value + step*sum(w*k[name] for w, k in zip(weights, slopes)) for name, value in stocks.items()}


def fixed(rows, weights, nodes):
    def advance(flows, time, stocks, dt):
        slopes = []
        for node, row in zip(nodes, rows):
            slopes.append(flows(time + node*dt, plus(stocks, dt, row, slopes)))
        return plus(stocks, dt, weights, slopes)
    return advance


EULER = fixed([[]], [1], [0])
RK2 = fixed([[], [1]], [1/2, 1/2], [0, 1])
RK4 = fixed([[], [1/2], [0, 1/2], [0, 0, 1]], [1/6, 1/3, 1/3, 1/6], [0, 1/2, 1/2, 1])


class Adaptive:
    """RK45 as docs/use/xmile.md defines it."""

    def __init__(self, dt, tolerance=1e-6):
        self.wanted, self.dt, self.tolerance, self.greatest = dt, dt, tolerance, None

    def trial(self, flows, time, stocks, first, length, end):
        slopes = [first]
        for node, row in list(zip(NODES, ROWS))[1:]:
            stage = plus(stocks, length, row, slopes)
            slopes.append(flows(end if node == 1 else time + node*length, stage))
        error = 0
        for name in stocks:
            off = abs(length*sum(w*k[name] for w, k in zip(ERROR, slopes)))
            flow = max(abs(slopes[0][name]), abs(slopes[6][name]))
            scale = max(self.greatest[name], abs(stage[name]), 0.001*self.dt*flow)
            error = max(error, off/(self.tolerance*scale) if off else 0)
        return stage, slopes, error

    def step(self, flows, time, stocks, first, longest, limit):
        """One accepted step: the time and the stocks after it, and the derivatives of its stages."""
        self.greatest = self.greatest or {name: abs(value) for name, value in stocks.items()}
        refused = False
        while True:
            length = min(self.wanted, longest)
            end = time + length
            if time + 1.01*length >= limit:
                end, length = limit, limit - time
            after, slopes, error = self.trial(flows, time, stocks, first, length, end)
            change = min(max(0.9*error**-0.2, 0.2), 5) if error else 5
            if error > 1:
                self.wanted, refused = length*change, True
                continue
            following = length*(min(change, 1) if refused else change)
            cut = length < self.wanted and length < longest
            self.wanted = max(self.wanted, following) if cut else following
            for name in stocks:
                self.greatest[name] = max(self.greatest[name], abs(after[name]))
            return end, after, slopes

    def __call__(self, flows, time, stocks, end):
        """To the end of a DT, which ends a step."""
        first = flows(time, stocks)
        while time < end:
            time, stocks, slopes = self.step(flows, time, stocks, first, self.dt, end)
            first = slopes[6]
        return stocks


METHODS = {'euler': lambda dt: EULER, 'rk2': lambda dt: RK2, 'rk4': lambda dt: RK4, 'rk45': Adaptive}


def case(name, method, start, steps, dt, stocks, save_every=1, held=None):
    """A model of time, stocks and what holds through a DT, which gives (net flows, other variables, what holds
    through the next DT)."""
    def keep(model):
        def rows():
            advance, now, holds, found = METHODS[method](dt), dict(stocks), held, []
            for k in range(steps + 1):
                time = start + k*dt
                _, saved, following = model(time, now, holds)
                if k % save_every == 0:
                    found.append((time, {**now, **saved}))
                now = advance(lambda t, y: model(t, y, holds)[0], time, now,
                              start + (k + 1)*dt if method == 'rk45' else dt)
                holds = following
            return found
        CASES[name] = rows
        return model
    return keep


def crossing(name, start, steps, dt, stocks, save_every=1):
    """RK45 of a model that is smooth and holds nothing: its steps pass over DT."""
    def keep(flows):
        def rows():
            advance, stop = Adaptive(dt), start + steps*dt
            before = time = start
            first, at, now, slopes, found = flows(start, stocks), stocks, stocks, None, []
            for k in range(0, steps + 1, save_every):
                wanted = start + k*dt
                while time < wanted:
                    before, at = time, now
                    time, now, slopes = advance.step(flows, before, at, first, max(dt, 0.1*(stop - start)), stop)
                    first = slopes[6]
                found.append((wanted, dict(now) if wanted == time else
                              plus(at, time - before, dense((wanted - before)/(time - before)), slopes)))
            return found
        CASES[name] = rows
        return flows
    return keep


# ---- Runge-Kutta 2 (Heun) and 4 ---------------------------------------------------------------------------

@case('method_rk2_decay', 'rk2', 0, 20, 0.5, {'level': 80})
def rk2_decay(t, y, held):
    return {'level': -y['level']/4}, {'loss': y['level']/4}, None


@case('method_rk2_oscillator', 'rk2', 0, 40, 0.25, {'x': 1, 'y': 0})
def rk2_oscillator(t, y, held):
    return {'x': y['y'], 'y': -y['x']}, {}, None


@case('method_rk2_time', 'rk2', 1, 8, 0.5, {'x': 0})
def rk2_time(t, y, held):
    return {'x': t*t}, {'f': t*t}, None


@case('method_rk4_time', 'rk4', 0, 8, 0.5, {'x': 0})
def rk4_time(t, y, held):
    return {'x': 1/(1 + t)}, {'f': 1/(1 + t)}, None


@case('method_rk2_lanchester', 'rk2', 0, 16, 0.25, {'a': 100, 'b': 80})
def rk2_lanchester(t, y, held):
    return {'a': -0.3*y['b'], 'b': -0.2*y['a']}, {}, None


for kind in ('rk2', 'rk4'):
    @case(f'method_{kind}_previous', kind, 0, 8, 0.5, {'x': 2}, held=7)
    def holds_previous(t, y, held):
        return {'x': held - y['x']}, {'before': held}, y['x']


for kind in METHODS:
    @case(f'method_{kind}_step_and_pulse', kind, 0, 32, 0.25, {'x': 0, 'y': 0}, held=0)
    def step_and_pulse(t, y, held):
        f, g = (2 if held >= 3 else 0), (5/0.25 if held in (1.5, 4.5, 7.5) else 0)
        return {'x': f, 'y': g}, {'f': f, 'g': g}, held + 0.25


@case('method_list_with_gear', 'rk2', 0, 6, 0.5, {'level': 80}, save_every=2)
def list_with_gear(t, y, held):
    return {'level': -y['level']/4}, {}, None


@case('method_stop_between_steps', 'euler', 0, 3, 0.3, {'x': 1})
def stop_between_steps(t, y, held):
    return {'x': y['x']}, {'last': 3*0.3}, None


def emptied():
    """The outflow asks for more than there is: it takes all that is there at the start of the first DT."""
    return [(k/2, {'s': 0 if k else 4, 'gone': 4 if k else 0, 'out': 0 if k else 8}) for k in range(7)]


for kind in ('rk2', 'rk4'):
    CASES[f'method_{kind}_non_negative'] = emptied


# ---- RK45 -------------------------------------------------------------------------------------------------

@crossing('method_rk45_decay', 0, 40, 0.25, {'level': 80}, save_every=2)
def rk45_decay(t, y):
    return {'level': -y['level']/4}


@crossing('method_rk45_oscillator', 0, 100, 0.1, {'x': 1, 'y': 0})
def rk45_oscillator(t, y):
    return {'x': y['y'], 'y': -y['x']}


@crossing('method_rk45_polynomial', -1, 12, 0.25, {'x': 3})
def rk45_polynomial(t, y):
    return {'x': 4*t*t*t - 3*t*t + 2}


@case('method_rk45_within_dt', 'rk45', 0, 20, 0.5, {'x': 1})
def rk45_within_dt(t, y, held):
    return {'x': max(1.5*y['x']*(1 - y['x']/10), 0)}, {}, None


@case('method_rk45_previous', 'rk45', 0, 8, 0.5, {'x': 2}, held=7)
def rk45_previous(t, y, held):
    return {'x': held - y['x']}, {'before': held}, y['x']
