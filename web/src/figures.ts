/* The figures: each output of the case as a fan chart with a read-out, a chart of differences, a table, and the
 * way to ask why. What a screen reader needs stands beside the canvas, not in it. */
import { At, Case, monthName, Observation, Quantity, STATISTICS, Unit, unitOf } from "./case";
import { canvasPen, Colours, draw, Drawing, leftOf, Line, margins, svg, wrapped } from "./chart";
import { h, save, say } from "./dom";
import { format, stepOf, stepOfDifference, units } from "./numbers";
import { words } from "./words";

export interface Data { yours: Float32Array; base: Float32Array; members: number; moved: boolean; changed: boolean }
type Group = { id: string; title: string; units: string; section: string; quantities: { q: Quantity; index: number }[] };

/* Quantities of one output stand in one figure; the sum of both sides is told in words above it. */
export function groups(c: Case): Group[] {
  const found = new Map<string, Group>();
  c.quantities.forEach((q, index) => {
    if (!q.chart) return;
    const key = q.output >= 0 ? String(q.output) : `${q.title}`;
    const group = found.get(key) ?? { id: `f${found.size}`, title: q.title, units: q.units, section: q.section, quantities: [] };
    group.quantities.push({ q, index });
    found.set(key, group);
  });
  return [...found.values()];
}

/* Periods that Page Up and Page Down move by, and from row to row of a table. */
const PAGES: Record<Unit, number> = { month: 12, day: 7, week: 4, year: 10 }, ROWS: Record<Unit, number> = { month: 6, day: 7, week: 4, year: 1 };

/* The period that a key moves to from another, or null where it moves to none. */
export function keyed(c: Case, key: string, at: number): number | null {
  const page = PAGES[unitOf(c)];
  const by: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: page, PageDown: -page, Home: -1e6, End: 1e6 };
  return key in by ? Math.max(0, Math.min(c.months - 1, at + by[key])) : null;
}

/* What was observed, on the scale of a quantity: a change has no offset. */
export function shownAs(o: Pick<Observation, "scale" | "offset">, q: Pick<Quantity, "scale" | "offset" | "change">, value: number): number {
  return ((value - o.offset) / o.scale) * q.scale + (q.change ? 0 : q.offset);
}

export class Figure {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private readonly below = h("canvas", { "aria-hidden": "true" });
  private readonly finding = h("p", { class: "finding" });
  private readonly versus = h("p", { class: "versus" });
  private readonly readout: HTMLElement;
  private readonly note = h("p", { class: "differencenote" });
  private readonly difference = h("div", { class: "difference", hidden: true }, this.note, this.below);
  private readonly table: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private data: Data | null = null;
  private left = margins.left; /* of the plots */
  private dirty = true;
  visible = false;

  constructor(private readonly c: Case, readonly group: Group, private month: number, private readonly colours: () => Colours,
    move: (month: number) => void, why: (variable: number, title: string) => void) {
    const titleId = `${group.id}-title`, unitsId = `${group.id}-units`;
    this.readout = h("div", { class: "plot", role: "slider", tabindex: "0", "aria-labelledby": `${titleId} ${unitsId}`, "aria-describedby": "keys",
      "aria-valuemin": 0, "aria-valuemax": c.months - 1, "aria-valuenow": month, "aria-orientation": "horizontal",
      keydown: (e) => this.key(e as KeyboardEvent, move), pointerdown: (e) => this.point(e as PointerEvent, move),
      pointermove: (e) => { const p = e as PointerEvent; if (p.pointerType === "mouse" || p.buttons) this.point(p, move); } }, this.canvas);
    this.table = h("div", { class: "table", tabindex: "0", role: "region", "aria-label": words.tableOf(group.title) });
    this.details = h("details", { toggle: () => this.fillTable() }, h("summary", {}, words.table), this.table);
    const button = (text: string, act: () => void) => h("button", { type: "button", class: "small", click: act, "aria-label": `${text}: ${group.title}` }, text);
    this.element = h("figure", { class: "figure", id: group.id, "aria-labelledby": titleId },
      h("h3", { id: titleId }, group.title), this.finding, this.versus,
      h("p", { class: "units", id: unitsId }, units(group.units)), this.readout,
      this.difference,
      h("figcaption", { class: "caption" }, this.caption()),
      h("div", { class: "tools" }, h("button", { type: "button", class: "small", click: () => why(group.quantities[0].q.variable, group.title),
        "aria-label": words.whyLabel(group.title) }, words.why), button(words.png, () => this.png()), button(words.svg, () => this.svg()), this.details));
  }

  private caption(): string {
    const seen = this.c.observations.filter((o) => o.shows.some((i) => this.group.quantities.some((g) => g.index === i)));
    return seen.length ? (seen.some((o) => o.moved) ? words.observedMoved : words.observed) + " " + seen.map((o) => o.title).join("; ") + "." : "";
  }

  private key(e: KeyboardEvent, move: (m: number) => void): void {
    const month = keyed(this.c, e.key, this.month);
    if (month === null) return;
    e.preventDefault();
    move(month);
  }
  private point(e: PointerEvent, move: (m: number) => void): void {
    const box = this.canvas.getBoundingClientRect(), width = box.width - this.left - margins.right;
    const month = Math.round(((e.clientX - box.left - this.left) / width) * (this.c.months - 1));
    if (month >= 0 && month < this.c.months) move(month);
  }

  show(data: Data): void { this.data = data; this.dirty = true; }
  read(month: number): void { if (month !== this.month) { this.month = month; this.dirty = true; } }
  touch(): void { this.dirty = true; }

  /* Draws what is in sight and has changed. */
  paint(): void {
    if (!this.data || !this.dirty || !this.visible) return;
    this.dirty = false;
    const main = this.drawing(false), below = this.data.moved ? this.drawing(true) : null, colours = this.colours();
    this.left = Math.max(leftOf(this.c, main), below ? leftOf(this.c, below) : 0);
    this.drawOn(this.canvas, main, colours);
    if (this.data.moved) this.difference.hidden = false; /* from the first move on its place is kept */
    this.below.classList.toggle("away", !this.data.moved);
    if (below) this.drawOn(this.below, below, colours);
    this.words();
    this.fillTable();
  }

  private drawOn(canvas: HTMLCanvasElement, d: Drawing, colours: Colours): void {
    const box = canvas.getBoundingClientRect(), scale = window.devicePixelRatio || 1;
    const width = Math.round(box.width), height = Math.round(box.height);
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const g = canvas.getContext("2d")!;
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.font = "11px system-ui, sans-serif";
    draw(this.c, d, canvasPen(g), colours, width, height, this.left);
  }

  private value(of: Float32Array, index: number, month: number, at: number, difference = false): number {
    return of[((index * this.c.months + month) * 2 + (difference ? 1 : 0)) * STATISTICS + at];
  }
  private row(of: Float32Array, index: number, at: number, difference = false): number[] {
    return Array.from({ length: this.c.months }, (_, m) => this.value(of, index, m, at, difference));
  }

  private drawing(difference: boolean): Drawing {
    const d = this.data!, lines: Line[] = [];
    this.group.quantities.forEach(({ q, index }, i) => {
      if (q.both && this.group.quantities.length > 1) return;
      const from = difference && !d.moved ? null : d.yours, get = (at: number) => (from ? this.row(from, index, at, difference) : []);
      lines.push({ label: q.label, colour: q.side >= 0 ? q.side : this.group.quantities.length > 1 ? 2 + i : 4, median: get(At.Q50),
        wide: { low: get(At.Q05), high: get(At.Q95) }, narrow: { low: get(At.Q25), high: get(At.Q75) },
        base: !difference && d.moved ? this.row(d.base, index, At.Q50) : null, points: difference ? [] : this.points(index, q) });
    });
    /* A line on a map has no zero worth showing; an amount has. */
    const level = this.group.quantities.some((g) => g.q.front && !g.q.change);
    return { lines, zero: !level, difference, cursor: this.month, events: !difference };
  }

  private points(index: number, q: Quantity): { month: number; value: number }[] {
    const points: { month: number; value: number }[] = [];
    for (const o of this.c.observations)
      if (o.shows.includes(index)) o.values.forEach((v, month) => { if (v !== null) points.push({ month, value: shownAs(o, q, v) }); });
    return points;
  }

  /* The read-out in words, for eyes and ears: both sides' losses are told together first. */
  private words(): void {
    const d = this.data!, month = monthName(this.c, this.month), parts: string[] = [], shown: string[] = [], moved: string[] = [];
    const order = [...this.group.quantities].sort((a, b) => Number(b.q.both) - Number(a.q.both));
    for (const { q, index } of order) {
      const get = (at: number, difference = false) => this.value(d.yours, index, this.month, at, difference);
      const step = stepOf(get(At.Q25), get(At.Q75)), label = q.both ? words.both_ : q.label;
      parts.push(words.seriesText(label, format(get(At.Q50), step), format(get(At.Q25), step), format(get(At.Q75), step)));
      shown.push(words.finding(label, format(get(At.Q50), step), format(get(At.Q25), step), format(get(At.Q75), step), shown.length === 0));
      if (!d.moved) continue;
      const difference = get(At.Q50, true), by = stepOfDifference(difference, get(At.Q05, true), get(At.Q95, true)), up = (difference || get(At.Mean, true)) > 0;
      const share = Math.round(100 * get(up ? At.Above : At.Below, true));
      moved.push((label ? label + ": " : "") + (share === 0 ? words.same : words.versus(format(difference, by, true), share, up)));
    }
    say(this.finding, `${month}: ${shown.join("; ")}`);
    say(this.versus, moved.join("; "));
    say(this.note, d.moved ? words.differenceTitle : words.noDifference);
    this.readout.setAttribute("aria-valuenow", String(this.month));
    this.readout.setAttribute("aria-valuetext", words.valueText(month, parts.concat(moved)));
  }

  /* Some periods, and the one that is read; where it is open. */
  private fillTable(): void {
    if (!this.data || !this.details.open) return;
    const d = this.data, rows: HTMLElement[] = [];
    const several = this.group.quantities.length > 1;
    const unit = unitOf(this.c), every = ROWS[unit], head = [words.period[unit], several ? words.series : null, words.median, words.middle, words.most, d.moved ? words.change : null].filter((x) => x !== null);
    for (let m = 0; m < this.c.months; m++) {
      if (m % every !== every - 1 && m !== this.month && m !== this.c.months - 1) continue;
      for (const { q, index } of this.group.quantities) {
        const get = (at: number, difference = false) => this.value(d.yours, index, m, at, difference), step = stepOf(get(At.Q25), get(At.Q75));
        const cells = [several ? q.label : null, format(get(At.Q50), step), words.range(format(get(At.Q25), step), format(get(At.Q75), step)),
          words.range(format(get(At.Q05), step), format(get(At.Q95), step)),
          d.moved ? format(get(At.Q50, true), stepOfDifference(get(At.Q50, true), get(At.Q05, true), get(At.Q95, true)), true) : null].filter((x) => x !== null);
        rows.push(h("tr", {}, h("th", { scope: "row" }, monthName(this.c, m)), ...cells.map((x) => h("td", {}, x!))));
      }
    }
    this.table.replaceChildren(h("table", {}, this.group.units && h("caption", {}, units(this.group.units)), h("thead", {}, h("tr", {}, ...head.map((x) => h("th", { scope: "col" }, x!)))),
      h("tbody", {}, ...rows)));
  }

  private lines(): string[] {
    const of = units(this.group.units), { members, moved } = this.data!;
    return [`${of && `${of}. `}${this.finding.textContent}`, `${words.bands} ${words.futures(members)}${moved ? ` ${words.against}` : ""}`,
      `${this.c.title}; truce ${this.c.truce}; seed ${this.c.seed}; case ${this.c.hash.slice(0, 8)}`].flatMap((line) => wrapped(line, 140));
  }
  private name(end: string): string {
    return `${this.group.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}.${end}`;
  }
  private svg(): void {
    if (!this.data) return;
    save(this.name("svg"), new Blob([svg(this.c, this.drawing(false), this.colours(), 720, 320, this.group.title, this.lines())], { type: "image/svg+xml" }));
  }
  private png(): void {
    if (!this.data) return;
    const lines = this.lines(), height = 355 + 15 * lines.length;
    const canvas = h("canvas", { width: 1440, height: 2 * height }), g = canvas.getContext("2d")!, colours = this.colours();
    g.scale(2, 2);
    g.fillStyle = colours.paper;
    g.fillRect(0, 0, 720, height);
    g.translate(0, 36);
    g.font = "11px system-ui, sans-serif";
    draw(this.c, this.drawing(false), canvasPen(g), colours, 720, 300);
    g.textAlign = "left";
    g.fillStyle = colours.ink;
    g.font = "600 15px system-ui, sans-serif";
    g.fillText(this.group.title, 8, -14);
    g.font = "11px system-ui, sans-serif";
    g.fillStyle = colours.soft;
    lines.forEach((l, i) => g.fillText(l, 8, 316 + 15 * i, 704));
    canvas.toBlob((blob) => { if (blob) save(this.name("png"), blob); }, "image/png");
  }
}

/* A text as a cell of a CSV file. What a spreadsheet would take for a formula gets an apostrophe, as in the files of the
 * command line (text_write_field). */
export function cell(text: string): string {
  const formula = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text);
  return formula || /[",\r\n]/.test(text) ? `"${formula ? "'" : ""}${text.replace(/"/g, '""')}"` : text;
}

/* All quantiles of all quantities, as CSV, with the digits that a float has. */
export function csv(c: Case, d: Data): string {
  const lines = ["scenario,quantity,side,units,month,q05,q25,q50,q75,q95,mean,difference_q05,difference_q25,difference_q50,difference_q75,difference_q95,difference_mean"];
  const written = (numbers: Float32Array) => Array.from(numbers, (x) => String(Number(x.toPrecision(7))));
  const sets: [string, Float32Array][] = d.moved ? [["baseline", d.base], ["yours", d.yours]] : [["baseline", d.yours]];
  for (const [name, of] of sets)
    c.quantities.forEach((q, i) => {
      for (let m = 0; m < c.months; m++) {
        const at = (i * c.months + m) * 2 * STATISTICS, numbers = written(of.subarray(at, at + 6));
        const change = name === "yours" ? written(of.subarray(at + STATISTICS, at + STATISTICS + 6)) : ["", "", "", "", "", ""];
        lines.push([name, cell(q.title), cell(q.label), cell(q.units), monthName(c, m), ...numbers, ...change].join(","));
      }
    });
  return lines.join("\n") + "\n";
}
