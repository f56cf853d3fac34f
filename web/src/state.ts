/* What a reader has chosen, and how an address says it: a version, the hash of the case, and what differs from
 * the baseline. Addresses that were ever published are opened for good: an old version is carried to the next one
 * by a migration, and what the case no longer has is told. */
import { Case, kinds, Lever, monthIndex, monthIso } from "./case";

export type Prior = [number, number, number, number, number];
/* What is on the table in talks, and what both sides think may come instead of the scenario. */
export interface Terms { deal: number; place: number; guarantee: number; form: number; relief: number; branch: number; probability: number }
export interface State {
  scenario: number;
  levers: Map<string, number>;
  priors: Map<number, Prior>;
  month: number;
  terms: Terms | null; /* null: as in the baseline */
  embed: string | null; /* the only chart shown */
}
export interface Opened { state: State; lost: string[]; otherEdition: boolean; newer: boolean }

export const ADDRESS_VERSION = 2;

/* From version i + 1 to the next. The first page wrote the scenario as "preset". */
const migrations: ((fields: URLSearchParams) => void)[] = [
  (fields) => {
    const preset = fields.get("preset");
    if (preset !== null) fields.set("s", preset);
    fields.delete("preset");
  },
];

export function restState(c: Case): State {
  return { scenario: 0, levers: new Map(), priors: new Map(), month: Math.min(c.data + 11, c.months - 1),
    terms: null, embed: null };
}

/* Those of a deal of the case. `place`: its line, or how far it is beyond the contact. */
export function termsOf(c: Case, deal: number): Terms {
  const d = c.talks!.deals[deal];
  return { deal, place: d.contact ? d.beyond : d.line, guarantee: d.guarantee, form: d.form, relief: d.relief, branch: -1, probability: 0.5 };
}
export function restTerms(c: Case): Terms { return termsOf(c, c.talks!.reference); }
export function sameTerms(a: Terms, b: Terms): boolean {
  return (Object.keys(a) as (keyof Terms)[]).every((k) => a[k] === b[k] || (k === "probability" && a.branch < 0 && b.branch < 0));
}
/* The ends of `place` for a deal. */
export function places(c: Case, deal: number): [number, number] {
  const t = c.talks!, [low, high] = [Math.min(...t.line.wanted), Math.max(...t.line.wanted)], room = (high - low) / 4;
  return t.deals[deal].contact ? [-room, room] : [low, high];
}

function writeTerms(c: Case, terms: Terms, fields: URLSearchParams): void {
  const t = c.talks!, own = termsOf(c, terms.deal);
  if (terms.deal !== t.reference) fields.set("d", t.deals[terms.deal].name);
  if (terms.place !== own.place) fields.set("t.line", String(terms.place));
  if (terms.guarantee !== own.guarantee) fields.set("t.guarantee", t.guarantees[terms.guarantee].name);
  if (terms.form !== own.form) fields.set("t.form", t.forms[terms.form]?.name ?? "");
  if (terms.relief !== own.relief) fields.set("t.relief", String(terms.relief));
  if (terms.branch >= 0) fields.set("t.branch", `${c.scenarios[terms.branch].name},${terms.probability}`);
}

export function write(c: Case, s: State): string {
  const fields = new URLSearchParams(), rest = restState(c);
  fields.set("v", String(ADDRESS_VERSION));
  fields.set("c", c.hash.slice(0, 8));
  if (s.scenario) fields.set("s", c.scenarios[s.scenario].name);
  for (const lever of c.levers) {
    const value = s.levers.get(lever.name);
    if (value !== undefined && value !== lever.rest)
      fields.set(`l.${lever.name}`, lever.date ? monthIso(c, value) : String(value));
  }
  s.priors.forEach((prior, index) => fields.set(`p.${c.parameters[index].name}`, prior.join(",")));
  if (s.month !== rest.month) fields.set("m", monthIso(c, s.month));
  if (s.terms && c.talks) writeTerms(c, s.terms, fields);
  if (s.embed) fields.set("embed", s.embed);
  return fields.toString();
}

function clamp(lever: Lever, value: number): number {
  return Math.min(lever.greatest, Math.max(lever.least, value));
}

function readLever(c: Case, name: string, text: string, opened: Opened): void {
  const lever = c.levers.find((l) => l.name === name);
  const value = lever?.date ? monthIndex(c, text) : Number(text);
  if (!lever || text.trim() === "" || !Number.isFinite(value)) opened.lost.push(name);
  else if (value === lever.rest) opened.state.levers.delete(name);
  else opened.state.levers.set(name, clamp(lever, value));
}

function readPrior(c: Case, name: string, text: string, opened: Opened): void {
  const index = c.parameters.findIndex((p) => p.name === name);
  const numbers = text.split(",").map(Number);
  if (index < 0 || c.parameters[index].prior[0] === 0 || numbers.length !== 5 || !numbers.every(Number.isFinite) || !isWritten(numbers)) opened.lost.push(name);
  else opened.state.priors.set(index, numbers as Prior);
}

/* A prior as the page makes them (priorOf): normal, lognormal or uniform. */
function isWritten([kind, a, b, c, d]: number[]): boolean {
  return c === 0 && d === 0 && ((kind === 1 && b > 0) || (kind === 2 && a > 0 && b > 0) || (kind === 3 && a < b));
}

/* The deal first, whose terms the others replace. */
function readTerms(c: Case, fields: URLSearchParams, opened: Opened): void {
  const t = c.talks, deal = fields.get("d"), number = (key: string, least: number, most: number, take: (value: number) => void) => {
    const text = fields.get(key);
    if (text === null) return;
    if (text.trim() === "" || !Number.isFinite(Number(text))) opened.lost.push(key);
    else take(Math.min(most, Math.max(least, Number(text))));
  };
  if (!t) {
    fields.forEach((_, key) => { if (/^(d$|t\.)/.test(key)) opened.lost.push(key); });
    return;
  }
  let terms = restTerms(c);
  const name = (key: string, list: { name: string }[], take: (i: number) => void) => {
    const text = fields.get(key);
    if (text !== null) readName(list.map((x) => x.name), text, opened, take);
  };
  if (deal !== null) readName(t.deals.map((d) => d.name), deal, opened, (i) => (terms = termsOf(c, i)));
  number("t.line", ...places(c, terms.deal), (x) => (terms.place = x));
  name("t.guarantee", t.guarantees, (i) => (terms.guarantee = i));
  name("t.form", t.forms, (i) => (terms.form = i));
  number("t.relief", 0, 1, (x) => (terms.relief = x));
  const branch = fields.get("t.branch");
  if (branch !== null) terms = { ...terms, ...readBranch(c, branch, opened) };
  if (!sameTerms(terms, restTerms(c))) opened.state.terms = terms;
}

/* Another scenario than the one that it may come instead of, and its probability. */
function readBranch(c: Case, text: string, opened: Opened): Partial<Terms> {
  const [, name = text, chance = ""] = text.match(/^(.*),([^,]+)$/) ?? [], branch = c.scenarios.findIndex((s) => s.name === name), probability = Number(chance);
  if (branch >= 0 && branch !== opened.state.scenario && chance.trim() !== "" && probability >= 0 && probability <= 1) return { branch, probability };
  opened.lost.push("t.branch");
  return {};
}

function readName(names: string[], name: string, opened: Opened, take: (i: number) => void): void {
  const found = names.indexOf(name);
  if (found < 0) opened.lost.push(name);
  else take(found);
}

export function read(c: Case, address: string): Opened {
  const opened: Opened = { state: restState(c), lost: [], otherEdition: false, newer: false };
  const fields = new URLSearchParams(address.replace(/^#/, ""));
  const version = Number(fields.get("v") ?? ADDRESS_VERSION);
  for (let v = Math.max(1, Math.floor(version) || 1); v < ADDRESS_VERSION; v++) migrations[v - 1](fields);
  opened.newer = version > ADDRESS_VERSION;
  fields.forEach((text, key) => {
    if (key === "c") opened.otherEdition = text !== c.hash.slice(0, 8);
    else if (key === "s") readName(c.scenarios.map((s) => s.name), text, opened, (i) => (opened.state.scenario = i));
    else if (key === "m") {
      const month = monthIndex(c, text);
      if (month >= 0 && month < c.months) opened.state.month = month;
      else opened.lost.push(text);
    } else if (key === "embed") opened.state.embed = text;
    else if (key.startsWith("l.")) readLever(c, key.slice(2), text, opened);
    else if (key.startsWith("p.")) readPrior(c, key.slice(2), text, opened);
  });
  readTerms(c, fields, opened);
  return opened;
}

/* What an address asked for in vain, for readers: anybody may have written it, so a few names, cut, and without control characters. */
export function toldOf(lost: string[]): string[] {
  const MOST = 5, LONGEST = 40;
  return lost.slice(0, MOST).map((name) => {
    const letters = [...name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")];
    return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : letters.join("") || "–";
  });
}

/* The scenario to start from; it cannot come instead of itself. */
export function choose(c: Case, s: State, scenario: number): void {
  s.scenario = scenario;
  if (s.terms?.branch !== scenario) return;
  const terms = { ...s.terms, branch: -1 };
  s.terms = sameTerms(terms, restTerms(c)) ? null : terms;
}

export function valueOf(s: State, lever: Lever): number {
  return s.levers.get(lever.name) ?? lever.rest;
}
export function isMoved(s: State, lever: Lever): boolean {
  return valueOf(s, lever) !== lever.rest;
}

function end(c: Case, s: State, at: string | number | undefined): number {
  if (typeof at === "number") return at;
  const by = at === undefined ? undefined : c.levers.find((l) => l.name === at);
  return by ? valueOf(s, by) : -1;
}

/* The changes that the moved levers make, as the engine takes them. */
export function changes(c: Case, s: State): { lever: Lever; element: number; value: number; first: number; last: number }[] {
  const result = [], brought = new Set<string>();
  /* Levers that moved ones bring with them, where they stand, and those that these bring. */
  for (const lever of [...c.levers].reverse())
    if (lever.with && (isMoved(s, lever) || brought.has(lever.name))) brought.add(lever.with);
  for (const lever of c.levers) {
    if (!isMoved(s, lever) && !brought.has(lever.name)) continue;
    const first = end(c, s, lever.from), last = end(c, s, lever.to);
    if (first >= 0 && last >= 0 && first > last) continue;
    /* Dates stand in the model's time, and a lever of dates counts from the first month. */
    const value = valueOf(s, lever) + (lever.date ? c.time : 0);
    for (const element of lever.elements) result.push({ lever, element, value, first, last });
  }
  return result;
}

export function isBaseline(c: Case, s: State): boolean {
  return s.scenario === 0 && changes(c, s).length === 0;
}

/* See src/web/request.c. */
export function request(c: Case, s: State, first: number, members: number, redraw: boolean): Float64Array {
  const numbers = [s.scenario, first, members, c.seed], made = changes(c, s);
  numbers.push(made.length);
  for (const x of made) numbers.push(x.element, kinds[x.lever.kind], x.value, x.first, x.last, 0, 0);
  numbers.push(redraw ? s.priors.size : 0);
  if (redraw) s.priors.forEach((prior, index) => numbers.push(index, ...prior));
  const t = s.terms, contact = t && c.talks!.deals[t.deal].contact;
  if (t) numbers.push(1, Number(contact), t.place, t.guarantee, t.form, t.relief, t.branch, t.probability);
  else numbers.push(0);
  return Float64Array.from(numbers);
}

/* A scenario for `truce run CASE --include FILE`. */
export function yaml(c: Case, s: State, address: string): string {
  const quote = (text: string) => JSON.stringify(text);
  const lines = ["# Made with the page of this case. Run it with", "#   truce run CASE --include FILE --scenario actual --scenario yours"
    .replace("actual", c.scenarios[0].name), `# ${address.replace(/[\r\n]/g, " ")}`, "scenarios:", "  yours:",
    `    from: ${c.scenarios[s.scenario].name}`, "    title: Made with the page"];
  const seen = new Set<Lever>(), made = changes(c, s).filter((x) => !seen.has(x.lever) && seen.add(x.lever));
  if (made.length) lines.push("    changes:");
  for (const x of made) {
    const value = x.lever.date && x.lever.kind === "set" ? monthIso(c, valueOf(s, x.lever)) : String(x.value);
    const from = x.first >= 0 ? `, from: ${monthIso(c, x.first)}` : "", to = x.last >= 0 ? `, to: ${monthIso(c, x.last)}` : "";
    lines.push(`      - {variable: ${quote(x.lever.variable ?? "")}${from}${to}, ${x.lever.kind}: ${value}}`);
  }
  if (s.priors.size) lines.push("# Priors that were moved are not part of a scenario:");
  s.priors.forEach((prior, i) => lines.push(`#   ${c.parameters[i].name}: ${prior.join(", ")}`));
  if (s.terms) lines.push("# Terms of talks are not part of a scenario: the address has them.");
  return lines.join("\n") + "\n";
}
