/* The library's engine as WebAssembly (web/engine/exports.c), for workers and for tests in node. */

type Exports = {
  memory: WebAssembly.Memory;
  page_allocate(size: number): number; page_release(at: number): void; page_message(): number;
  page_open(bytes: number, length: number): number; page_values(): number; page_months(): number;
  page_run(request: number, count: number, out: number, charts: number, later: number): number;
  page_weigh(request: number, count: number, out: number): number;
  page_member(request: number, count: number): number;
  page_talks(request: number, count: number, degree: number): number;
  page_statistics(values: number, base: number, which: number, quantities: number, first: number, members: number,
    picked: number, count: number, out: number, room: number): void;
};

export class EngineError extends Error {}

/* What the C library asks of its host: it has no files, and an environment of nothing. */
const system = (memory: () => DataView) => ({
  page: { fold: (point: number) => String.fromCodePoint(point).toLowerCase().codePointAt(0) ?? point },
  env: { emscripten_notify_memory_growth() {}, __syscall_stat64: () => -44 /* no such file */ },
  wasi_snapshot_preview1: {
    proc_exit(code: number) { throw new EngineError(`the engine ended with code ${code}`); },
    fd_write: () => 8, fd_close: () => 8, fd_seek: () => 8, fd_read: () => 8, environ_get: () => 0, clock_time_get: () => 52,
    environ_sizes_get(count: number, size: number) { memory().setUint32(count, 0, true); memory().setUint32(size, 0, true); return 0; },
  },
});

export class Engine {
  /* Values per member: quantities times months. */
  readonly rows: number;
  readonly months: number;
  private constructor(private readonly x: Exports) { this.rows = x.page_values(); this.months = x.page_months(); }
  get quantities(): number { return this.rows / this.months; }

  static async open(wasm: BufferSource | WebAssembly.Module, archive: ArrayBuffer): Promise<Engine> {
    let memory!: WebAssembly.Memory;
    const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
    const instance = await WebAssembly.instantiate(module, system(() => new DataView(memory.buffer)));
    memory = instance.exports.memory as WebAssembly.Memory;
    const x = instance.exports as unknown as Exports & { _initialize?: () => void };
    x._initialize?.();
    const at = x.page_allocate(archive.byteLength); /* stays: the engine reads it in place */
    new Uint8Array(x.memory.buffer).set(new Uint8Array(archive), at);
    if (x.page_open(at, archive.byteLength) !== 0) throw new EngineError(Engine.text(x, x.page_message()));
    return new Engine(x);
  }

  private static text(x: Exports, at: number): string {
    const bytes = new Uint8Array(x.memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  private put(bytes: ArrayBufferView): number {
    const at = this.x.page_allocate(bytes.byteLength);
    if (!at) throw new EngineError("out of memory");
    new Uint8Array(this.x.memory.buffer).set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    return at;
  }

  private ask(call: (request: number, count: number, out: number) => number, request: Float64Array, bytes: number): number {
    const numbers = this.put(request), out = this.x.page_allocate(bytes);
    const status = out ? call(numbers, request.length, out) : 1;
    this.x.page_release(numbers);
    if (status !== 0) {
      this.x.page_release(out);
      throw new EngineError(Engine.text(this.x, this.x.page_message()) || "out of memory");
    }
    return out;
  }

  /* The values of members first to first + members - 1, [quantity][month][member]: `give` sees them in the engine's
   * memory. Either all, or with `charts` of that many quantities, those that have a chart, from the first month on that
   * is not as at rest unless `whole`. */
  run<T>(request: Float64Array, members: number, give: (values: Float32Array, first: number) => T, charts = 0, whole = true): T {
    let first = 0;
    const at = this.ask((r, n, out) => { first = this.x.page_run(r, n, out, Number(charts > 0), Number(!whole)); return first < 0 ? 1 : 0; },
      request, 4 * this.rows * members);
    try {
      return give(new Float32Array(this.x.memory.buffer, at, (charts || this.quantities) * (this.months - first) * members), first);
    } finally {
      this.x.page_release(at);
    }
  }

  weigh(request: Float64Array, members: number): Float64Array {
    const at = this.ask(this.x.page_weigh, request, 8 * members);
    const weights = new Float64Array(this.x.memory.buffer, at, members).slice();
    this.x.page_release(at);
    return weights;
  }

  /* A member with all its digits: what its program saves, [save][output]. */
  member(request: Float64Array): Float64Array {
    const numbers = this.put(request), at = this.x.page_member(numbers, request.length);
    this.x.page_release(numbers);
    if (!at) throw new EngineError(Engine.text(this.x, this.x.page_message()) || "out of memory");
    const count = new Float64Array(this.x.memory.buffer, at, 1)[0];
    const values = new Float64Array(this.x.memory.buffer, at + 8, count).slice();
    this.x.page_release(at);
    return values;
  }

  talks(request: Float64Array, degree: number): string {
    const numbers = this.put(request);
    const at = this.x.page_talks(numbers, request.length, degree);
    this.x.page_release(numbers);
    if (!at) throw new EngineError(Engine.text(this.x, this.x.page_message()));
    const json = Engine.text(this.x, at);
    this.x.page_release(at);
    return json;
  }

  /* Statistics of values that stand in the engine's memory (`keep`), from month `first` on, with the differences to
   * `base`, which has all months; `which` are the quantities' places in it. */
  statistics(values: number, base: number, which: Uint32Array, first: number, members: number, picked: Uint32Array | null): Float32Array {
    const count = picked ? picked.length : members, x = this.x, size = 16 * which.length * (this.months - first);
    const places = this.put(which), chosen = picked ? this.put(picked) : 0;
    const out = x.page_allocate(4 * size), room = x.page_allocate(12 * Math.max(count, 1));
    if (!out || !room) throw new EngineError("out of memory");
    x.page_statistics(values, base, places, which.length, first, members, chosen, count, out, room);
    const result = new Float32Array(x.memory.buffer, out, size).slice();
    for (const at of [out, room, places, chosen]) if (at) x.page_release(at);
    return result;
  }

  /* Rows of parts of the members, put together as [row][member] in the engine's memory; for `free`. */
  keep(parts: { values: Float32Array; members: number }[], rows: number, members: number): number {
    const at = this.x.page_allocate(4 * rows * members);
    if (!at) throw new EngineError("out of memory");
    const all = new Float32Array(this.x.memory.buffer, at, rows * members);
    let first = 0;
    for (const part of parts) {
      for (let row = 0; row < rows; row++)
        all.set(part.values.subarray(row * part.members, (row + 1) * part.members), row * members + first);
      first += part.members;
    }
    return at;
  }

  /* The first `fewer` members of rows that were kept. */
  keepFewer(at: number, rows: number, members: number, fewer: number): number {
    const all = new Float32Array(this.x.memory.buffer, at, rows * members);
    const values = new Float32Array(rows * fewer);
    for (let row = 0; row < rows; row++) values.set(all.subarray(row * members, row * members + fewer), row * fewer);
    return this.keep([{ values, members: fewer }], rows, fewer);
  }

  free(at: number): void { if (at) this.x.page_release(at); }
}
