/* The page: reads the address, asks the workers, shows what they say. */
import { archiveBytes, engineBytes } from "./bytes";
import { Case, monthIndex, monthName, unitOf } from "./case";
import { Colours, escape } from "./chart";
import { h, save, say } from "./dom";
import { csv, Data, Figure, groups, keyed } from "./figures";
import { Levers } from "./levers";
import { Assumptions, Talks, TalksPanel, Why } from "./panels";
import { Job, Pool, Timing } from "./pool";
import * as address from "./state";
import { words } from "./words";

declare const truceCase: Case, truceArchive: string | string[], truceEngine: string, truceWorker: string;

const COARSE = 100, TALKS_MEMBERS = 200, TALKS_AFTER = 350, LEAST_EFFECTIVE = 50;

/* Members in proportion to their weights, by one systematic draw without chance. */
export function pick(weights: Float64Array): { picked: Uint32Array; effective: number } {
  const n = weights.length, picked = new Uint32Array(n);
  let sum = 0, squares = 0, at = 0, passed = weights[0];
  for (const w of weights) { sum += w; squares += w * w; }
  for (let i = 0; i < n; i++) {
    const target = ((i + 0.5) * sum) / n;
    while (passed < target && at < n - 1) passed += weights[++at];
    picked[i] = at;
  }
  return { picked, effective: squares > 0 ? (sum * sum) / squares : 0 };
}

class Page {
  private state: address.State;
  private pool!: Pool;
  private base: Float32Array | null = null;
  private data: Data | null = null;
  private readonly figures: Figure[];
  private readonly levers: Levers;
  private readonly assumptions: Assumptions;
  private readonly talks: TalksPanel | null;
  private readonly why: Why;
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly month: HTMLInputElement;
  private readonly monthText = h("output", { for: "month" });
  private colours!: Colours;
  private readonly coarse: number;
  private newest = 0; /* computation of the charts, of those asked for */
  private sent = 0; /* and of those sent to the workers */
  private working = 0; /* how many are not over */
  readonly timings: (Timing & { drawing: number; members: number })[] = [];

  constructor(private readonly c: Case) {
    const opened = address.read(c, location.hash);
    this.state = opened.state;
    this.coarse = Math.min(COARSE, c.members);
    this.why = new Why(c);
    this.readColours();
    this.figures = groups(c).map((g) => new Figure(c, g, this.state.month, () => this.colours, (m) => this.read(m), (v) => this.why.open(v)));
    this.levers = new Levers(c, () => this.state, (name, value, done) => this.moveLever(name, value, done),
      (scenario) => { address.choose(c, this.state, scenario); this.changed(true); }, () => this.resetAll(), (terms) => this.moveTerms(terms), (held) => this.holdTerm(held));
    this.assumptions = new Assumptions(c, () => this.state, (index, prior) => {
      if (prior) this.state.priors.set(index, prior); else this.state.priors.delete(index);
      this.assumptions.fill();
      this.assumptions.say(words.computing);
      this.changed(true);
    });
    this.talks = c.talks ? new TalksPanel(c, () => this.state) : null;
    this.month = h("input", { id: "month", type: "range", min: 0, max: c.months - 1, step: 1, value: this.state.month, "aria-describedby": "keys",
      input: () => this.read(Number(this.month.value)), keydown: (e) => this.key(e as KeyboardEvent) });
    this.checkEmbed(opened);
    this.build(opened);
    this.tellMonth();
  }

  private checkEmbed(opened: address.Opened): void {
    const { embed } = this.state;
    if (embed === null || this.figures.some((f) => f.group.id === embed)) return;
    opened.lost.push("embed");
    this.state.embed = null;
  }

  /* ---- Layout ------------------------------------------------------------------------------------------ */

  private build(opened: address.Opened): void {
    const c = this.c, embed = this.state.embed;
    document.title = c.title;
    document.documentElement.classList.toggle("embed", embed !== null);
    const notices = [opened.otherEdition && words.otherEdition, opened.newer && words.newerLink, opened.lost.length > 0 && words.lost(address.toldOf(opened.lost), opened.lost.length - address.toldOf(opened.lost).length)]
      .flatMap((text) => (text ? [h("p", { class: "notice", role: "note" }, text)] : []));
    const main = document.getElementById("main")!;
    const shown = embed ? this.figures.filter((f) => f.group.id === embed) : this.figures;
    const sections = [...new Set(shown.map((f) => f.group.section))];
    this.charts.append(h("p", { id: "keys", class: "hidden" }, words.instructions(unitOf(c))),
      ...(!embed && c.events.length > 0 ? [h("p", { class: "hint" }, words.events(c.events.map((e) => `${e.label} (${monthName(c, e.month)})`)))] : []),
      ...sections.map((s, i) => h("section", { class: "section", "aria-labelledby": `section-${i}` }, h("h2", { id: `section-${i}` }, s),
        h("div", { class: "grid" }, ...shown.filter((f) => f.group.section === s).map((f) => f.element)))));
    if (embed) {
      main.replaceChildren(...notices, this.charts, this.status, h("p", { class: "foot" }, h("a", { href: this.url(false), target: "_blank", rel: "noopener" }, `${words.full}: ${c.title}`)));
    } else {
      main.replaceChildren(h("header", { class: "top" }, h("h1", {}, c.title), this.trust(), ...notices),
        h("div", { class: "columns" }, h("div", { class: "left" }, this.levers.element),
          h("div", { class: "right" }, this.toolbar(), this.charts, this.talks?.element ?? null, this.assumptions.element)),
        h("footer", { class: "foot" }, h("details", {}, h("summary", {}, words.about), h("p", {}, c.description ?? "")), h("p", {}, words.footer(c.truce, c.seed))), this.why.element);
    }
    say(this.status, words.loading);
    this.skip();
    this.watch(shown);
  }

  /* Without an address of its own, which would take the place of the state's. */
  private skip(): void {
    const link = document.querySelector(".skip")!;
    say(link, words.skip);
    link.addEventListener("click", (event) => { event.preventDefault(); this.charts.focus(); this.charts.scrollIntoView(); });
  }

  private trust(): HTMLElement {
    const c = this.c;
    return h("section", { class: "trust", "aria-labelledby": "trust-title" }, h("h2", { id: "trust-title" }, words.trustTitle),
      h("p", {}, c.weakness ? `${words.trustLead} ${c.weakness}.` : words.noRecord),
      c.record.length > 0 && h("details", {}, h("summary", {}, words.trustMore), h("ul", {}, ...c.record.map((r) => h("li", {}, r)))));
  }

  private toolbar(): HTMLElement {
    const c = this.c, button = (text: string, act: () => void) => h("button", { type: "button", click: act }, text);
    return h("div", { class: "toolbar" }, h("div", { class: "reading" }, h("label", { for: "month" }, words.readMonth), this.month, this.monthText), this.status,
      h("p", { class: "legend" }, words.bands, " ", words.against),
      h("div", { class: "downloads" }, button(words.share, () => this.copy(this.url(false))),
        button(words.csv, () => void this.saveNumbers()),
        button(words.yaml, () => save("yours.yaml", new Blob([address.yaml(c, this.state, this.url(false))], { type: "application/yaml" }))),
        button(words.embed, () => this.copy(`<iframe src="${escape(this.url(true))}" width="640" height="480" title="${escape(c.title)}"></iframe>`)),
        button(words.print, () => window.print())));
  }

  private url(embed: boolean): string {
    const state = { ...this.state, embed: embed ? this.figures[0]?.group.id ?? null : null };
    return `${location.href.split("#")[0]}#${address.write(this.c, state)}`;
  }
  private copy(text: string): void {
    const done = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject();
    done.then(() => say(this.status, words.copied), () => void prompt(words.notCopied, text));
  }

  private readColours(): void {
    const style = getComputedStyle(document.documentElement), get = (name: string) => style.getPropertyValue(name).trim();
    this.colours = { paper: get("--paper"), ink: get("--ink"), soft: get("--soft"), grid: get("--grid"), forecast: get("--forecast"),
      lines: [0, 1, 2, 3, 4, 5].map((i) => get(`--line${i}`)) };
  }

  private watch(shown: Figure[]): void {
    const seen = new IntersectionObserver((entries) => {
      for (const e of entries) {
        const figure = shown.find((f) => f.element === e.target);
        if (figure) figure.visible = e.isIntersecting;
      }
      this.paint();
    }, { rootMargin: "200px" });
    shown.forEach((f) => seen.observe(f.element));
    const again = () => { this.readColours(); this.figures.forEach((f) => f.touch()); this.paint(); };
    new ResizeObserver(again).observe(document.getElementById("charts")!);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    const print = (begins: boolean) => { document.documentElement.classList.toggle("paper", begins); again(); };
    window.addEventListener("beforeprint", () => {
      document.querySelectorAll<HTMLDetailsElement>(".group:has(.lever.moved)").forEach((g) => (g.open = true));
      this.figures.forEach((f) => (f.visible = true));
      print(true);
    });
    window.addEventListener("afterprint", () => {
      print(false);
      shown.forEach((f) => { seen.unobserve(f.element); seen.observe(f.element); }); /* which are in sight */
    });
    window.addEventListener("hashchange", () => { if (location.hash.slice(1) !== address.write(this.c, this.state)) location.reload(); });
  }

  private paint(): number {
    const start = performance.now();
    this.figures.forEach((f) => f.paint());
    return performance.now() - start;
  }

  /* ---- Changes ----------------------------------------------------------------------------------------- */

  private read(month: number): void {
    this.state.month = month;
    this.month.value = String(month);
    this.tellMonth();
    this.figures.forEach((f) => f.read(month));
    requestAnimationFrame(() => this.paint());
    this.link();
  }
  private key(event: KeyboardEvent): void {
    const month = keyed(this.c, event.key, this.state.month);
    if (month === null) return;
    event.preventDefault();
    this.read(month);
  }
  private tellMonth(): void {
    const name = monthName(this.c, this.state.month);
    say(this.monthText, name);
    this.month.setAttribute("aria-valuetext", name);
  }
  private moveLever(name: string, value: number, done: boolean): void {
    const lever = this.c.levers.find((l) => l.name === name)!;
    if (value === lever.rest) this.state.levers.delete(name); else this.state.levers.set(name, value);
    this.changed(done);
  }
  /* Terms of talks move nothing but talks. */
  private moveTerms(terms: address.Terms | null): void {
    this.state.terms = terms;
    this.levers.update();
    this.link();
    this.outdateTalks();
    this.talkSoon();
  }
  /* A term that is dragged is not yet one that is asked about, and it may come to rest where it was. */
  private holdTerm(held: boolean): void {
    if (held) this.outdateTalks(); else if (this.talksShown !== this.talksAsked) this.talkSoon();
  }
  private resetAll(): void {
    this.state.levers.clear();
    this.state.priors.clear();
    this.state.scenario = 0;
    this.state.terms = null;
    this.assumptions.fill();
    this.changed(true);
  }
  private linkTimer = 0;
  private link(): void {
    clearTimeout(this.linkTimer);
    this.linkTimer = window.setTimeout(() => history.replaceState(null, "", `#${address.write(this.c, this.state)}`), 200);
  }
  private changed(done: boolean): void {
    this.changes++;
    this.levers.update();
    this.link();
    this.settle(done);
  }

  private restTimer = 0;
  /* Coarse at once; the whole ensemble when the lever has been let go, or has rested. */
  private settle(done: boolean): void {
    clearTimeout(this.restTimer);
    this.restTimer = 0;
    void this.compute(done ? this.c.members : this.coarse);
    if (!done) this.restTimer = window.setTimeout(() => this.settle(true), 150);
  }

  /* ---- Computing --------------------------------------------------------------------------------------- */

  /* All members tell whether enough are left, also for the few of a lever that moves. */
  private async weights(members: number): Promise<{ picked: Uint32Array | null; redraw: boolean; text: string }> {
    if (!this.state.priors.size) return { picked: null, redraw: false, text: "" };
    if (!this.c.fitted) return { picked: null, redraw: true, text: words.redrawnPlain };
    const all = this.c.members, weights = await this.pool.weigh(address.request(this.c, this.state, 0, all, true), all), { effective } = pick(weights);
    const of = Math.min(effective, (effective * (this.c.draws ?? all)) / all), { picked } = pick(weights.subarray(0, members));
    return of >= LEAST_EFFECTIVE ? { picked, redraw: false, text: words.weighed(Math.round(of)) } : { picked: null, redraw: true, text: words.redrawn(Math.round(of)) };
  }

  private job(members: number, weights: { picked: Uint32Array | null; redraw: boolean }, all: boolean): Job {
    const state = { ...this.state, levers: new Map(this.state.levers), priors: new Map(this.state.priors) };
    return { members, baseline: false, picked: weights.picked, all, request: (first, count) => address.request(this.c, state, first, count, weights.redraw) };
  }

  /* The numbers of all quantities, with those that no chart shows. */
  private async saveNumbers(): Promise<void> {
    const members = this.c.members, pause = () => new Promise((go) => setTimeout(go, 100));
    try {
      for (;;) {
        if (!this.base) {
          if (this.status.classList.contains("failed")) return;
          await pause();
          continue;
        }
        const weights = await this.weights(members), data = this.data!;
        /* The workers take the newest job only, and that of the charts goes first. */
        const result = this.working || this.restTimer ? null : data.moved ? await this.pool.run(this.job(members, weights, true)) : { out: data.yours };
        if (result && data === this.data) { save("futures.csv", new Blob([csv(this.c, { ...data, yours: result.out })], { type: "text/csv" })); return; }
        await pause(); /* something was moved meanwhile */
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private async compute(members: number): Promise<void> {
    const mine = ++this.newest, start = performance.now(), whole = members === this.c.members;
    if (!this.pool || !this.base) return;
    this.outdateTalks();
    this.working++;
    if (whole) this.begin();
    try {
      const weights = await this.weights(members);
      if (mine < this.sent) return; /* a newer one needed no weights */
      this.sent = mine;
      const moved = this.isMoved(), changes = this.changes;
      const result = await this.pool.run(this.job(members, weights, false));
      if (!result || (whole && mine !== this.newest)) return;
      this.take({ yours: result.out, base: this.base, members, moved, changed: true }, changes);
      const drawing = this.paint();
      this.timings.push({ ...result.timing, drawing, members, total: performance.now() - start });
      this.assumptions.say(weights.text);
      say(this.status, whole ? this.readyText() : words.coarse(members));
      if (whole) this.talkSoon();
    } catch (error) {
      this.fail(error);
    } finally {
      this.working--;
    }
  }

  private readyText(): string {
    const c = this.c, until = c.until ?? "";
    return words.ready(c.members, c.fitted ? c.draws : undefined, monthName(c, monthIndex(c, until)) || until);
  }

  private isMoved(): boolean { return this.state.priors.size > 0 || !address.isBaseline(this.c, this.state); }

  private readonly charts = h("div", { class: "charts", id: "charts", tabindex: "-1" });
  private changes = 0; /* of all but terms of talks */
  private shows = 0; /* how many of them the charts know */
  /* Charts of before pale where they stay for longer than a moment. */
  private pale(): void { this.charts.classList.toggle("old", this.shows !== this.changes); }
  private begin(): void {
    this.status.classList.remove("failed");
    say(this.status, words.computing);
    this.pale();
  }
  private take(data: Data, changes: number): void {
    this.data = data;
    this.shows = changes;
    this.figures.forEach((f) => f.show(data));
    this.pale();
  }

  private talksTimer = 0;
  private talksAsked = 0; /* what they are asked about changes this */
  private talksShown = -1;
  /* What stands there is of before. */
  private outdateTalks(): void {
    this.talksAsked++;
    this.talks?.wait();
    clearTimeout(this.talksTimer);
  }
  private talkSoon(): void {
    clearTimeout(this.talksTimer);
    this.talksTimer = window.setTimeout(() => void this.talk(), TALKS_AFTER);
  }
  private async askTalks(state: address.State): Promise<{ result: Talks; milliseconds: number }> {
    const { json, milliseconds } = await this.pool.talks(address.request(this.c, state, 0, TALKS_MEMBERS, true), 1);
    return { result: JSON.parse(json) as Talks, milliseconds };
  }

  private talking = false;
  private async talk(): Promise<void> {
    if (!this.talks || !this.base || this.state.embed || this.talksShown === this.talksAsked) return;
    if (this.talking) { this.talkSoon(); return; }
    this.talking = true;
    const mine = this.talksAsked, baseline = !this.isMoved() && !this.state.terms;
    try {
      /* The baseline once, to compare with; what the record says of the members is found with it. */
      if (!baseline && !this.talks.hasBase) this.talks.atRest = (await this.askTalks(address.restState(this.c))).result;
      const { result, milliseconds } = await this.askTalks(this.state);
      if (mine === this.talksAsked) {
        if (baseline) this.talks.atRest = result;
        this.talks.show(result, milliseconds);
        this.talksShown = mine;
      }
    } catch (error) {
      this.talks.fail((error as Error).message);
    }
    this.talking = false;
  }

  private fail(error: unknown): void {
    this.pale();
    say(this.status, `${words.failed}: ${error instanceof Error ? error.message : String(error)}`);
    this.status.classList.add("failed");
  }

  private async showBaseline(members: number): Promise<void> {
    const rest = address.restState(this.c);
    const result = await this.pool.run({ members, baseline: true, picked: null, all: true, request: (first, count) => address.request(this.c, rest, first, count, false) });
    const base = result!.out;
    this.take({ yours: base, base, members, moved: false, changed: false }, this.isMoved() ? -1 : this.changes);
    if (this.isMoved()) say(this.status, words.baselineFirst);
    this.paint();
    document.documentElement.dataset.drawn = String(members);
    if (members === this.c.members) this.base = base;
  }

  async start(): Promise<void> {
    const asked = Number(new URLSearchParams(location.search).get("workers"));
    const workers = asked >= 1 && asked <= 8 ? Math.floor(asked) : Math.max(1, Math.min(8, (navigator.hardwareConcurrency || 2) - 1));
    try {
      this.pool = await Pool.open(workers, this.coarse, this.c.quantities.flatMap((q, i) => (q.chart ? [i] : [])), truceWorker, await engineBytes(truceEngine), archiveBytes(truceArchive));
      /* A few first, so that there is something to see soon. */
      if (this.c.members > this.coarse) await this.showBaseline(this.coarse);
      await this.showBaseline(this.c.members);
      say(this.status, this.readyText());
      document.documentElement.dataset.ready = "yes";
      if (this.isMoved()) await this.compute(this.c.members);
      else void this.talk();
    } catch (error) {
      this.fail(error);
      document.documentElement.dataset.ready = "failed";
    }
  }

  /* For tests and the table of speeds: what the charts show. */
  get shown(): Data | null { return this.data; }
  set(levers: Record<string, number>): void {
    for (const [name, value] of Object.entries(levers)) this.moveLever(name, value, true);
  }
}

function open(): void {
  try {
    if (typeof truceArchive === "undefined" || typeof truceEngine === "undefined") throw new Error(words.damaged);
    const page = new Page(truceCase);
    Object.assign(window, { trucePage: page });
    void page.start();
  } catch {
    document.getElementById("main")!.replaceChildren(h("h1", {}, words.failed), h("p", {}, words.damaged));
    document.documentElement.dataset.ready = "failed";
  }
}

open();
