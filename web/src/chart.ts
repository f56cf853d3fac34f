/* Fan charts. One function draws on a pen; there is a pen of the canvas and one that writes SVG, so that what is
 * downloaded is what is seen. */
import { Case, monthName, years } from "./case";
import { format, stepOf, ticks } from "./numbers";

export interface Colours { paper: string; ink: string; soft: string; grid: string; forecast: string; lines: string[] }
export interface Band { low: number[]; high: number[] }
export interface Line { label: string; colour: number; median: number[]; wide: Band; narrow: Band; base: number[] | null; points: { month: number; value: number }[] }
export interface Drawing { lines: Line[]; zero: boolean; difference: boolean; cursor: number; events: boolean }
interface Pen {
  rect(x: number, y: number, w: number, h: number, fill: string, alpha: number): void;
  area(points: [number, number][], fill: string, alpha: number): void;
  line(points: [number, number][], stroke: string, width: number, dash: number[]): void;
  dot(x: number, y: number, stroke: string): void;
  text(x: number, y: number, text: string, fill: string, align: "left" | "right" | "center"): void;
}
export const margins = { left: 52, right: 10, top: 8, bottom: 20 };

/* How many months after the data the light bands have a say in the range: their far ends would flatten all the rest, and
 * are cut off at the edge. */
const FAR = 24;

function range(c: Case, d: Drawing): [number, number] {
  let low = d.zero || d.difference ? 0 : Infinity, high = d.zero || d.difference ? 0 : -Infinity;
  const take = (values: number[]) => { for (const v of values) if (Number.isFinite(v)) { if (v < low) low = v; if (v > high) high = v; } };
  const near = c.data + FAR < c.months ? c.data + FAR : c.months;
  for (const l of d.lines) {
    take(l.wide.low.slice(0, near)); take(l.wide.high.slice(0, near));
    take(l.narrow.low); take(l.narrow.high);
    if (l.base) take(l.base);
    if (!d.difference) take(l.points.map((p) => p.value));
  }
  if (!(high > low)) { const middle = Number.isFinite(low) ? low : 0; return [middle - 1, middle + 1]; }
  const room = 0.04 * (high - low);
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
}

/* The ends of an axis, and its ticks with their texts. */
function axis(c: Case, d: Drawing): { low: number; high: number; marks: { at: number; text: string }[] } {
  const [low, high] = range(c, d), found = ticks(low, high, d.difference ? 3 : 5), step = found.length > 1 ? found[1] - found[0] : stepOf(low, high);
  return { low, high, marks: found.map((at) => ({ at, text: format(at, step, d.difference) })) };
}

/* Where the plot begins, so that the widest number beside it has room: 7 pixels a character in most fonts, half of it
 * for points and commas. */
export function leftOf(c: Case, d: Drawing): number {
  const size = (text: string) => 7 * text.length - 3.5 * (text.match(/[.,]/g)?.length ?? 0);
  return Math.max(margins.left, 10 + Math.ceil(Math.max(...axis(c, d).marks.map((t) => size(t.text)))));
}

export function draw(c: Case, d: Drawing, pen: Pen, colours: Colours, width: number, height: number, left = leftOf(c, d)): void {
  const { low, high, marks } = axis(c, d), m = { ...margins, left }, right = width - m.right, bottom = height - m.bottom;
  const x = (month: number) => m.left + ((right - m.left) * month) / Math.max(1, c.months - 1);
  const y = (value: number) => Math.max(m.top, Math.min(bottom, bottom - ((bottom - m.top) * (value - low)) / (high - low)));
  const path = (values: number[]): [number, number][] => {
    const points: [number, number][] = [];
    values.forEach((v, i) => { if (Number.isFinite(v)) points.push([x(i), y(v)]); });
    return points;
  };
  pen.rect(0, 0, width, height, colours.paper, 1);
  if (c.data < c.months) pen.rect(x(c.data - 0.5), m.top, right - x(c.data - 0.5), bottom - m.top, colours.forecast, 1);
  for (const { at, text } of marks) {
    pen.line([[m.left, y(at)], [right, y(at)]], at === 0 ? colours.soft : colours.grid, 1, []);
    pen.text(m.left - 6, y(at), text, colours.soft, "right");
  }
  const every = Math.ceil((years(c).length * 34) / Math.max(1, right - m.left));
  years(c).forEach((j, i) => {
    pen.line([[x(j.month), bottom], [x(j.month), bottom + 4]], colours.soft, 1, []);
    if (i % every === 0 && x(j.month) < right - 12) pen.text(x(j.month), bottom + 12, String(j.year), colours.soft, "center");
  });
  if (years(c).length === 0) {
    pen.text(m.left, bottom + 12, monthName(c, 0), colours.soft, "left");
    pen.text(right, bottom + 12, monthName(c, c.months - 1), colours.soft, "right");
  }
  if (d.events) for (const e of c.events) pen.line([[x(e.month), m.top], [x(e.month), bottom]], colours.soft, 1, [1, 4]);
  for (const l of d.lines) {
    const colour = colours.lines[l.colour % colours.lines.length];
    pen.area([...path(l.wide.low), ...path(l.wide.high).reverse()], colour, 0.16);
    pen.area([...path(l.narrow.low), ...path(l.narrow.high).reverse()], colour, 0.3);
  }
  for (const l of d.lines) if (l.base) pen.line(path(l.base), colours.ink, 1.25, [5, 3]);
  for (const l of d.lines) {
    const colour = colours.lines[l.colour % colours.lines.length];
    pen.line(path(l.median), colour, 2, []);
    if (!d.difference) for (const p of l.points) pen.dot(x(p.month), y(p.value), colours.ink);
  }
  pen.line([[x(d.cursor), m.top], [x(d.cursor), bottom]], colours.ink, 1, [1, 2]);
  label(d, pen, colours, y, c.months - 1, right, m.top);
}

/* Names stand at the ends of their lines, pushed apart. */
function label(d: Drawing, pen: Pen, colours: Colours, y: (v: number) => number, last: number, right: number, top: number): void {
  const named = d.lines.filter((l) => l.label && Number.isFinite(l.median[last]))
    .map((l) => ({ l, at: Math.max(top + 6, y(l.median[last]) - 9) })).sort((a, b) => a.at - b.at);
  named.forEach((n, i) => {
    if (i && n.at < named[i - 1].at + 13) n.at = named[i - 1].at + 13;
    pen.text(right - 3, n.at, n.l.label, colours.lines[n.l.colour % colours.lines.length], "right");
  });
}

export function canvasPen(g: CanvasRenderingContext2D): Pen {
  const trace = (points: [number, number][]) => {
    g.beginPath();
    points.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y)));
  };
  return {
    rect(x, y, w, h, fill, alpha) { g.globalAlpha = alpha; g.fillStyle = fill; g.fillRect(x, y, w, h); g.globalAlpha = 1; },
    area(points, fill, alpha) { if (!points.length) return; trace(points); g.globalAlpha = alpha; g.fillStyle = fill; g.fill(); g.globalAlpha = 1; },
    line(points, stroke, width, dash) { if (!points.length) return; trace(points); g.strokeStyle = stroke; g.lineWidth = width; g.setLineDash(dash); g.stroke(); },
    dot(x, y, stroke) { g.beginPath(); g.arc(x, y, 1.8, 0, 7); g.setLineDash([]); g.strokeStyle = stroke; g.lineWidth = 1; g.stroke(); },
    text(x, y, text, fill, align) { g.fillStyle = fill; g.textAlign = align; g.textBaseline = "middle"; g.fillText(text, x, y); },
  };
}

/* Lines of at most so many characters, broken between words. */
export function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/* Text as markup has it. */
export const escape = (text: string) => text.replace(/[&<>"]/g, (ch) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[ch]!);

export function svg(c: Case, d: Drawing, colours: Colours, width: number, height: number, title: string, lines: string[]): string {
  const out: string[] = [], head = 40, n = (v: number) => v.toFixed(1);
  const list = (points: [number, number][]) => points.map(([x, y]) => `${n(x)},${n(y)}`).join(" ");
  const pen: Pen = {
    rect: (x, y, w, h, fill, alpha) => out.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}" fill-opacity="${alpha}"/>`),
    area: (points, fill, alpha) => out.push(`<polygon points="${list(points)}" fill="${fill}" fill-opacity="${alpha}"/>`),
    line: (points, stroke, w, dash) => out.push(`<polyline points="${list(points)}" fill="none" stroke="${stroke}" stroke-width="${w}"${dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : ""}/>`),
    dot: (x, y, stroke) => out.push(`<circle cx="${n(x)}" cy="${n(y)}" r="1.8" fill="none" stroke="${stroke}"/>`),
    text: (x, y, text, fill, align) => out.push(`<text x="${n(x)}" y="${n(y + 4)}" fill="${fill}" text-anchor="${{ left: "start", right: "end", center: "middle" }[align]}">${escape(text)}</text>`),
  };
  draw(c, d, pen, colours, width, height);
  const foot = lines.map((l, i) => `<text x="8" y="${head + height + 14 + 14 * i}" fill="${colours.soft}">${escape(l)}</text>`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${head + height + 24 + 14 * lines.length}" font-family="system-ui, sans-serif" font-size="11" role="img">` +
    `<title>${escape(title)}</title><rect width="100%" height="100%" fill="${colours.paper}"/><text x="8" y="24" font-size="15" font-weight="600" fill="${colours.ink}">${escape(title)}</text>` +
    `<g transform="translate(0 ${head})">${out.join("")}</g>${foot}</svg>\n`;
}
