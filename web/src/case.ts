/* What truce web writes about a case (src/web/describe.c), as the page reads it. */

export interface Quantity {
  title: string; label: string; units: string; section: string; output: number; side: number;
  change: boolean; both: boolean; chart: boolean; front: boolean; variable: number; scale: number; offset: number;
}
export interface Scenario { name: string; title: string; note: string | null }
export type Kind = "set" | "scale" | "value" | "multiply" | "add";
export const kinds: Record<Kind, number> = { set: 0, scale: 1, value: 2, multiply: 3, add: 4 };
export interface Lever {
  name: string; title: string; group: string; units: string; note: string | null; source: string | null; url?: string;
  variable: string | null; kind: Kind; date: boolean; least: number; greatest: number; step: number; rest: number;
  from?: string | number; to?: string | number; with?: string; elements: number[]; rests: number[]; learned: number | null;
}
export interface Parameter {
  name: string; units: string | null; judgement: boolean; date: boolean; note: string | null; source: string | null;
  url?: string; variable?: number; prior: [number, number, number, number, number]; range: [number, number, number];
  posterior?: [number, number, number];
}
export interface Variable {
  name: string; kind: string; units: string; doc: string; group: string; equations: string[]; inputs: number[];
  file: string; line: number;
}
export interface Observation {
  title: string; issues: string | null; source: string | null; url?: string; scale: number; offset: number;
  moved: boolean; shows: number[]; values: (number | null)[];
}
/* guarantee and form: their numbers, -1 without a form; a line is at the contact of the day and so much beyond, or where it says. */
export interface Deal {
  name: string; title: string; note: string | null; contact: boolean; line: number; beyond: number; guarantee: number; form: number; relief: number;
}
export interface Term { name: string; title: string; note: string | null; source: string | null }
/* time: the model's on the first day. */
export interface Case {
  version: number; hash: string; truce: string; title: string; description: string | null; names: string[]; dates: string[];
  months: number; time: number; data: number; seed: number; members: number; fitted: boolean; until?: string; draws?: number;
  quantities: Quantity[]; scenarios: Scenario[]; levers: Lever[]; parameters: Parameter[]; variables: Variable[];
  observations: Observation[]; events: { month: number; label: string }[]; weakness: string; record: string[];
  talks?: { defender: string; attacker: string; reference: number; deals: Deal[]; guarantees: Term[]; forms: Term[];
    line: { title: string; units: string; wanted: [number, number] }; baseRate?: string };
}

/* Numbers of a row of statistics, as web/engine/exports.c writes them. */
export const STATISTICS = 8;
export const enum At { Q05, Q25, Q50, Q75, Q95, Mean, Above, Below }

/* "Jan 2025" and "2025-01" of period `index` of the horizon, a month in most cases; dates beyond it are not told. */
export function monthName(c: Case, index: number): string {
  return c.names[Math.round(index)] ?? "";
}
export function monthIso(c: Case, index: number): string {
  return c.dates[Math.round(index)] ?? "";
}
export function monthIndex(c: Case, iso: string): number {
  const found = c.dates.indexOf(iso);
  return found < 0 ? NaN : found;
}
/* What the periods of a case are, as its dates tell: "2024-03", "2024-03-31", "2024-W09" or "2024". */
export type Unit = "month" | "day" | "week" | "year";
export function unitOf(c: Case): Unit {
  const date = c.dates[0] ?? "";
  return date.includes("W") ? "week" : date.length === 4 ? "year" : date.length === 10 ? "day" : "month";
}
/* The first period of each year of the horizon but the year it begins in, unless that begins with it. */
export function years(c: Case): { month: number; year: number }[] {
  const result: { month: number; year: number }[] = [];
  c.dates.forEach((date, month) => {
    const year = Number(date.slice(0, 4));
    if (month === 0 ? /^\d{4}(-01)*$|-W01$/.test(date) : Number(c.dates[month - 1].slice(0, 4)) !== year) result.push({ month, year });
  });
  return result;
}
