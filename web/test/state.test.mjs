/* Addresses: what differs from the baseline, versions, migrations, and every link ever published. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { join } from "node:path";
import { caseOf, meadow, root, sources, ukraine } from "./support.mjs";

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

test("cells of the CSV file are text to a spreadsheet", async () => {
  const { cell } = await sources();
  for (const [text, written] of [["Front", "Front"], ["a, b", '"a, b"'], ['a "b"', '"a ""b"""'], ["a\rb", '"a\rb"'], ["=1+1", `"'=1+1"`],
    ["@x", `"'@x"`], ["\t1", `"'\t1"`], ["\uFF1D1", `"'\uFF1D1"`], ["x=1", "x=1"]])
    assert.equal(cell(text), written);
});
