/* Prints how long a lever move takes in Chromium: what the page itself measures, with one worker and with two, and the
 * processor time that all of Chromium takes for a move, which says as much on a machine that does other work too; how many
 * frames a second are drawn while a lever is dragged, and how far anything is shifted meanwhile (0: nothing is).
 * Usage: node web/speed.mjs [PAGE]    (default: results/page) */
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const { chromium } = createRequire(import.meta.url)("playwright-core");
const page = resolve(process.argv[2] ?? "results/page", "index.html"), moves = 15, TICK = 10;
const server = await chromium.launchServer({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const browser = await chromium.connect(server.wsEndpoint());
const best = (values) => Math.min(...values).toFixed(0).padStart(6), middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1].toFixed(0).padStart(6);

/* Milliseconds of processor time of a process and all that it started. */
function processorTime(root) {
  const about = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
      about.set(Number(pid), { parent: Number(fields[1]), time: TICK * (Number(fields[11]) + Number(fields[12])) });
    } catch { /* it has ended */ }
  }
  const belongs = (pid) => pid === root || (about.has(pid) && about.get(pid).parent > 1 && belongs(about.get(pid).parent));
  return [...about].reduce((sum, [pid, p]) => sum + (belongs(pid) ? p.time : 0), 0);
}

console.log("ms, best / median of moves         total         engine       transfer      quantiles        drawing   processor");
for (const workers of [1, 2]) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } }), start = Date.now();
  await tab.goto(`file://${page}?workers=${workers}`);
  await tab.waitForSelector("h1");
  const words = Date.now() - start;
  await tab.waitForSelector("html[data-drawn]", { timeout: 120000 });
  const drawn = Date.now() - start;
  await tab.waitForSelector("html[data-ready]", { timeout: 120000 });
  console.log(`${workers} worker${workers > 1 ? "s" : ""}: the first words after ${words} ms, charts of few futures after ${drawn}, of all after ${Date.now() - start}`);
  await tab.waitForSelector(".talks table", { timeout: 120000 });
  await tab.waitForTimeout(500);
  const levers = await tab.evaluate(() => window.truceCase.levers.filter((l) => l.elements.length).slice(0, 3).map((l) => [l.name, l.least, l.greatest]));
  const before = processorTime(server.process().pid);
  for (let i = 0; i < moves; i++) {
    const [name, least, greatest] = levers[i % levers.length];
    await tab.evaluate(([n, v]) => new Promise((done) => {
      const { timings } = window.trucePage, made = timings.length, look = () => (timings.length > made ? done() : setTimeout(look, 10));
      window.trucePage.set({ [n]: v });
      look();
    }), [name, least + ((greatest - least) * (i + 1)) / (moves + 1)]);
    await tab.waitForTimeout(100); /* shorter than the rest after which talks begin */
  }
  const each = (processorTime(server.process().pid) - before) / moves;
  const timings = await tab.evaluate(() => window.trucePage.timings), full = timings.filter((t) => t.members >= 400);
  const columns = ["total", "engine", "transfer", "quantiles", "drawing"].map((k) => `${best(full.map((t) => t[k]))} /${middle(full.map((t) => t[k]))}`);
  console.log(`${workers} worker${workers > 1 ? "s" : " "}, ${full[0].members} members     ${columns.join("  ")}  ${each.toFixed(0).padStart(10)}`);
  const drag = await tab.evaluate(([name, least, greatest]) => new Promise((done) => {
    const input = document.getElementById(`lever-${name}`), frames = [], seconds = 3;
    let shift = 0, start = 0, last = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((e) => (shift += e.value))).observe({ type: "layout-shift" });
    const step = (now) => {
      start ||= now;
      if (last) frames.push(now - last);
      last = now;
      if (now - start > 1000 * seconds) return done({ frames, shift });
      input.value = String(least + ((greatest - least) * ((now - start) % 1000)) / 1000);
      input.dispatchEvent(new Event("input"));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }), levers[1]);
  const sorted = [...drag.frames].sort((a, b) => a - b), at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(0);
  const coarse = await tab.evaluate(() => window.trucePage.timings.filter((t) => t.members < 400).map((t) => t.total));
  console.log(`${workers} worker${workers > 1 ? "s" : " "}, dragging    ${(sorted.length / 3).toFixed(0)} frames a second (ms: median ${at(0.5)}, 95 of 100 below ${at(0.95)}); ` +
    `${coarse.length} runs of few futures in ms: median ${middle(coarse).trim()}; shift ${drag.shift.toFixed(4)}`);
  await tab.close();
}
await browser.close();
await server.close();
