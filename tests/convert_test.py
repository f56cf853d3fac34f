#!/usr/bin/env python3
"""Models converted to the other language and back give the same numbers as they were.

usage: tests/convert_test.py TRUCE [MODEL...]

Without models: all of models/, docs/example, tests/vensim and tests/conformance. A model that the other language
cannot say must be refused with its file and line; how many may be is counted, and asked for below.
"""

import csv
import glob
import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MOST_REFUSED = {'models': 0, 'docs': 0, 'tests/vensim': 6, 'tests/conformance': 118}
TOLERANCE = 1e-9


def fold(name):
    return re.sub(r' element( \d+)?(?=[,\]])', '', ' '.join(name.replace('_', ' ').casefold().split()))


def spelled(name):
    """As XMILE folds names: what only looks alike stays apart."""
    return re.sub('[ \n\t\r\u00a0_]+', ' ', name).strip().lower()


def numbers(program, model):
    done = subprocess.run([program, 'run', model], capture_output=True, text=True)
    if done.returncode:
        return None, done.stderr.strip()
    rows = list(csv.reader(done.stdout.splitlines()))
    return {fold(name): [float(row[i]) for row in rows[1:]] for i, name in enumerate(rows[0])}, ''


def same(one, other):
    return len(one) == len(other) and all(
        a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= TOLERANCE*max(1, abs(a), abs(b))
        for a, b in zip(one, other))


def compare(before, after):
    missing = [name for name in before if name not in after]
    # An element without an equation, which a table of Vensim does not show.
    missing = [name for name in missing if not all(math.isnan(value) for value in before[name])]
    if missing:
        return f'"{missing[0]}" is missing (and {len(missing) - 1} more)'
    wrong = [name for name in before if name in after and not same(before[name], after[name])]
    return f'"{wrong[0]}" is {after[wrong[0]][:3]}, not {before[wrong[0]][:3]}' if wrong else None


def drawing(path):
    """What is wrong with the views of a converted file: a page for each sector, and every variable once, apart."""
    space = '{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}'
    model = xml.etree.ElementTree.parse(path).getroot().find(space + 'model')
    kinds = [space + kind for kind in ('stock', 'flow', 'aux')]
    there = {(v.tag, spelled(v.get('name'))) for v in model.find(space + 'variables') if v.tag in kinds}
    pages = model.findall(f'{space}views/{space}view')
    drawn = [(v.tag, spelled(v.get('name'))) for page in pages for v in page if v.tag in kinds]
    if sorted(drawn) != sorted(there):
        return f'{len(there)} variables are drawn as {len(drawn)} figures'
    for page in pages:
        places = [(v.get('x'), v.get('y')) for v in page if v.tag in kinds]
        names = {spelled(v.get('name')) for v in page if v.tag in kinds}
        if not names or len(set(places)) != len(places):
            return f'figures lie on one another, or there are none, in "{page.get("name")}"'
        for arrow in page.findall(space + 'connector'):
            if not {spelled(arrow.findtext(space + end)) for end in ('from', 'to')} <= names:
                return f'an arrow leaves "{page.get("name")}"'
    return None


def standing(path):
    """What of a file of Vensim does not stand directly behind "=", where alone Vensim takes it."""
    with open(path, encoding='utf-8') as stream:
        text = stream.read()
    for call in re.finditer(r'(?<!ACTIVE )(?<!\w)(?:INITIAL|DELAY FIXED|SAMPLE IF TRUE)\(', text):
        if not text[:call.start()].rstrip(' \n\t\\').endswith('='):
            return f'"{text[call.start():call.start() + 40]}" stands within an equation'
    return None


def round_trip(program, model, scratch):
    """What went wrong, 'refused: ...' when a language cannot say it, or None."""
    before, reason = numbers(program, model)
    if before is None:
        return None if 'has no equation and no data' in reason else f'cannot run: {reason}'
    path = model
    for end in ('mdl', 'xmile') if not model.endswith('.mdl') else ('xmile', 'mdl'):
        output = os.path.join(scratch, 'model.' + end)
        done = subprocess.run([program, 'convert', path, '-o', output, '--force'], capture_output=True, text=True)
        if done.returncode:
            named = re.search(r':\d+: ', done.stderr)
            return ('refused: ' if named and done.returncode == 2 else 'failed: ') + done.stderr.strip()
        after, reason = numbers(program, output)
        problem = f'cannot run: {reason}' if after is None else compare(before, after)
        problem = problem or (drawing(output) if end == 'xmile' else standing(output))
        if problem:
            return f'as {end}: {problem}'
        path = output
    return None


# Names that the other language gives a meaning of its own, or that a conversion needs; and whether they are refused.
LONG = 'a name, which is so long that lines are broken before and after it, but not within it'
GRAPH = '<gf type="extrapolate"><xscale min="0" max="1"/><ypts>0,2,3</ypts></gf>'
CLASHES = {
    '<aux name="x lookup"><eqn>7</eqn></aux>'
    f'<aux name="x"><eqn>TIME / 5</eqn>{GRAPH}</aux><aux name="y"><eqn>x_lookup + x</eqn></aux>': False,
    '<aux name="v"><dimensions><dim name="D"/></dimensions><eqn>D + TIME</eqn></aux><aux name="D"><eqn>1</eqn></aux>'
    '<aux name="D range"><eqn>2</eqn></aux><aux name="a"><eqn>D + v[a]</eqn></aux>'
    '<aux name="a element"><eqn>3 + v[b]</eqn></aux>': False,
    '<aux name="v"><dimensions><dim name="D"/></dimensions><eqn>D * 3 - TIME</eqn></aux>'
    '<aux name="y"><eqn>MAX(1, MIN(v[*] * 2, 4)) + SUM(MAX(v, 2))</eqn></aux><aux name="z"><eqn>MIN(v, 5)</eqn></aux>':
        False,
    '<aux name="v"><dimensions><dim name="D"/></dimensions><eqn>D</eqn></aux><aux name="y"><eqn>MEAN(v[*], 0)</eqn></aux>':
        True,
    f'<aux name="a\\&quot;b"><eqn>TIME</eqn></aux><aux name="{LONG}"><eqn>2</eqn></aux>'
    f'<aux name="y"><eqn>"a\\&quot;b" + "{LONG}"</eqn></aux>': False,
    '<aux name="y"><eqn>COUNTER(5, 2)</eqn></aux>': False,
    '<aux name="saveper"><eqn>1</eqn></aux><aux name="Final Time"><eqn>10</eqn></aux>': False,
    '<group name="G"><entity name="x"/></group><group name="H"/><group name="G"><entity name="y"/></group>'
    '<aux name="x"><eqn>TIME</eqn></aux><aux name="y"><eqn>x</eqn></aux>': False,
    '<aux name="saveper"><eqn>7</eqn></aux>': True,
    '<aux name="Final Time"><eqn>3</eqn></aux>': True,
    '<aux name="initial time"><eqn>TIME</eqn></aux>': True,
}


def clashes(program, scratch):
    """What went wrong with names that have another meaning in Vensim."""
    for variables, refused in CLASHES.items():
        path = os.path.join(scratch, 'clash.xmile')
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write('<xmile version="1.0"><header><name>clash</name></header><sim_specs><start>0</start>'
                         '<stop>10</stop><dt>1</dt></sim_specs><dimensions><dim name="D"><elem name="a"/>'
                         f'<elem name="b"/></dim></dimensions><model><variables>{variables}</variables></model></xmile>')
        problem = round_trip(program, path, scratch)
        if LONG in variables and not problem:
            with open(os.path.join(scratch, 'model.mdl'), encoding='utf-8') as stream:
                problem = None if stream.read().count(f'"{LONG}"') == 2 else 'a name is broken'
        if bool(problem) != refused or (refused and not problem.startswith('refused')):
            yield f'{variables}: {problem or "not refused"}'


def main(arguments):
    program, chosen = arguments[0], [name for name in arguments[1:] if name != '-v']
    models = chosen or sorted(
        glob.glob(os.path.join(ROOT, 'models', '*.xmile')) + glob.glob(os.path.join(ROOT, 'docs/example/*.xmile')) +
        glob.glob(os.path.join(ROOT, 'tests/vensim/*/model.mdl')) +
        glob.glob(os.path.join(ROOT, 'tests/conformance/*/model.xmile')))
    wrong, refused = 0, {}
    with tempfile.TemporaryDirectory() as scratch:
        for model in models:
            name = os.path.relpath(model, ROOT)
            problem = round_trip(program, model, scratch)
            if problem and problem.startswith('refused'):
                part = next((part for part in MOST_REFUSED if name.startswith(part + '/')), '')
                refused.setdefault(part, []).append(name)
                if chosen or '-v' in sys.argv:
                    print(name, problem)
            elif problem:
                print(f'FAILED  {name}: {problem}')
                wrong += 1
        for problem in clashes(program, scratch) if not chosen else ():
            print(f'FAILED  {problem}')
            wrong += 1
    for part, names in refused.items():
        if len(names) > MOST_REFUSED.get(part, 0) and not chosen:
            print(f'FAILED  {len(names)} models of {part} were refused: {" ".join(names)}')
            wrong += 1
    count = sum(map(len, refused.values()))
    print(f'{len(models) - count - wrong} of {len(models)} models came back with their numbers; {count} were refused')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
