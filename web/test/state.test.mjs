/* Addresses: what differs from the baseline, versions, migrations, and every link ever published. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { join } from "node:path";
import { caseOf, make, meadow, meadowWith, root, sources, ukraine } from "./support.mjs";

test("an address says what differs from the baseline, and opens as it was written", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources();
  const s = state.restState(about);
  s.scenario = about.scenarios.findIndex((x) => x.name === "common-fund");
  s.levers.set("fund-size", 75).set("support-from", about.data + 3);
  s.priors.set(2, [2, 10, 0.5, 0, 0]);
  s.month = 60;
  const written = state.write(about, s), opened = state.read(about, `#${written}`);
  assert.deepEqual(opened.state, s);
  assert.deepEqual([opened.lost, opened.otherEdition, opened.newer], [[], false, false]);
  assert.equal(state.write(about, state.restState(about)), `v=2&c=${about.hash.slice(0, 8)}`);
});

test("terms of talks are in the address, as they differ from the deal they begin with", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), s = state.restState(about);
  const deal = about.talks.deals.findIndex((d) => d.name === "freeze-force"), scenario = about.scenarios.findIndex((x) => x.name === "common-fund");
  s.terms = { ...state.termsOf(about, deal), place: 500, relief: 0.5, guarantee: 2, branch: scenario, probability: 0.25 };
  const written = state.write(about, s), opened = state.read(about, `#${written}`);
  assert.match(written, /d=freeze-force&t.line=500&t.guarantee=alliance&t.relief=0.5&t.branch=common-fund%2C0.25$/);
  assert.deepEqual(opened.state, s);
  assert.deepEqual(state.read(about, "#v=3&t.guarantee=none&t.relief=much&d=no-deal").lost, ["no-deal", "none", "t.relief"]);
  assert.equal(state.read(about, "#v=3&t.guarantee=paper").state.terms, null);
  assert.equal(state.read(about, "#v=3&t.line=1e9").state.terms.place, state.places(about, about.talks.reference)[1]);
});

test("what the case no longer has, another edition and a newer page are told", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources();
  const opened = state.read(about, "#v=9&c=00000000&l.no-such-lever=3&l.fund-size=abc&l.fund-size=20&s=nowhere");
  assert.deepEqual(opened.lost, ["no-such-lever", "fund-size", "nowhere"]);
  assert.ok(opened.otherEdition && opened.newer);
  assert.equal(opened.state.levers.get("fund-size"), 20);
});

test("names in an address are told few, short and plain", async () => {
  const { state } = await sources();
  assert.deepEqual(state.toldOf(["a\u202Eb\u0007", "", "x".repeat(60000)]), ["ab", "–", `${"x".repeat(40)}…`]);
  assert.equal(state.toldOf(Array(3000).fill("a")).length, 5);
});

test("priors, months and branches that the page does not write are left out", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), fixed = about.parameters.find((p) => p.prior[0] === 0)?.name;
  for (const prior of ["2,-1,0.2,0,0", "9,1,1,1,1", "3,2,1,0,0", "1,1,-1,0,0", "0,5,0,0,0", ",,,,", "2,1,0.2,1,0", "2,1,NaN,0,0"])
    assert.deepEqual(state.read(about, `#v=2&p.fire+exponent=${prior}`).lost, ["fire exponent"], prior);
  if (fixed) assert.deepEqual(state.read(about, `#v=2&${new URLSearchParams({ [`p.${fixed}`]: "1,1,1,0,0" })}`).lost, [fixed]);
  for (const branch of ["actual,0.5", "no-halt,7", "no-halt,", "no-halt", ","])
    assert.deepEqual(state.read(about, `#v=2&t.branch=${branch}`), { ...state.read(about, "#v=2"), lost: ["t.branch"] }, branch);
  assert.deepEqual(state.read(about, "#v=2&m=1999-01").lost, ["1999-01"]);
});

test("the last of two values in an address holds, and terms of talks that a case has not are told", async () => {
  const { about } = caseOf(meadow()), { state } = await sources();
  assert.deepEqual([...state.read(about, "#v=2&l.hunting=0.3&l.hunting=0").state.levers], []);
  assert.deepEqual(state.read(about, "#v=2&d=freeze&t.relief=0.5").lost, ["d", "t.relief"]);
});

test("keys move by the periods of the case", async () => {
  const { keyed, words } = await sources(), of = (date) => ({ dates: [date], months: 100 });
  for (const [date, page, told] of [["2024-01", 12, "a year"], ["2024-01-31", 7, "a week"], ["2024-W05", 4, "four weeks"], ["2024", 10, "ten years"]]) {
    const move = (key) => keyed(of(date), key, 50);
    assert.deepEqual(["PageUp", "PageDown", "ArrowRight", "ArrowLeft", "Home", "End", "x"].map(move), [50 + page, 50 - page, 51, 49, 0, 99, null]);
    assert.ok(words.instructions({ 12: "month", 7: "day", 4: "week", 10: "year" }[page]).endsWith(`by ${told}.`));
  }
});

test("ends of an interval differ where it is narrow, and texts have room", async () => {
  const { plain, leftOf, wrapped, words } = await sources();
  assert.deepEqual([plain(106900, 800), plain(107700, 800), plain(0.001234, 10), plain(1234)], ["106,900", "107,700", "0.00123", "1,230"]);
  const band = (high) => ({ low: [0], high: [high] });
  const left = (high) => leftOf({ data: 1, months: 1 }, { lines: [{ median: [high], narrow: band(high), wide: band(high), base: null, points: [] }], zero: true, difference: false });
  assert.equal(left(100), 52);
  assert.ok(left(4e8) >= 80);
  assert.deepEqual(wrapped("one two three", 8), ["one two", "three"]);
  assert.match(words.assumed(5, 1), /variance of the parameter it rests on\.$/);
});

test("a scenario that is chosen cannot come instead of itself", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), s = state.restState(about);
  s.terms = { ...state.restTerms(about), branch: 1 };
  state.choose(about, s, 2);
  assert.equal(s.terms.branch, 1);
  state.choose(about, s, 1);
  assert.equal(s.terms, null);
});

test("levers of months do not depend on the time at which the model begins", async () => {
  const { state } = await sources(), { about: plain } = caseOf(meadow());
  const later = meadowWith({ "model.xmile": [["<start>0</start><stop>60</stop>", "<start>12</start><stop>72</stop>"],
    ["(death_rate + hunting)", "(death_rate + IF TIME > last_hunt THEN 0 ELSE hunting)"],
    ["</variables>", '<aux name="last hunt"><eqn>1000</eqn><units>months</units></aux></variables>']],
    "case.yaml": [["default: 2025-01}", "default: 2025-01}\n  stop: {title: Hunting ends in, group: Hunting, variable: last hunt, range: [2024-06, 2028-12]}"]] });
  const { about } = caseOf(make(later)), s = state.restState(about), lever = (c, name) => c.levers.find((l) => l.name === name);
  for (const key of ["least", "greatest", "rest"]) assert.equal(lever(about, "hunting-from")[key], lever(plain, "hunting-from")[key]);
  s.levers.set("stop", 20).set("hunting", 0.2).set("hunting-from", 18);
  const made = Object.fromEntries(state.changes(about, s).map((x) => [x.lever.name, x]));
  assert.equal(made.stop.value, 32); // in the model's time
  assert.equal(made.hunting.first, 18);
  assert.match(state.write(about, s), /hunting-from=2025-07.*stop=2025-09/);
  assert.match(state.yaml(about, s, ""), /"last hunt", set: 2025-09/);
});

test("points stand on the scale of an output", async () => {
  const { shownAs } = await sources(), observed = { scale: 4, offset: 2 };
  assert.equal(shownAs(observed, { scale: 10, offset: 5, change: false }, 14), 35);
  assert.equal(shownAs(observed, { scale: 10, offset: 5, change: true }, 14), 30);
  const shifted = meadowWith({ "case.yaml": [["title: Hares,", "title: Hares, scale: 10, offset: 5,"]] });
  assert.deepEqual(caseOf(make(shifted)).about.quantities.map((q) => [q.scale, q.offset]), [[10, 5], [1, 0], [1, 0]]);
});

test("points are corrected by the median of the fit, and a prior stays within its bounds", async () => {
  const { about } = caseOf(ukraine()), { priorOf } = await sources(), named = (name) => about.parameters.find((p) => p.name === name);
  assert.equal(about.observations.find((o) => /ISW/.test(o.title)).offset, named("offset of isw").posterior[1]);
  assert.deepEqual(priorOf(4, 0.01, 0.3, [0, 1]).slice(1, 3), [0, 0.3 + 0.29 / 18]);
  assert.equal(priorOf(4, -0.1, 0.3, [0, 1]), null);
});

test("numbers beyond a lever's range are brought into it", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources();
  assert.equal(state.read(about, "#v=2&l.fund-size=1e9").state.levers.get("fund-size"), 150);
});

test("every link ever published opens as it was meant", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources();
  const links = JSON.parse(readFileSync(join(root, "web/test/links.json"), "utf8"));
  for (const { link, levers, scenario } of links) {
    const opened = state.read(about, link);
    assert.deepEqual(opened.lost, [], link);
    assert.deepEqual(Object.fromEntries(opened.state.levers), levers, link);
    assert.equal(about.scenarios[opened.state.scenario].name, scenario, link);
  }
});

test("the scenario of an address is a file that truce run reads", async () => {
  const { about } = caseOf(meadow()), { state } = await sources();
  const s = state.restState(about);
  s.levers.set("hunting", 0.2).set("room", 1.5);
  const yaml = state.yaml(about, s, "https://example.org/#x\ny: z");
  assert.match(yaml, /variable: "hunting", from: 2025-01, value: 0.2/);
  assert.match(yaml, /variable: "room", scale: 1.5/);
  assert.ok(!/^y: z/m.test(yaml));
});

test("an axis has two ticks or more, and a small difference a digit", async () => {
  const { ticks, stepOfDifference } = await sources();
  assert.deepEqual(ticks(-0.08, 0.06, 3).map((x) => x.toFixed(2)), ["-0.05", "0.00", "0.05"]);
  for (let high = 0.1; high < 10; high *= 1.07) for (const most of [3, 5]) for (const low of [0, -0.7 * high]) {
    const { length } = ticks(low, high, most);
    assert.ok(length >= 2 && length <= most + 1, `${low} to ${high}: ${length}`);
  }
  assert.equal(stepOfDifference(0.004, -0.1, 0.4), 0.001);
  assert.equal(stepOfDifference(0.2, -0.1, 0.4), 0.01);
  assert.equal(stepOfDifference(1e-9, -0.1, 0.4), 0.0001);
});

test("cells of the CSV file are text to a spreadsheet", async () => {
  const { cell } = await sources();
  for (const [text, written] of [["Front", "Front"], ["a, b", '"a, b"'], ['a "b"', '"a ""b"""'], ["a\rb", '"a\rb"'], ["=1+1", `"'=1+1"`],
    ["@x", `"'@x"`], ["\t1", `"'\t1"`], ["\uFF1D1", `"'\uFF1D1"`], ["x=1", "x=1"]])
    assert.equal(cell(text), written);
});
