/* The engine in node beside the native one: the same members, to 1e-9 relative, at two settings of every lever. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { caseOf, engine, meadow, natively, root, sources, ukraine } from "./support.mjs";

const cases = [["the war", ukraine, join(root, "cases/ukraine/case.yaml"), join(root, "cases/ukraine/posterior")],
  ["hares and foxes", meadow, join(root, "tests/data/meadow/case.yaml"), null]];

/* Two settings of a lever that are not where it rests. */
function settings(lever) {
  const at = (share) => lever.least + lever.step * Math.round((share * (lever.greatest - lever.least)) / lever.step);
  return [0.15, 0.85, 0.5].map(at).filter((v) => v !== lever.rest).slice(0, 2);
}

function states(about, state) {
  const all = [["baseline", state.restState(about)]];
  for (const lever of about.levers)
    for (const value of settings(lever)) {
      const s = state.restState(about);
      s.levers.set(lever.name, value);
      all.push([`${lever.name} at ${value}`, s]);
    }
  return all;
}

/* Both values may be zero or tiny where their terms are large: what is compared is relative to the output's size. */
function furthest(a, b, outputs) {
  const size = new Float64Array(outputs);
  b.forEach((v, i) => { if (Number.isFinite(v)) size[i % outputs] = Math.max(size[i % outputs], Math.abs(v)); });
  let worst = 0;
  a.forEach((v, i) => {
    if (Object.is(v, b[i]) || v === b[i]) return;
    worst = Math.max(worst, Math.abs(v - b[i]) / Math.max(Math.abs(b[i]), 1e-3 * size[i % outputs]) || Infinity);
  });
  return worst;
}

for (const [name, page, path, posterior] of cases) {
  const members = 500, few = 6;
  test(`${name}: all outputs of ${members} members agree with the native engine to 1e-9`, async () => {
    const { about } = caseOf(page()), { state } = await sources(), own = await engine(page());
    const requests = Array.from({ length: members }, (_, m) => ["m", state.request(about, state.restState(about), m, 1, false)]);
    const answers = natively(path, posterior, requests);
    let worst = 0;
    requests.forEach(([, request], m) => {
      const theirs = new Float64Array(answers[m]), ours = own.member(request);
      assert.equal(ours.length, theirs.length);
      worst = Math.max(worst, furthest(ours, theirs, ours.length / (about.months + 1)));
    });
    console.log(`  # greatest relative difference ${worst.toExponential(1)}`);
    assert.ok(worst < 1e-9, `greatest relative difference ${worst}`);
  });

  test(`${name}: every lever at two settings agrees to 1e-9, and ${members} members agree as floats`, async () => {
    const { about } = caseOf(page()), { state } = await sources(), own = await engine(page());
    for (const [label, s] of states(about, state)) {
      const requests = Array.from({ length: few }, (_, m) => ["m", state.request(about, s, m * 83, 1, false)]);
      requests.push(["r", state.request(about, s, 0, members, false)]);
      const answers = natively(path, posterior, requests);
      for (let m = 0; m < few; m++) {
        const theirs = new Float64Array(answers[m]), ours = own.member(requests[m][1]);
        const worst = furthest(ours, theirs, ours.length / (about.months + 1));
        assert.ok(worst < 1e-9, `${label}, member ${m * 83}: greatest relative difference ${worst}`);
      }
      const theirs = new Float32Array(answers[few]);
      own.run(requests[few][1], members, (ours) => {
        let other = 0;
        ours.forEach((v, i) => { if (!Object.is(v, theirs[i]) && !(Math.abs(v - theirs[i]) <= 4e-7 * Math.max(Math.abs(theirs[i]), 1e-3))) other++; });
        assert.ok(other <= 1e-4 * ours.length, `${label}: ${other} of ${ours.length} values differ by more than rounding`);
      });
    }
  });
}

test("every lever of the war changes something", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), own = await engine(ukraine()), members = 40;
  const copy = (s) => own.run(state.request(about, s, 0, members, false), members, (v) => v.slice());
  const base = copy(state.restState(about));
  const all = (lever, value) => {
    const s = state.restState(about);
    s.levers.set(lever.name, value);
    return s;
  };
  /* What counts only beside another lever is looked at beside it. */
  const beside = { "support-from": ["military-europe", 8], "fund-duration": ["fund-size", 100], "fund-start": ["fund-size", 100], "fund-arms": ["fund-size", 100],
    "bond-maturity": ["fund-size", 100], "local-share": ["fund-size", 100], "halt-from": ["halt", 0], "halt-to": ["halt", 0], "sanctions-from": ["sanctions", 0],
    "industry-from": ["supplier-growth", 0.1] };
  for (const lever of about.levers) {
    const other = beside[lever.name], first = all(lever, ["fund-duration", "bond-maturity"].includes(lever.name) ? lever.least : settings(lever)[1]);
    if (other) first.levers.set(...other);
    let before = base;
    if (other) {
      const s = state.restState(about);
      s.levers.set(...other);
      before = copy(s);
    }
    const after = copy(first);
    assert.ok(after.some((v, i) => v !== before[i] && Number.isFinite(v)), `${lever.name} changes nothing`);
  }
});

test("levers move what they should, in the direction they should", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), own = await engine(ukraine()), members = 100;
  const mean = (values, title, label, month) => {
    const q = about.quantities.findIndex((x) => x.title === title && (!label || x.label === label));
    assert.ok(q >= 0, title);
    let sum = 0;
    for (let m = 0; m < members; m++) sum += values[(q * about.months + month) * members + m];
    return sum / members;
  };
  const at = (levers) => {
    const s = state.restState(about);
    Object.entries(levers).forEach(([k, v]) => s.levers.set(k, v));
    return own.run(state.request(about, s, 0, members, false), members, (v) => v.slice());
  };
  const last = about.months - 1, base = at({});
  const ground = "Territory held by Russia", arriving = "Military aid arriving";
  assert.ok(mean(at({ "military-europe": 8 }), arriving, "", last) > mean(base, arriving, "", last));
  assert.ok(mean(at({ "military-europe": 0 }), ground, "", last) > mean(base, ground, "", last));
  assert.ok(mean(at({ "fund-size": 150 }), ground, "", last) < mean(base, ground, "", last));
  assert.ok(mean(at({ sanctions: 0 }), "Liquid reserves", "Russia", last) > mean(base, "Liquid reserves", "Russia", last));
  const stopped = at({ truce: about.data + 6 });
  assert.equal(mean(stopped, "Killed", "both sides", last), 0);
});

test("a moved prior weighs the draws of the fit, and moves what is drawn", async () => {
  const { about } = caseOf(ukraine()), { state, priorOf } = await sources(), own = await engine(ukraine());
  const index = about.parameters.findIndex((p) => p.posterior && p.prior[0] === 2), p = about.parameters[index];
  const s = state.restState(about);
  s.priors.set(index, priorOf(2, p.range[0] * 1.2, p.range[2] * 1.2));
  const weights = own.weigh(state.request(about, s, 0, 300, true), 300);
  assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) / 300 - 1) < 1e-9);
  assert.ok(Math.max(...weights) > 1 && Math.min(...weights) < 1);
  const before = own.run(state.request(about, s, 0, 20, false), 20, (v) => v.slice()), after = own.run(state.request(about, s, 0, 20, true), 20, (v) => v.slice());
  assert.ok(after.some((v, i) => v !== before[i]));
});

test("talks agree with the native ones", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), own = await engine(ukraine());
  const request = state.request(about, state.restState(about), 0, 160, true);
  const ours = JSON.parse(own.talks(request, 1));
  const theirs = JSON.parse(Buffer.from(natively(cases[0][2], cases[0][3], [["t", request]])[0]).toString());
  assert.equal(ours.months.length, theirs.months.length);
  ours.months.forEach((m, j) => {
    assert.ok(Math.abs(m.zone - theirs.months[j].zone) < 0.02 && Math.abs(m.struck - theirs.months[j].struck) < 0.02, `month ${j}`);
  });
});

test("requests that do not belong to the case are refused with a sentence", async () => {
  const { about } = caseOf(meadow()), { state } = await sources(), own = await engine(meadow());
  const good = state.request(about, state.restState(about), 0, 10, false);
  for (const [at, value] of [[0, 99], [1, -1], [2, 0], [2, 1e9], [4, 7], [5, 3], [0, NaN], [0, 0.5]]) {
    const bad = good.slice();
    bad[at] = value;
    assert.throws(() => own.run(bad, 10, () => 0), /request/);
  }
});

test("the archive is the same bytes whichever way it is written", async () => {
  const { archiveBytes } = await sources(), { parts, archive } = caseOf(ukraine());
  assert.deepEqual([...new Set(parts.map((p) => p[0]))].sort(), ["b", "t"]);
  assert.ok(Buffer.from(archiveBytes(parts)).equals(Buffer.from(archive, "base64")));
  assert.ok(Buffer.from(archiveBytes(archive)).equals(Buffer.from(archive, "base64")));
});

test("the page is less than 1.5 MB as web servers compress it", () => {
  const size = readdirSync(ukraine()).reduce((sum, name) => sum + gzipSync(readFileSync(join(ukraine(), name)), { level: 6 }).length, 0);
  console.log(`  # ${size} bytes by gzip`);
  assert.ok(size < 1_500_000, `${size} bytes`);
});

test("an archive that is damaged is refused with a sentence", async () => {
  const { Engine } = await sources();
  const wasm = readFileSync(join(root, "build-web/web/engine.wasm")), bytes = Buffer.from(caseOf(meadow()).archive, "base64");
  const open = (b) => Engine.open(wasm, b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
  const flipped = Buffer.from(bytes);
  flipped[100] ^= 1;
  await assert.rejects(open(flipped), /damaged/);
  await assert.rejects(open(bytes.subarray(0, bytes.length - 9)), /damaged/);
  await assert.rejects(open(Buffer.from("no case at all, but long enough for a head")), /not a case/);
});
