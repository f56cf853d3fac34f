/* What the tests share: pages made by the native truce, the engine in node, and the browser. */
import { build } from "esbuild";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const native = process.env.TRUCE_BUILD ?? join(root, "build");
export const truce = join(native, "src/cli/truce");
const folders = [];
process.on("exit", () => folders.forEach((f) => rmSync(f, { recursive: true, force: true })));

export function folder() {
  const made = mkdtempSync(join(tmpdir(), "truce-web-test-"));
  folders.push(made);
  return made;
}

export function make(name, ...options) {
  const out = join(folder(), "page");
  execFileSync(truce, ["web", name, "-o", out, "--page", join(root, "web/dist"), ...options], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  return out;
}
/* A page of a case; made once. */
const pages = new Map();
export function page(name) {
  if (!pages.has(name)) pages.set(name, make(name));
  return pages.get(name);
}
export const ukraine = () => page(join(root, "cases/ukraine/case.yaml"));
export const meadow = () => page(join(root, "tests/data/meadow/case.yaml"));
/* The case of the meadow with texts in place of others, by file. */
export function meadowWith(changes) {
  const out = join(folder(), "meadow"), from = join(root, "tests/data/meadow");
  cpSync(from, out, { recursive: true });
  for (const [file, pairs] of Object.entries(changes))
    writeFileSync(join(out, file), pairs.reduce((text, [old, now]) => text.replace(old, now), readFileSync(join(from, file), "utf8")));
  return join(out, "case.yaml");
}

/* case.js of a page, as data; the archive in base64. */
export function caseOf(directory) {
  const script = readFileSync(join(directory, "case.js"), "utf8");
  const { about, parts } = new Function(`${script}; return { about: truceCase, parts: truceArchive };`)();
  const archive = Buffer.concat(parts.map((p) => Buffer.from(p.slice(1), p[0] === "b" ? "base64" : "latin1")));
  return { about, parts, archive: archive.toString("base64") };
}

let modules;
/* The page's own modules, for node. */
export async function sources() {
  if (!modules) {
    const out = join(folder(), "modules.mjs");
    await build({ bundle: true, format: "esm", platform: "node", outfile: out, stdin: { resolveDir: join(root, "web/src"),
      contents: 'export * from "./engine"; export * as state from "./state"; export * from "./bytes"; export * from "./numbers"; export { priorOf } from "./panels"; export { cell, keyed, shownAs } from "./figures"; export { leftOf, wrapped } from "./chart"; export { words } from "./words";' } });
    modules = await import(out);
  }
  return modules;
}
export async function engine(directory) {
  const { Engine } = await sources(), bytes = Buffer.from(caseOf(directory).archive, "base64");
  return Engine.open(readFileSync(join(root, "build-web/web/engine.wasm")), bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/* Answers of the native session (tests/page_session.c) to requests: [kind, Float64Array]. */
export function natively(casePath, posterior, requests) {
  const parts = [];
  for (const [kind, numbers] of requests) parts.push(Buffer.from(Float64Array.of(kind.charCodeAt(0), numbers.length).buffer), Buffer.from(numbers.buffer));
  const out = execFileSync(join(native, "tests/page_session"), [casePath, posterior ?? "-"], { input: Buffer.concat(parts), maxBuffer: 2 ** 31 - 1 });
  const answers = [];
  for (let at = 0; at < out.length; ) {
    const length = out.readDoubleLE(at);
    answers.push(Uint8Array.prototype.slice.call(out, at + 8, at + 8 + length).buffer);
    at += 8 + length;
  }
  return answers;
}

export async function browser() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
}

/* truce serve on a free port; stopped with the returned function. */
export async function serve(directory, ...options) {
  const child = spawn(truce, ["serve", directory, "--port", "0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((take, fail) => {
    child.stdout.once("data", (bytes) => take(bytes.toString().trim()));
    child.once("exit", (code) => fail(new Error(`truce serve ended with ${code}`)));
  });
  return { url, port: Number(new URL(url).port), stop: () => child.kill("SIGTERM") };
}

export async function ready(tab, url) {
  await tab.goto(url);
  await tab.waitForSelector("html[data-ready]", { timeout: 120000 });
  return tab.getAttribute("html", "data-ready");
}
export const has = existsSync;
