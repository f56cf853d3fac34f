/* Builds dist/: page.js, page.css, index.html, and engine.js, which holds the engine and the worker as text, so that
 * the page runs from a file too. The engine is deflated before it becomes base64, in which no server could compress it.
 * Usage: node build.mjs ENGINE.wasm DIST */
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url)), [wasm, dist = join(here, "dist")] = process.argv.slice(2);
const common = { bundle: true, minify: true, format: "iife", target: "es2021", charset: "utf8", legalComments: "none" };
mkdirSync(dist, { recursive: true });
await build({ ...common, entryPoints: [join(here, "src/page.ts")], outfile: join(dist, "page.js") });
await build({ entryPoints: [join(here, "page.css")], minify: true, outfile: join(dist, "page.css") });
const worker = await build({ ...common, entryPoints: [join(here, "src/worker.ts")], write: false });
writeFileSync(join(dist, "engine.js"), `"use strict";\nvar truceWorker=${JSON.stringify(worker.outputFiles[0].text).replace(/</g, "\\u003c")};\n` +
  `var truceEngine="${deflateRawSync(readFileSync(wasm), { level: 9 }).toString("base64")}";\n`);
copyFileSync(join(here, "page.html"), join(dist, "index.html"));
