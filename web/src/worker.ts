/* One worker: an engine of its own, a slice of the members of every run, and the statistics of some of the quantities,
 * whose baseline it keeps. */
import { Engine } from "./engine";

export interface Part { buffer: ArrayBuffer; members: number }
export type Request =
  | { type: "open"; wasm: WebAssembly.Module; archive: ArrayBuffer }
  | { type: "run"; id: number; request: Float64Array; members: number; bounds: number[]; charts: boolean; whole: boolean }
  | { type: "statistics"; id: number; parts: Part[]; which: Uint32Array; first: number; members: number; coarse: number;
      baseline: boolean; picked: Uint32Array | null }
  | { type: "weigh"; id: number; request: Float64Array; members: number }
  | { type: "talks"; id: number; request: Float64Array; degree: number };
export type Answer =
  | { type: "opened"; quantities: number; months: number; milliseconds: number }
  | { type: "ran"; id: number; parts: Part[]; first: number; milliseconds: number; sent: number }
  | { type: "statistics"; id: number; out: Float32Array; milliseconds: number; sent: number }
  | { type: "weighed"; id: number; weights: Float64Array }
  | { type: "talks"; id: number; json: string; milliseconds: number }
  | { type: "failed"; id: number; message: string };

const scope = self as unknown as { postMessage(m: Answer, transfer: Transferable[]): void; onmessage: unknown };
let engine: Engine;
/* Rows of the baseline by how many members they have. */
const baselines = new Map<number, number>();

function send(answer: Answer, transfer: Transferable[] = []): void {
  scope.postMessage(answer, transfer);
}

/* `bounds`: where the values are cut, in quantities. */
function run(m: Extract<Request, { type: "run" }>): void {
  const start = performance.now();
  let first = 0;
  const parts = engine.run(m.request, m.members, (values, from) => {
    const size = (engine.months - (first = from)) * m.members;
    return m.bounds.slice(1).map((end, i) => ({ buffer: values.slice(m.bounds[i] * size, end * size).buffer as ArrayBuffer, members: m.members }));
  }, m.charts ? m.bounds[m.bounds.length - 1] : 0, m.whole);
  const sent = performance.now();
  send({ type: "ran", id: m.id, parts, first, milliseconds: sent - start, sent: performance.timeOrigin + sent },
    parts.map((p) => p.buffer));
}

function statistics(m: Extract<Request, { type: "statistics" }>): void {
  const start = performance.now(), rows = m.which.length * (engine.months - m.first);
  const parts = m.parts.map((p) => ({ values: new Float32Array(p.buffer), members: p.members }));
  const at = engine.keep(parts, rows, m.members);
  const out = engine.statistics(at, m.baseline ? 0 : baselines.get(m.members) ?? 0, m.which, m.first, m.members, m.picked);
  if (m.baseline) {
    baselines.forEach((old) => engine.free(old));
    baselines.clear();
    baselines.set(m.members, at);
    if (m.coarse < m.members) baselines.set(m.coarse, engine.keepFewer(at, rows, m.members, m.coarse));
  } else {
    engine.free(at);
  }
  const sent = performance.now();
  send({ type: "statistics", id: m.id, out, milliseconds: sent - start, sent: performance.timeOrigin + sent }, [out.buffer]);
}

scope.onmessage = async (event: MessageEvent<Request>) => {
  const m = event.data;
  try {
    if (m.type === "open") {
      const start = performance.now();
      engine = await Engine.open(m.wasm, m.archive);
      send({ type: "opened", quantities: engine.quantities, months: engine.months, milliseconds: performance.now() - start });
    } else if (m.type === "run") run(m);
    else if (m.type === "statistics") statistics(m);
    else if (m.type === "weigh") send({ type: "weighed", id: m.id, weights: engine.weigh(m.request, m.members) });
    else {
      const start = performance.now(), json = engine.talks(m.request, m.degree);
      send({ type: "talks", id: m.id, json, milliseconds: performance.now() - start });
    }
  } catch (error) {
    send({ type: "failed", id: m.type === "open" ? -1 : m.id, message: error instanceof Error ? error.message : String(error) });
  }
};
