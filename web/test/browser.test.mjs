/* The page in Chromium: from http and from a file, levers against the native numbers, links, downloads, bad cases,
 * accessibility, and nothing loaded from elsewhere. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, caseOf, folder, make, meadow, natively, ready, root, serve, sources, truce, ukraine } from "./support.mjs";

let chromium, server;
before(async () => { chromium = await browser(); server = await serve(ukraine()); });
after(async () => { await chromium?.close(); server?.stop(); });

async function tab(options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage(), faults = [], asked = [];
  page.on("pageerror", (e) => faults.push(e.message));
  page.on("console", (m) => { if (m.type() === "error") faults.push(m.text()); });
  page.on("request", (r) => asked.push(r.url()));
  return { page, faults, asked, close: () => context.close() };
}

/* The page's policy forbids playwright's own way of waiting. */
async function until(page, holds) {
  for (let i = 0; i < 1200 && !(await page.evaluate(holds)); i++) await page.waitForTimeout(100);
  assert.ok(await page.evaluate(holds), String(holds));
}

/* The address follows what is moved, a little later. */
async function addressed(page, pattern, has = true) {
  for (let i = 0; i < 300 && pattern.test(page.url()) !== has; i++) await page.waitForTimeout(50);
  (has ? assert.match : assert.doesNotMatch)(page.url(), pattern);
}

test("it opens from http and asks nobody else", async () => {
  const { page, faults, asked, close } = await tab();
  assert.equal(await ready(page, server.url), "yes");
  await page.waitForTimeout(500);
  assert.deepEqual(faults, []);
  assert.deepEqual(asked.filter((u) => !u.startsWith(server.url) && !u.startsWith("blob:") && !u.startsWith("data:")), []);
  assert.match(await page.textContent(".trust"), /not good at/);
  const trust = await page.locator(".trust").boundingBox();
  assert.ok(trust.y + trust.height < 900, "the record is on the first screen");
  await close();
});

test("it opens from a file, offline", async () => {
  const { page, faults, close } = await tab({ offline: true });
  assert.equal(await ready(page, `file://${join(ukraine(), "index.html")}`), "yes");
  assert.deepEqual(faults, []);
  await close();
});

test("what the charts show is what the native engine computes", async () => {
  const { about } = caseOf(ukraine()), { state } = await sources(), { page, close } = await tab();
  const s = state.restState(about);
  s.levers.set("fund-size", 100);
  s.levers.set("sanctions", 0.5);
  await ready(page, `${server.url}#${state.write(about, s)}`);
  await until(page, () => window.trucePage.timings.some((t) => t.members >= 400));
  const shown = await page.evaluate(() => ({ out: Array.from(window.trucePage.shown.yours), members: window.trucePage.shown.members }));
  assert.equal(shown.members, about.members);
  const [bytes] = natively(join(root, "cases/ukraine/case.yaml"), join(root, "cases/ukraine/posterior"), [["r", state.request(about, s, 0, about.members, false)]]);
  const values = new Float32Array(bytes), n = about.members;
  for (let row = 0; row < values.length / n; row++) {
    if (!about.quantities[Math.floor(row / about.months)].chart) continue; /* not computed until it is asked for */
    const sorted = values.slice(row * n, (row + 1) * n).sort(), at = 0.5 * (n - 1), low = Math.floor(at);
    const median = sorted[low] + (at - low) * (sorted[Math.min(low + 1, n - 1)] - sorted[low]);
    const page = shown.out[row * 16 + 2];
    assert.ok(Math.abs(page - median) <= 1e-6 * Math.max(Math.abs(median), 1e-3), `row ${row}: ${page}, natively ${median}`);
  }
  await close();
});

test("each lever answers the keyboard, is reset, and is in the address", async () => {
  const { page, faults, close } = await tab();
  await ready(page, server.url);
  await page.evaluate(() => document.querySelectorAll(".group").forEach((g) => (g.open = true)));
  const levers = page.locator(".lever input[id^=lever-]"), count = await levers.count();
  assert.ok(count >= 20);
  for (let i = 0; i < count; i++) {
    const lever = levers.nth(i), before = await lever.inputValue();
    await lever.focus();
    await page.keyboard.press(Number(before) >= Number(await lever.getAttribute("max")) ? "ArrowLeft" : "ArrowRight");
    assert.notEqual(await lever.inputValue(), before, `lever ${i}`);
    const name = (await lever.getAttribute("id")).replace("lever-", "");
    await addressed(page, new RegExp(`l\\.${name}=`));
    await page.locator(`.lever:has(#lever-${name}) .reset`).click();
  }
  await addressed(page, /l\./, false);
  assert.deepEqual(faults, []);
  await close();
});

test("downloads hold what is shown, and truce run accepts the scenario", async () => {
  const { page, close } = await tab(), made = folder();
  await ready(page, `${server.url}#v=2&l.fund-size=50`);
  await until(page, () => window.trucePage.timings.length > 0);
  const get = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).first().click()]);
    const path = join(made, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };
  const csv = readFileSync(await get("Numbers (CSV)"), "utf8").trim().split("\n");
  const { about } = caseOf(ukraine());
  assert.equal(csv.length, 1 + 2 * about.quantities.length * about.months);
  const unseen = new Set(about.quantities.filter((q) => !q.chart).map((q) => q.title));
  about.quantities.filter((q) => q.chart).forEach((q) => unseen.delete(q.title));
  const differs = (line) => line.startsWith("yours,") && [...unseen].some((title) => line.includes(title)) && Number(line.split(",").at(-1)) !== 0;
  assert.ok(csv.some(differs), "quantities that no chart shows are computed for the file");
  const yaml = await get("Scenario (YAML)");
  const table = execFileSync(truce, ["run", join(root, "cases/ukraine/case.yaml"), "--include", yaml, "-s", "actual", "-s", "yours", "-n", "20"], { encoding: "utf8" });
  assert.match(table, /\byours\b/);
  assert.match(readFileSync(await get(/^SVG/), "utf8"), /^<svg [^]*<\/svg>\n$/);
  assert.deepEqual([...readFileSync(await get(/^PNG/)).subarray(1, 4)], [...Buffer.from("PNG")]);
  await close();
});

test("a damaged case is told in a sentence", async () => {
  const bad = join(folder(), "bad"), { about, archive } = caseOf(meadow());
  cpSync(meadow(), bad, { recursive: true });
  const broken = `${archive.slice(0, 400)}${archive[400] === "A" ? "B" : "A"}${archive.slice(401)}`;
  writeFileSync(join(bad, "case.js"), `var truceCase=${JSON.stringify(about)};var truceArchive="${broken}";`);
  const { page, close } = await tab();
  assert.equal(await ready(page, `file://${join(bad, "index.html")}`), "failed");
  assert.match(await page.textContent(".toolbar .status"), /damaged/);
  writeFileSync(join(bad, "case.js"), "nothing");
  assert.equal(await ready(page, `file://${join(bad, "index.html")}?again`), "failed");
  assert.match(await page.textContent("main"), /truce web/);
  await close();
});

test("texts of a case are never markup", async () => {
  const bad = join(folder(), "markup"), { about, archive } = caseOf(meadow()), evil = '<img src=x onerror="window.hit=1"><b>x</b>';
  cpSync(meadow(), bad, { recursive: true });
  const say = (x) => (typeof x === "string" ? evil : Array.isArray(x) ? x.map(say) : x);
  for (const list of ["quantities", "scenarios", "levers"]) for (const entry of about[list]) for (const key of ["title", "note", "group", "units", "label", "source"]) if (key in entry) entry[key] = say(entry[key]);
  Object.assign(about, { title: evil, description: evil, weakness: evil, record: [evil] });
  for (const v of about.variables) Object.assign(v, { name: evil, doc: evil, equations: [evil] });
  writeFileSync(join(bad, "case.js"), `var truceCase=${JSON.stringify(about).replace(/</g, "\\u003c")};var truceArchive="${archive}";`);
  const { page, close } = await tab();
  assert.equal(await ready(page, `file://${join(bad, "index.html")}`), "yes");
  await page.getByRole("button", { name: /^Why/ }).first().click();
  assert.equal(await page.evaluate(() => document.querySelectorAll("main img, main b").length + (window.hit ?? 0)), 0);
  await close();
});

test("a case that is no war is a page like any other", async () => {
  const { page, faults, close } = await tab();
  assert.equal(await ready(page, `file://${join(meadow(), "index.html")}`), "yes");
  await page.evaluate(() => window.trucePage.set({ hunting: 0.3 }));
  await until(page, () => window.trucePage.timings.length > 0);
  assert.equal(await page.locator(".figure").count(), 3);
  assert.match(await page.locator(".versus").nth(1).textContent(), /against the baseline/);
  assert.deepEqual(faults, []);
  await close();
});

test("the months are read with the keyboard, and told", async () => {
  const { page, close } = await tab();
  await ready(page, server.url);
  const plot = page.locator(".plot").first();
  await plot.focus();
  const before = await plot.getAttribute("aria-valuetext");
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(200);
  assert.notEqual(await plot.getAttribute("aria-valuetext"), before);
  assert.match(await plot.getAttribute("aria-valuetext"), /^Jan 2027: .*50 of 100 between/);
  await close();
});

test("talks are computed at rest", async () => {
  const { page, close } = await tab();
  await ready(page, server.url);
  await page.waitForSelector(".talks table", { timeout: 120000 });
  assert.match(await page.textContent(".talks"), /Why there is no agreement/);
  // 200 futures that the record weights count as far fewer: shares are told to the points that so many can tell.
  const status = await page.textContent(".panel:has(.talks) .status");
  const shares = await page.$$eval(".talks td.number", (cells) => cells.map((x) => x.textContent.trim()));
  const [, effective, grain] = status.match(/count as (\d+) of equal weight, so shares are rounded to (5|10) points/);
  assert.ok(Number(effective) < 100 && (Number(grain) === 10) === (Number(effective) < 25));
  assert.ok(shares.length > 15 && shares.every((x) => x === "–" || Number(x.match(/^[<>]?(\d+) %/)[1]) % Number(grain) === 0), shares.join());
  await close();
});

test("the terms of talks are levers, in the address, and move talks alone", async () => {
  const { page, faults, close } = await tab();
  await ready(page, server.url);
  await page.waitForSelector(".talks table", { timeout: 120000 });
  const rest = () => !document.querySelector(".talks.old"), talks = () => page.textContent(".talks"), charts = () => page.evaluate(() => Array.from(window.trucePage.shown.yours));
  const before = await talks(), values = await charts();
  await page.evaluate(() => (document.querySelector(".terms").open = true));
  await page.selectOption("#terms-guarantee", { label: "An alliance-grade guarantee" });
  await page.waitForTimeout(600);
  await until(page, rest);
  assert.notEqual(await talks(), before);
  assert.match(await talks(), /[(][+\u2212]\d+[)]/);
  assert.deepEqual(await charts(), values);
  await addressed(page, /t\.guarantee=alliance/);
  await page.selectOption("#terms-branch", { index: 2 });
  await page.waitForTimeout(600);
  await until(page, rest);
  await addressed(page, /t\.branch=/);
  await page.getByRole("button", { name: "Terms as in the baseline" }).click();
  await page.waitForTimeout(600);
  await until(page, rest);
  await addressed(page, /t\./, false);
  assert.deepEqual(faults, []);
  await close();
});

test("talks are pale while a term is dragged, also back to where it was", async () => {
  const { page, close } = await tab();
  await ready(page, server.url);
  await page.waitForSelector(".talks table", { timeout: 240000 });
  const drag = (event) => page.evaluate((event) => document.getElementById("terms-relief").dispatchEvent(new Event(event)), event);
  await drag("input");
  await page.waitForTimeout(1000);
  assert.equal(await page.locator(".talks.old").count(), 1);
  await drag("pointerup");
  await until(page, () => !document.querySelector(".talks.old"));
  await close();
});

test("numbers asked for while the page loads come when they are there", async () => {
  const { page, close } = await tab();
  const download = page.waitForEvent("download", { timeout: 120000 });
  await page.addInitScript(() => document.addEventListener("DOMContentLoaded", () => {
    const watch = new MutationObserver(() => {
      const csv = [...document.querySelectorAll("button")].find((b) => b.textContent === "Numbers (CSV)");
      if (!csv) return;
      watch.disconnect();
      csv.click();
    });
    watch.observe(document.body, { subtree: true, childList: true });
  }));
  await ready(page, `file://${join(meadow(), "index.html")}`);
  assert.equal((await download).suggestedFilename(), "futures.csv");
  await close();
});

/* With a lever moved by an address, until its charts are there. */
async function moved(page, url, address) {
  await ready(page, `${url}#${address}`);
  await until(page, () => window.trucePage.shown.changed && window.trucePage.shown.members === window.truceCase.members);
}

test("talks of a link are never the baseline's", async () => {
  const { page, close } = await tab();
  await ready(page, `${server.url}#v=2&l.fund-size=100`);
  await page.waitForSelector(".talks table", { timeout: 240000 });
  assert.match(await page.textContent(".talks"), /[(](=|[+\u2212]\d+)[)]/);
  await close();
});

test("charts follow a lever although terms are chosen and numbers saved at once", async () => {
  const { page, faults, close } = await tab();
  await moved(page, server.url, "v=2&l.fund-size=150");
  const before = await page.textContent("#f0 .versus"), download = page.waitForEvent("download");
  await page.evaluate(() => {
    const guarantee = document.getElementById("terms-guarantee");
    window.trucePage.set({ "fund-size": 140 });
    window.trucePage.set({ "fund-size": 20 });
    guarantee.selectedIndex = 3;
    guarantee.dispatchEvent(new Event("change"));
    [...document.querySelectorAll("button")].find((b) => b.textContent === "Numbers (CSV)").click();
  });
  const path = join(folder(), "futures.csv");
  await (await download).saveAs(path);
  await until(page, () => /^500 futures/.test(document.querySelector(".toolbar .status").textContent));
  assert.notEqual(await page.textContent("#f0 .versus"), before);
  const shown = await page.evaluate(() => window.trucePage.shown.yours[(window.truceCase.months - 1) * 16 + 2].toPrecision(7));
  const rows = readFileSync(path, "utf8").split("\n").filter((line) => line.startsWith("yours,Territory held by Russia,"));
  assert.equal(Number(rows.at(-1).split(",")[7]), Number(shown));
  assert.deepEqual(faults, []);
  await close();
});

test("charts are pale while they show the baseline of a link that moves a lever", async () => {
  for (const [address, pale] of [["v=2&l.hunting=0.3", true], ["v=2", false]]) {
    const { page, close } = await tab();
    await page.addInitScript(() => { window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector(".charts")?.classList.contains("old")))
      .observe(document, { subtree: true, attributeFilter: ["data-drawn"] }); });
    await ready(page, `file://${join(meadow(), "index.html")}#${address}`);
    await until(page, () => /^500 futures/.test(document.querySelector(".toolbar .status").textContent));
    assert.ok(await page.evaluate((pale) => window.seen.length > 0 && window.seen.every((x) => x === pale), pale));
    assert.equal(await page.locator(".charts.old").count(), 0);
    await close();
  }
});

test("talks are tried again where their worker did not start", async () => {
  const { page, close } = await tab(), told = () => page.textContent(".panel:has(.talks) .status");
  await page.addInitScript(() => {
    let opened = 0;
    window.Worker = class extends Worker {
      postMessage(message, transfer) {
        if (message.type === "open" && ++opened === 2) setTimeout(() => this.onmessage({ data: { type: "failed", id: -1, message: "out of memory" } }));
        else super.postMessage(message, transfer);
      }
    };
  });
  await ready(page, `file://${join(make(join(root, "tests/data/talks/case.yaml"), "-n", "50"), "index.html")}?workers=1`);
  await until(page, () => /out of memory/.test(document.querySelector(".panel:has(.talks) .status").textContent));
  assert.match(await told(), /^Talks could not be computed: /);
  await page.evaluate(() => {
    const guarantee = document.getElementById("terms-guarantee");
    guarantee.selectedIndex = (guarantee.selectedIndex + 1) % guarantee.options.length;
    guarantee.dispatchEvent(new Event("change"));
  });
  await until(page, () => document.querySelector(".talks table"));
  assert.match(await told(), /In brackets: the difference from the baseline/);
  await close();
});

test("what is printed is light", async () => {
  const { page, close } = await tab({ colorScheme: "dark" });
  await ready(page, `file://${join(meadow(), "index.html")}`);
  const light = (event) => page.evaluate((event) => {
    window.dispatchEvent(new Event(event));
    return document.querySelector("#f0 canvas").getContext("2d").getImageData(0, 0, 1, 1).data[0];
  }, event);
  assert.equal(await light("beforeprint"), 255);
  assert.ok((await light("afterprint")) < 50);
  await close();
});

test("an open table follows the levers", async () => {
  const { page, close } = await tab();
  await ready(page, `file://${join(meadow(), "index.html")}`);
  await page.locator("#f0 summary").click();
  await page.waitForSelector("#f0 td");
  const before = await page.textContent("#f0 .table");
  await page.evaluate(() => window.trucePage.set({ room: 0.5 }));
  await until(page, () => window.trucePage.timings.length > 0);
  assert.notEqual(await page.textContent("#f0 .table"), before);
  assert.match(await page.textContent("#f0 thead"), /Difference/);
  await close();
});

test("the skip link moves the focus, and keeps what was moved", async () => {
  const { page, close } = await tab();
  await moved(page, `file://${join(meadow(), "index.html")}`, "v=2&l.hunting=0.3");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "charts");
  await page.waitForTimeout(500);
  assert.match(page.url(), /l\.hunting=0\.3/);
  assert.equal(await page.inputValue("#lever-hunting"), "0.3");
  await close();
});

test("the focus stays where a lever is reset or a prior moved, and a prior that is none is told", async () => {
  const { page, close } = await tab(), focus = () => page.evaluate(() => document.activeElement.id);
  await moved(page, `file://${join(meadow(), "index.html")}`, "v=2&l.hunting=0.3");
  await page.locator(".lever:has(#lever-hunting) .reset").focus();
  await page.keyboard.press("Enter");
  assert.equal(await focus(), "lever-hunting");
  await page.locator("#prior-2 summary").click();
  const apply = async (low, high) => {
    await page.fill("#prior-2-low", low);
    await page.fill("#prior-2-high", high);
    await page.locator("#prior-2-apply").focus();
    await page.keyboard.press("Enter");
  };
  await apply("0.4", "0.1");
  assert.match(await page.textContent(".panel:has(.assumptions) .status"), /death rate: the low end must be/);
  await apply("0.1", "0.4");
  assert.equal(await focus(), "prior-2-apply");
  await until(page, () => /Drawn again/.test(document.querySelector(".panel:has(.assumptions) .status").textContent));
  await page.locator("#prior-2-undo").focus();
  await page.keyboard.press("Enter");
  assert.equal(await focus(), "prior-2-apply");
  await page.locator("#f0 .tools button").first().click();
  assert.equal(await focus(), "why-title");
  assert.match(await page.textContent(".why dl"), /Initial value/);
  await close();
});

test("few futures move with a lever as all do", async () => {
  const { page, close } = await tab();
  await ready(page, `file://${join(make(join(root, "tests/data/meadow/case.yaml"), "-n", "50"), "index.html")}`);
  await page.locator("#lever-hunting").focus();
  await page.keyboard.press("End");
  await until(page, () => window.trucePage.timings.length > 0);
  assert.deepEqual(await page.evaluate(() => [...new Set(window.trucePage.timings.map((t) => t.members))]), [50]);
  assert.match(await page.textContent("#f1 .versus"), /against the baseline, and less in 100 of 100/);
  await close();
});

test("what an address asks for in vain is told in a line, and shows the whole page", async () => {
  const { page, faults, close } = await tab({ viewport: { width: 390, height: 800 } }), url = `file://${join(meadow(), "index.html")}`;
  const many = Array.from({ length: 3000 }, (_, i) => `l.no${i}=1`).join("&");
  for (const [address, told] of [[`v=2&l.${"x".repeat(60000)}=1`, /Left out: x{40}…\.$/], [`v=2&${many}`, /no4 and 2995 more\.$/], ["v=2&l.%3Cb%3E\u202Ea=1", /Left out: <b>a\.$/], ["v=2&embed=nowhere", /Left out: embed\.$/]]) {
    await page.goto("about:blank");
    assert.equal(await ready(page, `${url}#${address}`), "yes");
    assert.match(await page.textContent(".notice"), told);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.querySelector(".notice").offsetHeight < 200));
    assert.equal(await page.locator(".figure").count(), 3);
  }
  await page.goto("about:blank");
  await ready(page, `${url}#v=2&embed=f0&l.hunting=much`);
  assert.match(await page.textContent(".notice"), /Left out: hunting\.$/);
  assert.deepEqual(faults, []);
  await close();
});

test("axe finds no violations, light and dark", async () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await tab({ colorScheme });
    await ready(page, server.url);
    await page.waitForSelector(".talks table", { timeout: 120000 });
    await page.waitForTimeout(500);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await page.waitForTimeout(300);
    const found = await page.evaluate(`${axe}; axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + n.failureSummary).join(" | ")))`);
    assert.deepEqual(found, []);
    await close();
  }
});

test("nothing is wider than a phone", async () => {
  const { page, close } = await tab({ viewport: { width: 360, height: 740 } });
  await ready(page, server.url);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await close();
});

test("a chart alone can stand in another page", async () => {
  const { page, close } = await tab({ viewport: { width: 640, height: 480 } });
  await ready(page, `${server.url}#v=2&embed=f0`);
  assert.equal(await page.locator(".figure").count(), 1);
  assert.equal(await page.locator(".lever").count(), 0);
  await close();
});
