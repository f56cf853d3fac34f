/* Numbers for readers: as many digits as the spread justifies. */

const MINUS = "\u2212";

/* The step that numbers of this spread are worth: two digits of it. */
export function stepOf(low: number, high: number): number {
  const spread = Math.abs(high - low), size = Math.max(Math.abs(low), Math.abs(high));
  const of = spread > 1e-6 * size ? spread : size;
  return of > 0 ? 10 ** Math.floor(Math.log10(of) - 1) : 1;
}

/* Of a difference: its first digit is told where it is less than such a step, but no more than two further ones. */
export function stepOfDifference(value: number, low: number, high: number): number {
  const step = stepOf(low, high), size = Math.abs(value);
  return size > 0 && size < step / 2 ? Math.max(step / 100, 10 ** Math.floor(Math.log10(size))) : step;
}

export function format(value: number, step: number, signed = false): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  const rounded = Math.round(value / step) * step, size = Math.abs(rounded);
  const text = size.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const zero = Number(size.toFixed(digits)) === 0;
  return (rounded < 0 && !zero ? MINUS : signed && !zero ? "+" : "") + text;
}

/* Three digits, or as many as the spread around it justifies. */
export function plain(value: number, spread = Infinity): string {
  if (!Number.isFinite(value)) return "–";
  const step = 10 ** (value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value))) - 2);
  return format(value, spread > 0 ? Math.min(step, stepOf(0, spread)) : step);
}

/* Units as a reader writes them. */
export function units(text: string): string {
  return text.replace(/\b([a-z]+)([23])\b/g, (_, unit: string, power: string) => unit + (power === "2" ? "²" : "³")).replace(/^1$/, "");
}

function multiples(low: number, high: number, step: number): number[] {
  const result: number[] = [], room = 1e-9 * (high - low);
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + room; k++) result.push(k * step);
  return result;
}

/* Round ticks over a range, as a rule at most `most`; one alone is no scale. */
export function ticks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const steps = [1, 2, 5, 10].map((factor) => factor * 10 ** Math.floor(Math.log10(span / most)));
  const at = steps.findIndex((step) => span / step <= most), made = multiples(low, high, steps[at]);
  return made.length > 1 || at === 0 ? made : multiples(low, high, steps[at - 1]);
}
