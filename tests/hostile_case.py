#!/usr/bin/env python3
"""A case in which every name and text is made to harm, for tests/hostile.sh, and the reading of what commands make of it.

    hostile_case.py make FOLDER          writes case, model, data and claims
    hostile_case.py name WORDS           the name of a variable as it is shown
    hostile_case.py text FILE...         nothing that a terminal obeys or that turns the direction of writing
    hostile_case.py page FILE...         pages: as text; scripts, pictures and frames are not elements; a policy is there
    hostile_case.py table FILE...        tables: as text; no cell that a spreadsheet takes for a formula
    hostile_case.py json FILE...         JSON: read, and every string in it as text
    hostile_case.py script FILE...       case.js of a page: as text; no markup; what it says of the case as JSON
"""
import csv
import html.parser
import json
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree

# Quotes and commands of gnuplot, of a shell, of HTML and of printf; sequences of a terminal; what turns directions.
ACTS = "''`touch mark`$(touch mark)\"><script>document.title=1</script><img src=x onerror=alert(1)>%s%n{/*Bold}&amp; ]]> --> */ ?>"
TURNS = "\x1b]0;title\x07\x1b[31m\x9b31m\u202e\u2066\u2028\x7f"


def text(words):
    """Words that are shown."""
    return "=" + words + ACTS + TURNS


def name(words):
    """Words that others refer to: of a variable, a scenario, a column. XML allows no C0 in them."""
    return "=" + words + "'`touch mark`<script>\x9b31m\u202e%n"


def long(words):
    """A text of letters of three bytes each, for whoever cuts texts by bytes."""
    return "=" + words + 80 * "\u20b4" + ACTS + TURNS


def yaml(words):
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join("\\u%04x" % ord(c) if ord(c) < 32 or ord(c) > 126 else c for c in escaped) + '"'


def markup(words):
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


VARIABLES = ["held", "advance", "drift", "truce date", "resumption date", "fighting", "cost to defender", "cost to attacker",
             "defender gone", "attacker gone", "aid", "force"]

MODEL = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><name>{text:model}</name><vendor>{text:vendor}</vendor><product version="1">{text:product}</product></header>
<sim_specs time_units="month"><start>0</start><stop>8</stop><dt>1</dt></sim_specs>
<dimensions><dim name="Side"><elem name="defender"/><elem name="attacker"/></dim></dimensions>
<model><variables>
<aux name="[force]"><dimensions><dim name="Side"/></dimensions><eqn>3 + TIME</eqn><units>{text:unit}</units></aux>
<stock name="[held]"><doc>{text:doc}</doc><eqn>50</eqn><inflow>"[advance]"</inflow><units>km2</units></stock>
<flow name="[advance]"><eqn>"[fighting]" * ("[drift]" + NORMAL(0, 6)) + 0 * "[aid]"</eqn><units>km2/month</units></flow>
<aux name="[drift]"><doc>{text:doc}</doc><eqn>1</eqn><units>km2/month</units></aux>
<aux name="[aid]"><eqn>1</eqn><units>km2/month</units></aux>
<aux name="[truce date]"><eqn>10000</eqn><units>month</units></aux>
<aux name="[resumption date]"><eqn>20000</eqn><units>month</units></aux>
<aux name="[fighting]"><eqn>IF TIME &lt; "[truce date]" OR TIME &gt;= "[resumption date]" THEN 1 ELSE 0</eqn><units>1</units></aux>
<aux name="[cost to defender]"><eqn>0.05 * "[fighting]"</eqn><units>1</units></aux>
<aux name="[cost to attacker]"><eqn>0.02 * "[fighting]"</eqn><units>1</units></aux>
<aux name="[defender gone]"><eqn>IF "[held]" &gt; 90 THEN 1 ELSE 0</eqn><units>1</units></aux>
<aux name="[attacker gone]"><eqn>IF "[held]" &lt; 10 THEN 1 ELSE 0</eqn><units>1</units></aux>
</variables></model></xmile>
"""

CELLS = """{UTF-8}
Side: GET DIRECT SUBSCRIPT('cells.csv', ',', 'A1', 'C1', '') ~~|
seen:RAW: := GET DIRECT DATA('cells.csv', ',', '2', 'B3') ~~|
force[Side] = 3 + Time + seen ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 8 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""

CASE = """truce: 1
title: {text:title}
description: {text:description}
model: model.xmile
horizon: {{start: 2024-01, end: 2024-08}}
data end: 2024-04
names: {{defender: {long:lowland}, attacker: {long:highlands}}}
front: {{variable: {name:held}, gains: attacker, loses: defender}}
sources:
  ministry: {{text: {text:source}, url: "https://example.org/?a=<script>", date: 2024-07, licence: {text:licence}}}
series:
  - {{variable: {name:aid}, file: series.csv, column: {name:column}, units: km2/month, source: ministry,
     beyond: {{mean of last: 2}}}}
parameters:
  - {{variable: {name:drift}, prior: {{normal: {{mean: 1, sd: 0.5}}}}, units: km2/month, source: ministry,
     note: {text:note}}}
  - {{name: {name:offset}, prior: {{normal: {{mean: 0, sd: 1}}}}, judgement: true, note: {text:note}}}
observations:
  - {{name: {name:seen}, title: {text:seen}, variable: {name:held}, file: series.csv, column: {name:seen}, units: km2,
     source: ministry, offset: {name:offset}, error: {{normal: 2}}, issues: {text:issues}}}
  - {{name: {long:again}, title: {long:again}, variable: {name:held}, file: series.csv, column: {name:seen}, units: km2,
     source: ministry, error: {{normal: 5}}}}
scenarios:
  actual: {{title: {text:actual}, note: {text:note}}}
  push: {{title: {long:push}, note: {text:note}, from: actual, changes: [{{variable: {name:drift}, from: 2024-06, value: 4}}]}}
outputs:
  - {{variable: {name:held}, title: {text:held}, section: front, units: {text:unit}, chart: true}}
  - {{variable: {name:drift}, title: {text:drift}, section: forces, units: {text:unit}, chart: true}}
  - {{variable: {name:force}, title: {text:force}, section: forces, units: {text:unit}, chart: true}}
milestones:
  - {{variable: {name:held}, title: {long:milestone}, above: 52, months: 2}}
shortages:
  - {{variable: {name:fighting}, title: {text:shortage}, below: 2, months: 2}}
events:
  - {{month: 2024-02, label: {text:event}}}
levers:
  lever: {{title: {long:lever}, note: {text:note}, group: {text:group}, variable: {name:drift}, change: value, range: [0, 5],
     units: {text:unit}, source: ministry}}
talks:
  line: {{variable: {name:held}, defender wants: 0, attacker wants: 100}}
  state: [{name:held}]
  burden: {{defender: {name:cost to defender}, attacker: {name:cost to attacker}}}
  collapsed: {{defender: {name:defender gone}, attacker: {name:attacker gone}}}
  truce: {name:truce date}
  resumption: {name:resumption date}
  from: 2024-04
  stake: {{defender: {{prior: {{lognormal: {{p05: 2, p95: 20}}}}, judgement: true, note: {text:note}}}, attacker: 2}}
  dictated: {{defender: 3, attacker: 1}}
  discount: {{defender: 0.1, attacker: 0.05}}
  relief: {{defender: 0, attacker: 0.2}}
  proposer: 0.5
  incidents: 0.05
  renewed war: 12
  reference: {long:freeze}
  guarantees:
    words: {{title: {text:words}, note: {text:note}, penalty: {{defender: 0.1, attacker: 0.1}}, hazard ratio: 1}}
  deals:
    {long:freeze}: {{title: {text:freeze}, note: {text:note}, line: contact, guarantee: words}}
    {name:retreat}: {{title: {long:retreat}, line: 0, guarantee: words}}
"""

CLAIMS = """as-of: 2024-05-13
claims:
  - id: {name:claim}
    claim: {text:claim}
    speaker: {text:speaker}
    said-on: {text:said}
    first-appearance: {text:first}
    basis: model
    window: {text:window}
    test: {test}
    evidence: {text:evidence}
    corrections: {text:corrections}
"""


def fill(form, quote):
    kinds = {"text": text, "name": name, "long": long}
    form = re.sub(r"\{(text|name|long):([^{} ][^{}]*)\}", lambda m: quote(kinds[m[1]](m[2])), form)
    return form.replace("{{", "{").replace("}}", "}")


def make(folder):
    os.makedirs(folder, exist_ok=True)

    def write(path, content):
        with open(os.path.join(folder, path), "w", encoding="utf-8", newline="") as f:
            f.write(content)

    # XML allows no C0: names and texts of a model keep the rest.
    model = fill(MODEL, lambda words: markup(re.sub(r"[\x00-\x1f]", "", words)))
    for variable in VARIABLES:
        model = model.replace("[%s]" % variable, markup(name(variable)))
    write("model.xmile", model)
    write("case.yaml", fill(CASE, yaml))
    test = yaml('change "%s" 2024-01..2024-06 > 0' % name("held"))
    write("claims.yaml", fill(CLAIMS, yaml).replace("{test}", test))
    cells = ["month", name("column"), name("seen")]
    rows = [["2024-%02d" % m, 1 + m, 50 + m] for m in range(1, 5)]
    # Elements and numbers of a Vensim model that come from a table.
    write("cells.mdl", CELLS)
    with open(os.path.join(folder, "cells.csv"), "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([[text("first"), name("second"), "third"], [0, 4, 8], [1, "2" + TURNS, 3]])
    with open(os.path.join(folder, "series.csv"), "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([cells] + rows)


# ---- Reading ------------------------------------------------------------------------------------------------

HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def check_text(words, where):
    found = HARM.search(words)
    assert not found, "%s: U+%04X in %r" % (where, ord(found[0]), words[max(0, found.start() - 40):found.end() + 20])


def content(path):
    with open(path, encoding="utf-8", newline="") as f:
        words = f.read()
    check_text(words.replace("\r\n", "\n"), path)
    return words


class Page(html.parser.HTMLParser):
    """Elements that act, and attributes that do."""
    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "img", "image", "iframe", "object", "embed", "foreignobject", "base", "form", "link"), tag
        for key, value in attributes:
            assert not key.startswith("on"), key
            assert key != "style", "a style of an element's own"
            data = re.match(r"data:(image/svg\+xml|text/csv),(.*)", value or "", re.S)
            if key == "href" and data:  # a chart to be kept: looked at as pages and tables are
                words = urllib.parse.unquote(data[2])
                check_text(words.replace("\r\n", "\n"), "a chart")
                if data[1] == "text/csv":
                    check_cells(words, "a chart")
                else:
                    Page().feed(words)
                continue
            assert key not in ("href", "xlink:href", "src") or re.match(r"https?://|#|mailto:", value or ""), value[:60]


def check_page(path):
    words = content(path)
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', words)
    assert policy and policy[1].startswith("default-src 'none'"), "%s has no policy" % path
    Page().feed(words)
    if "<script" not in words:  # pages of answers are XML as well
        xml.etree.ElementTree.fromstring(words.partition("\n")[2])


def check_cells(words, where):
    for row in csv.reader(words.splitlines(keepends=True)):
        for cell in row:
            assert not re.match(r"[=+\-@\t\r]", cell) or re.fullmatch(r"[+-]?(\d[\d.]*(e[+-]?\d+)?|inf|nan)", cell), \
                "%s: the cell %r" % (where, cell)


def check_table(path):
    check_cells(content(path), path)


def check_value(value, path):
    if isinstance(value, str):
        check_text(value, path)
    elif isinstance(value, list):
        for each in value:
            check_value(each, path)
    elif isinstance(value, dict):
        check_value(list(value.keys()) + list(value.values()), path)


def check_json(path):
    check_value(json.loads(content(path)), path)


def check_script(path):
    words = content(path)
    assert "<" not in words, "%s: markup" % path
    about = re.fullmatch(r'"use strict";\nvar truceCase = (\{.*\})\n;\nvar truceArchive=\[("[tb][^"]*",?\n?)*\];\n', words, re.S)
    assert about, "%s: more than two values" % path
    check_value(json.loads(about[1]), path)


def main():
    if sys.argv[1] == "make":
        make(sys.argv[2])
        return
    if sys.argv[1] == "name":
        sys.stdout.write(HARM.sub("\ufffd", name(sys.argv[2])))
        return
    check = {"text": content, "page": check_page, "table": check_table, "json": check_json, "script": check_script}[sys.argv[1]]
    for path in sys.argv[2:]:
        check(path)


main()
