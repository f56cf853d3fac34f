/* The panels that answer questions: why a number is what it is, what is assumed, and what comes of talks. */
import { Case, monthName, Parameter } from "./case";
import { h, link, say } from "./dom";
import { plain, units } from "./numbers";
import { Prior, restTerms, sameTerms, State, termsOf } from "./state";
import { words } from "./words";

function range(c: Case, p: Parameter, [low, , high]: [number, number, number]): string {
  if (p.date) return words.middleRange(monthName(c, low - c.time), monthName(c, high - c.time));
  const of = units(p.units ?? "");
  return words.middleRange(plain(low, high - low), plain(high, high - low) + (of && ` ${of}`));
}

function priorLines(c: Case, p: Parameter): HTMLElement[] {
  const lines = [h("dt", {}, words.prior), h("dd", {}, `${words.priorKinds[p.prior[0]]}; `, range(c, p, p.range), p.judgement ? `. ${words.judgement}` : "")];
  if (p.source) lines.push(h("dt", {}, words.source), h("dd", {}, link(p.source, p.url)));
  if (p.note) lines.push(h("dt", {}, words.note), h("dd", {}, p.note));
  if (p.posterior) lines.push(h("dt", {}, words.posterior), h("dd", {}, range(c, p, p.posterior)));
  return lines;
}

/* ---- Why ---------------------------------------------------------------------------------------------- */

export class Why {
  readonly element = h("dialog", { class: "why", "aria-labelledby": "why-title" });
  constructor(private readonly c: Case) {}

  open(variable: number): void {
    if (!this.element.open) this.element.showModal();
    this.fill(variable);
  }

  private fill(index: number): void {
    const c = this.c, v = c.variables[index];
    const parameters = c.parameters.filter((p) => p.variable === index);
    const observed = c.observations.filter((o) => o.shows.some((q) => c.quantities[q].variable === index));
    const close = h("button", { type: "button", click: () => this.element.close() }, words.close);
    const title = h("h2", { id: "why-title", tabindex: "-1" }, v.name);
    this.element.replaceChildren(title, h("dl", {},
      h("dt", {}, words.meaning), h("dd", {}, `${words.whyKind[v.kind]}. ${v.doc}`),
      h("dt", {}, v.kind === "stock" ? words.initial : words.equation), h("dd", {}, ...v.equations.map((e) => h("pre", { tabindex: "0" }, e))),
      ...(v.units ? [h("dt", {}, words.units), h("dd", {}, units(v.units) || v.units)] : []),
      ...parameters.flatMap((p) => [h("dt", {}, p.name), h("dd", {}, h("dl", {}, ...priorLines(c, p)))]),
      ...(observed.length ? [h("dt", {}, words.data), h("dd", {}, ...observed.map((o) => h("p", {}, o.title, ". ", o.source ? link(o.source, o.url) : "", " ", o.issues)))] : []),
      ...(v.inputs.length ? [h("dt", {}, words.inputs), h("dd", { class: "inputs" }, ...v.inputs.map((i) =>
        h("button", { type: "button", class: "small", click: () => this.fill(i) }, c.variables[i].name)))] : []),
      h("dt", {}, words.place), h("dd", {}, `${v.file}:${v.line}${v.group ? `, ${v.group}` : ""}`)), close);
    title.focus();
    this.element.scrollTop = 0;
  }
}

/* ---- Assumptions -------------------------------------------------------------------------------------- */

const Z95 = 1.6448536269514722;

/* A prior of the same kind with these ends of its 90 % interval; one without such a form becomes uniform, within its
 * bounds. */
export function priorOf(kind: number, low: number, high: number, [least, greatest] = [-Infinity, Infinity]): Prior | null {
  if (!(low < high) || !Number.isFinite(low) || !Number.isFinite(high) || low < least || high > greatest) return null;
  if (kind === 2) return low > 0 ? [2, Math.sqrt(low * high), Math.log(high / low) / (2 * Z95), 0, 0] : null;
  if (kind === 1) return [1, (low + high) / 2, (high - low) / (2 * Z95), 0, 0];
  const room = (high - low) / 18; /* 5 % on either side */
  return [3, Math.max(least, low - room), Math.min(greatest, high + room), 0, 0];
}

/* The ends of a prior that priorOf made. */
function endsOf([kind, a, b]: Prior): [number, number] {
  if (kind === 2) return [a * Math.exp(-Z95 * b), a * Math.exp(Z95 * b)];
  if (kind === 1) return [a - Z95 * b, a + Z95 * b];
  const room = (b - a) / 20;
  return [a + room, b - room];
}

export class Assumptions {
  readonly element: HTMLElement;
  private readonly list = h("div", { class: "assumptions" });
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly search: HTMLInputElement;
  constructor(private readonly c: Case, private readonly state: () => State, private readonly move: (index: number, prior: Prior | null) => void) {
    this.search = h("input", { id: "search", type: "search", autocomplete: "off", input: () => this.fill() });
    this.element = h("section", { class: "panel", "aria-labelledby": "assumptions-title" }, h("h2", { id: "assumptions-title" }, words.assumptionsTitle),
      h("p", { class: "lead" }, words.assumptionsLead(c.parameters.length)), h("label", { for: "search" }, words.search), this.search,
      h("p", { class: "hint" }, words.searchHint), this.status, this.list);
    this.fill();
  }
  say(text: string): void { say(this.status, text); }

  /* Those that were moved, then those that match; at first, those that the levers rest on. What is open stays open, and
   * what has the focus keeps it. */
  fill(): void {
    const MOST = 40, moved = (i: number) => Number(this.state().priors.has(i));
    const wanted = this.search.value.trim().toLowerCase(), rests = new Set(this.c.levers.flatMap((l) => l.rests));
    const shown = this.c.parameters.map((p, i) => ({ p, i })).filter(({ p, i }) => p.prior[0] !== 0 &&
      (moved(i) || (wanted ? p.name.toLowerCase().includes(wanted) : rests.has(i) || !rests.size))).sort((a, b) => moved(b.i) - moved(a.i));
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((d) => d.id)), focus = document.activeElement?.id;
    this.list.replaceChildren(...shown.slice(0, MOST).map(({ p, i }) => this.entry(p, i, open.has(`prior-${i}`))));
    if (shown.length > MOST) this.list.append(h("p", { class: "hint" }, words.shownFirst(MOST, shown.length)));
    if (focus?.startsWith("prior-")) document.getElementById(focus.replace(/undo$/, "apply"))?.focus();
  }

  private entry(p: Parameter, index: number, opened: boolean): HTMLElement {
    const moved = this.state().priors.get(index), id = `prior-${index}`;
    const ends = moved ? endsOf(moved) : [p.range[0], p.range[2]], spread = ends[1] - ends[0];
    const input = (name: string, text: string, value: number) => {
      const digits = 4 + Math.max(0, Math.min(11, Math.floor(Math.log10(Math.abs(value) / spread)) || 0));
      const element = h("input", { id: `${id}-${name}`, type: "text", inputmode: "decimal", value: Number(value.toPrecision(digits)), size: 8 });
      return { element, whole: h("span", {}, h("label", { for: `${id}-${name}` }, text), element) };
    };
    const since = p.date ? this.c.time : 0, from = p.date ? words.countedFrom(monthName(this.c, 0)) : "";
    const low = input("low", words.low + from, ends[0] - since), high = input("high", words.high + from, ends[1] - since);
    const bounds: [number, number] | undefined = p.prior[0] === 4 ? [p.prior[3], p.prior[4]] : p.prior[0] === 2 ? [0, Infinity] : undefined;
    const apply = () => {
      const [least, most] = [low, high].map(({ element }) => (element.value.trim() ? Number(element.value) + since : NaN)), prior = priorOf(p.prior[0], least, most, bounds);
      for (const { element } of [low, high]) element.setAttribute("aria-invalid", String(!prior));
      if (prior) this.move(index, prior);
      else this.say(words.noPrior(p.name, bounds));
    };
    return h("details", { id, class: moved ? "assumption moved" : "assumption", open: opened || moved !== undefined }, h("summary", {}, p.name),
      h("dl", {}, ...priorLines(this.c, p)), h("div", { class: "prior" }, low.whole, high.whole,
        h("button", { id: `${id}-apply`, type: "button", "aria-label": `${words.apply}: ${p.name}`, click: apply }, words.apply),
        h("button", { id: `${id}-undo`, type: "button", "aria-label": `${words.undo}: ${p.name}`, disabled: !moved, click: () => this.move(index, null) }, words.undo)));
  }
}

/* ---- Talks -------------------------------------------------------------------------------------------- */

export interface Talks {
  members: number; effective: number; deal: number; now: number; ahead: number; noDeal: number; obstacles: number[]; years: number[];
  months: { month: number; position: number[]; placed: number; zone: number; struck: number; war: number }[];
  deals: { name: string; defender: number; attacker: number; both: number; peace: number[] }[];
  dates: { months: number; mean: number; low: number; high: number; base: number | null }[];
}

const percent = (x: number | null) => (x === null || !Number.isFinite(x) ? "–" : x < 0.005 ? "<1" : x > 0.995 ? ">99" : String(Math.round(100 * x)));

/* Points of 100 to which a share of so many futures alike is told, as the command line does. */
const grainOf = (effective: number) => (effective >= 100 ? 1 : effective >= 25 ? 5 : 10);

/* "24", or to 5 or 10 points "25" and "<5". */
export function shareOf(x: number | null, effective: number): string {
  const grain = grainOf(effective);
  if (grain === 1 || x === null || !Number.isFinite(x)) return percent(x);
  const points = grain * Math.round((100 * x) / grain);
  return points <= 0 ? `<${grain}` : points >= 100 ? `>${100 - grain}` : String(points);
}

export class TalksPanel {
  readonly element: HTMLElement;
  private readonly body = h("div", { class: "talks" });
  private readonly status = h("p", { class: "status", role: "status" });
  private result: Talks | null = null;
  private base: Talks | null = null;
  constructor(private readonly c: Case, private readonly state: () => State) {
    this.element = h("section", { class: "panel", "aria-labelledby": "talks-title" }, h("h2", { id: "talks-title" }, words.talksTitle),
      h("p", { class: "lead" }, words.talksLead), this.status, this.body);
    say(this.status, words.talksWait);
  }
  /* What comes of the baseline, to compare with. */
  set atRest(result: Talks) { this.base = result; }
  wait(): void { say(this.status, words.talksWait); this.body.classList.add("old"); }
  fail(message: string): void { say(this.status, `${words.talksFailed}: ${message}`); }
  get hasBase(): boolean { return this.base !== null; }
  show(result: Talks, milliseconds: number): void {
    this.result = result;
    const grain = grainOf(result.effective);
    say(this.status, `${words.talksFutures(result.members, Math.round(result.effective), grain)} ${words.talksTime((milliseconds / 1000).toFixed(1))}${this.base && this.base !== result ? ` ${words.talksAgainst}` : ""}`);
    this.body.classList.remove("old");
    this.fill();
  }

  private against(now: number, base: number | null | undefined): string {
    if (base === undefined || base === null || this.result === this.base) return "";
    const grain = grainOf(this.result?.effective ?? Infinity), change = grain * (Math.round((100 * now) / grain) - Math.round((100 * base) / grain));
    return change === 0 ? " (=)" : ` (${change > 0 ? "+" : "\u2212"}${Math.abs(change)})`;
  }

  private bar(label: string, value: number, base: number | null | undefined, note = ""): HTMLElement {
    return h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "bar" }, h("progress", { max: 1, value, "aria-label": label })),
      h("td", { class: "number" }, `${this.share(value)} %${this.against(value, base)}`), h("td", { class: "hint" }, note));
  }

  private share(x: number | null): string { return shareOf(x, this.result?.effective ?? Infinity); }

  /* Five futures alike or more have a position. */
  private isPlaced(of: Talks | null, j: number): boolean { return (of?.months[j]?.placed ?? 0) * (of?.effective ?? 0) >= 5; }

  private position(r: Talks, j: number): HTMLElement {
    const m = r.months[j], name = monthName(this.c, m.month), base = this.isPlaced(this.base, j) ? this.base!.months[j].position[2] : undefined;
    if (!this.isPlaced(r, j)) return h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "hint", colspan: 3 }, words.positionFew(this.share(m.placed))));
    return this.bar(name, m.position[2], base, words.positionOf(percent(m.position[1]), percent(m.position[3]), this.share(m.placed)));
  }

  private block(title: string, note: string, rows: HTMLElement[]): HTMLElement {
    return h("div", { class: "block" }, h("h3", {}, title), h("p", { class: "hint" }, note), h("table", {}, h("tbody", {}, ...rows)));
  }

  fill(): void {
    const c = this.c, r = this.result, t = c.talks;
    if (!r || !t) return;
    const now = r.months[r.now], base = this.base, terms = this.state().terms ?? restTerms(c), chosen = t.deals[terms.deal], guarantee = t.guarantees[terms.guarantee];
    const noDeal = 1 - (r.dates.find((d) => d.months === r.ahead)?.mean ?? 1 - r.noDeal); // so that both add up to 100
    const obstructed = 200 * r.noDeal >= grainOf(r.effective); // else all shares would be zeros
    const positions = [0, 12, 24].map((k) => r.now + k).filter((j) => j < r.months.length);
    const deal = r.deals[r.deal], baseDeal = base?.deals[base.deal], changed = !sameTerms({ ...terms, branch: -1 }, termsOf(c, terms.deal));
    this.body.replaceChildren(
      this.block(words.position, words.positionNote(t.defender), positions.map((j) => this.position(r, j)).concat([this.bar(words.zone, now.zone, base?.months[base.now].zone)])),
      this.block(words.deal, "", r.dates.map((d, i) => this.bar(words.dealBy(monthName(c, now.month + d.months)), d.mean, base?.dates[i]?.mean,
        d.base === null ? "" : `${words.baseRate}: ${percent(d.base)}\u00a0%`))),
      this.block(words.obstacles, words.obstaclesNote(r.ahead, this.share(noDeal), obstructed), (obstructed ? r.obstacles : []).map((x, i) =>
        this.bar(words.obstacleNames(t.defender, t.attacker)[i], Math.max(0, x), base?.obstacles[i]))),
      h("div", { class: "block" }, h("h3", {}, words.peace), h("p", {}, `${words.dealLabel}: ${chosen.title}${changed ? ` (${words.dealChanged})` : ""}.`),
        h("p", { class: "hint" }, `${guarantee.title}. ${guarantee.note ?? ""} ${guarantee.source ?? ""}`),
        h("table", {}, h("caption", {}, words.accepts), h("tbody", {}, this.bar(t.defender, deal.defender, baseDeal?.defender),
          this.bar(t.attacker, deal.attacker, baseDeal?.attacker), this.bar(words.both, deal.both, baseDeal?.both))),
        h("table", {}, h("caption", {}, words.peaceNote), h("tbody", {}, ...r.years.map((y, i) => this.bar(words.years(y), deal.peace[i], baseDeal?.peace[i]))))));
  }
}

