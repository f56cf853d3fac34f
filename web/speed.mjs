/* Prints how long a lever move takes in Chromium: what the page itself measures, with one worker and with two.
 * Usage: node web/speed.mjs [PAGE]    (default: results/page) */
import { createRequire } from "node:module";
import { resolve } from "node:path";

const { chromium } = createRequire(import.meta.url)("playwright-core");
const page = resolve(process.argv[2] ?? "results/page", "index.html"), moves = 15;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const best = (values) => Math.min(...values).toFixed(0).padStart(6), middle = (values) => values.sort((a, b) => a - b)[values.length >> 1].toFixed(0).padStart(6);
console.log("ms, best / median of moves     total         engine     transfer    quantiles      drawing");
for (const workers of [1, 2]) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } }), start = Date.now();
  await tab.goto(`file://${page}?workers=${workers}`);
  await tab.waitForSelector("html[data-ready]", { timeout: 120000 });
  console.log(`${workers} worker${workers > 1 ? "s" : ""}: the first charts after ${Date.now() - start} ms`);
  const levers = await tab.evaluate(() => window.truceCase.levers.filter((l) => l.elements.length).slice(0, 3).map((l) => [l.name, l.least, l.greatest]));
  for (let i = 0; i < moves; i++) {
    const [name, least, greatest] = levers[i % levers.length];
    await tab.evaluate(([n, v]) => window.trucePage.set({ [n]: v }), [name, least + ((greatest - least) * (i + 1)) / (moves + 1)]);
    await tab.waitForTimeout(900);
  }
  const timings = await tab.evaluate(() => window.trucePage.timings), full = timings.filter((t) => t.members >= 400);
  const columns = ["total", "engine", "transfer", "quantiles", "drawing"].map((k) => `${best(full.map((t) => t[k]))}/${middle(full.map((t) => t[k]))}`);
  console.log(`${workers} worker${workers > 1 ? "s" : " "}, ${full[0].members} members     ${columns.join(" ")}`);
  await tab.close();
}
await browser.close();
