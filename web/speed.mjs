/* Prints how long a lever move takes in Chromium: what the page itself measures, with one worker and with two, and the
 * processor time that all of Chromium takes for a move, which says as much on a machine that does other work too.
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
  await tab.waitForSelector("html[data-ready]", { timeout: 120000 });
  console.log(`${workers} worker${workers > 1 ? "s" : ""}: the first charts after ${Date.now() - start} ms`);
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
  await tab.close();
}
await browser.close();
await server.close();
