/* Workers and what they do next. One run is in flight; of those that are asked for meanwhile only the newest is
 * kept. A run is two steps: every worker runs its slice of the members and cuts the quantities into as many parts as
 * there are workers; then every worker makes the statistics of its quantities over all members.
 *
 *     worker 0: members 0-249   --\  /-- quantities 0-30  --> statistics
 *     worker 1: members 250-499 --/\/--- quantities 31-61 --> statistics
 *
 * Months before the first that a lever touches are as at rest, and are neither run again nor sent; nor are quantities
 * that no chart shows, until their numbers are asked for. */
import type { Answer, Part, Request } from "./worker";
import { STATISTICS } from "./case";

export interface Job { request: (first: number, members: number) => Float64Array; members: number; baseline: boolean; picked: Uint32Array | null; all: boolean }
export interface Timing { engine: number; transfer: number; quantiles: number; total: number }
/* `all`: of all quantities; else of those that have a chart, and the rest as at rest. */
export interface Result { out: Float32Array; members: number; all: boolean; timing: Timing }

type Waiting = { take: (a: Answer) => void; fail: (e: Error) => void };

class Hand {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  constructor(url: string) {
    this.worker = new Worker(url);
    this.worker.onmessage = (event: MessageEvent<Answer>) => {
      const answer = event.data, id = "id" in answer ? answer.id : -1;
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (answer.type === "failed") waiting?.fail(new Error(answer.message));
      else waiting?.take(answer);
    };
    this.worker.onerror = (event) => { for (const w of this.waiting.values()) w.fail(new Error(event.message || "a worker failed")); };
  }
  dismiss(): void { this.worker.terminate(); }
  ask<T extends Answer["type"]>(request: DistributedOmit<Request>, transfer: Transferable[] = []): Promise<Extract<Answer, { type: T }>> {
    const id = request.type === "open" ? -1 : this.next++;
    return new Promise((take, fail) => {
      this.waiting.set(id, { take: take as (a: Answer) => void, fail });
      this.worker.postMessage({ ...request, id }, transfer);
    });
  }
}
type DistributedOmit<T> = T extends unknown ? Omit<T, "id"> & { type: T extends { type: infer K } ? K : never } : never;

export class Pool {
  private hands: Hand[] = [];
  private speaker: Promise<Hand> | null = null; /* of talks, which takes long; hired when they are first asked for */
  private quantities = 0;
  private months = 0;
  private rest: Float32Array | null = null; /* statistics of the baseline */
  private running = false;
  private pending: { job: Job; take: (r: Result | null) => void; fail: (e: Error) => void } | null = null;

  private constructor(private readonly coarse: number, private readonly charted: number[]) {}

  /* The engine is compiled once, and what is compiled is shared by all workers. */
  static async open(workers: number, coarse: number, charted: number[], source: string, engine: ArrayBuffer, archive: ArrayBuffer): Promise<Pool> {
    const pool = new Pool(coarse, charted), url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const wasm = await WebAssembly.compile(engine), hire = async () => {
      const hand = new Hand(url);
      try {
        return { hand, about: await hand.ask<"opened">({ type: "open", wasm, archive } as never) };
      } catch (error) {
        hand.dismiss();
        throw error;
      }
    };
    const hired = await Promise.all(Array.from({ length: workers }, hire));
    pool.hands = hired.map((h) => h.hand);
    pool.quantities = hired[0].about.quantities;
    pool.months = hired[0].about.months;
    pool.hire = async () => (await hire()).hand;
    return pool;
  }
  private hire!: () => Promise<Hand>;

  get size(): number { return this.hands.length; }

  /* null when a newer job took its place before it began. */
  run(job: Job): Promise<Result | null> {
    this.pending?.take(null);
    return new Promise((take, fail) => {
      this.pending = { job, take, fail };
      void this.go();
    });
  }

  private async go(): Promise<void> {
    if (this.running || !this.pending) return;
    const { job, take, fail } = this.pending;
    this.pending = null;
    this.running = true;
    try {
      take(await this.both(job));
    } catch (error) {
      fail(error as Error);
    }
    this.running = false;
    void this.go();
  }

  private cut(total: number): number[] {
    return Array.from({ length: this.size + 1 }, (_, i) => Math.round((total * i) / this.size));
  }

  /* The first quantity of each worker: with as many charts each as can be. */
  private shares(): number[] {
    return this.cut(this.charted.length).map((k, i) => (i === 0 ? 0 : i === this.size ? this.quantities : this.charted[k]));
  }

  private simulate(job: Job, slices: number[], bounds: number[], whole: boolean) {
    return Promise.all(this.hands.map(async (h, i) => {
      const members = slices[i + 1] - slices[i];
      const a = await h.ask<"ran">({ type: "run", request: job.request(slices[i], members), members, bounds, charts: !job.all, whole } as never);
      return { ...a, transfer: performance.timeOrigin + performance.now() - a.sent };
    }));
  }

  /* Before anything is computed: the baseline, and no difference to it. */
  private start(): Float32Array {
    const out = new Float32Array(this.quantities * this.months * 2 * STATISTICS);
    if (this.rest)
      for (let row = 0; row < this.quantities * this.months; row++)
        out.set(this.rest.subarray(row * 2 * STATISTICS, row * 2 * STATISTICS + STATISTICS), row * 2 * STATISTICS);
    return out;
  }

  private async both(job: Job): Promise<Result> {
    const start = performance.now(), slices = this.cut(job.members), shares = this.shares();
    const which = job.all ? Array.from({ length: this.quantities }, (_, q) => q) : this.charted;
    const bounds = shares.map((q) => which.filter((x) => x < q).length), whole = job.baseline || job.picked !== null;
    let ran = await this.simulate(job, slices, bounds, whole);
    /* Where other members fail than at rest, all months are others for them. */
    if (ran.some((a) => a.first !== ran[0].first)) ran = await this.simulate(job, slices, bounds, true);
    let transfer = ran.reduce((sum, a) => sum + a.transfer, 0);
    const first = ran[0].first, months = this.months - first, out = this.start(), size = 2 * STATISTICS;
    const made = await Promise.all(this.hands.map(async (h, i) => {
      const parts: Part[] = ran.map((a) => a.parts[i]), own = which.slice(bounds[i], bounds[i + 1]);
      const a = await h.ask<"statistics">({ type: "statistics", parts, which: Uint32Array.from(own, (q) => q - shares[i]), first, members: job.members,
        coarse: this.coarse, baseline: job.baseline, picked: job.picked } as never, parts.map((p) => p.buffer));
      transfer += performance.timeOrigin + performance.now() - a.sent;
      own.forEach((q, k) => out.set(a.out.subarray(k * months * size, (k + 1) * months * size), (q * this.months + first) * size));
      return a;
    }));
    if (job.baseline) this.rest = out;
    return { out, members: job.members, all: job.all, timing: {
      engine: Math.max(...ran.map((a) => a.milliseconds)), quantiles: Math.max(...made.map((a) => a.milliseconds)),
      transfer: transfer / this.size, total: performance.now() - start } };
  }

  async weigh(request: Float64Array, members: number): Promise<Float64Array> {
    return (await this.hands[0].ask<"weighed">({ type: "weigh", request, members } as never)).weights;
  }

  async talks(request: Float64Array, degree: number): Promise<{ json: string; milliseconds: number }> {
    this.speaker ??= this.hire().catch((error: Error) => {
      this.speaker = null; /* another is tried for when talks are asked for again */
      throw error;
    });
    return (await this.speaker).ask<"talks">({ type: "talks", request, degree } as never);
  }
}
