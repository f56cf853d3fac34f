/* What truce web writes about a case (src/web/describe.c), as the page reads it. */

export interface Quantity {
  title: string; label: string; units: string; section: string; output: number; side: number;
  change: boolean; both: boolean; chart: boolean; front: boolean; element: string; variable: number; scale: number;
}
/* element, kind, value, first and last month (-1: none) */
export type Change = [number, number, number, number, number];
export interface Scenario { name: string; title: string; note: string | null; base: number; changes: Change[] }
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
  posterior?: [number, number, number]; learned?: number | null;
}
export interface Variable {
  name: string; kind: string; units: string; doc: string; group: string; equations: string[]; inputs: number[];
  file: string; line: number;
}
export interface Observation {
  title: string; issues: string | null; source: string | null; url?: string; scale: number; offset: number;
  moved: boolean; shows: number[]; values: (number | null)[];
}
export interface Deal { name: string; title: string; note: string | null; guarantee: string; guaranteeSource: string | null }
export interface Case {
  version: number; hash: string; truce: string; title: string; description: string | null; start: string;
  months: number; data: number; seed: number; members: number; fitted: boolean; until?: string; draws?: number;
  gains: string | null; loses: string | null;
  quantities: Quantity[]; scenarios: Scenario[]; levers: Lever[]; parameters: Parameter[]; variables: Variable[];
  observations: Observation[]; events: { month: number; label: string }[]; weakness: string; record: string[];
  talks?: { defender: string; attacker: string; reference: number; deals: Deal[]; baseRate?: string };
}

/* Numbers of a row of statistics, as web/engine/exports.c writes them. */
export const STATISTICS = 8;
export const enum At { Q05, Q25, Q50, Q75, Q95, Mean, Above, Below }

const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/* "Jan 2025" and "2025-01" of month `index` of the horizon. */
export function monthName(c: Case, index: number): string {
  const m = first(c) + Math.round(index);
  return `${names[m % 12]} ${Math.floor(m / 12)}`;
}
export function monthIso(c: Case, index: number): string {
  const m = first(c) + Math.round(index);
  return `${String(Math.floor(m / 12)).padStart(4, "0")}-${String((m % 12) + 1).padStart(2, "0")}`;
}
export function monthIndex(c: Case, iso: string): number {
  const found = /^(\d{4})-(\d\d)$/.exec(iso);
  return found ? 12 * Number(found[1]) + Number(found[2]) - 1 - first(c) : NaN;
}
function first(c: Case): number {
  return 12 * Number(c.start.slice(0, 4)) + Number(c.start.slice(5, 7)) - 1;
}
/* January months of the horizon, with their years. */
export function years(c: Case): { month: number; year: number }[] {
  const result: { month: number; year: number }[] = [];
  for (let i = 0; i < c.months; i++) if ((first(c) + i) % 12 === 0) result.push({ month: i, year: Math.floor((first(c) + i) / 12) });
  return result;
}
