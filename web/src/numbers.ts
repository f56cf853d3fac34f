/* Numbers for readers: as many digits as the spread justifies. */

const MINUS = "\u2212";

/* The step that numbers of this spread are worth: two digits of it. */
export function stepOf(low: number, high: number): number {
  const spread = Math.abs(high - low), size = Math.max(Math.abs(low), Math.abs(high));
  const of = spread > 1e-6 * size ? spread : size;
  return of > 0 ? 10 ** Math.floor(Math.log10(of) - 1) : 1;
}

export function format(value: number, step: number, signed = false): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  const rounded = Math.round(value / step) * step, size = Math.abs(rounded);
  const text = size.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const zero = Number(size.toFixed(digits)) === 0;
  return (rounded < 0 && !zero ? MINUS : signed && !zero ? "+" : "") + text;
}

export function plain(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return format(value, 10 ** (value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value))) - 2));
}

/* Units as a reader writes them. */
export function units(text: string): string {
  return text.replace(/\b([a-z]+)([23])\b/g, (_, unit: string, power: string) => unit + (power === "2" ? "²" : "³")).replace(/^1$/, "");
}

/* At most `most` round ticks over a range. */
export function ticks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  let step = 10 ** Math.floor(Math.log10(span / most));
  for (const factor of [1, 2, 5, 10]) if (span / (step * factor) <= most) { step *= factor; break; }
  const result: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k++) result.push(k * step);
  return result;
}
