/* Levers by group: a native range each, with its range, source, whether its effect is learned, and a reset. */
import { Case, Lever, monthName } from "./case";
import { h, link, say } from "./dom";
import { format, units } from "./numbers";
import { isMoved, places, restTerms, sameTerms, State, Terms, termsOf, valueOf } from "./state";
import { words } from "./words";

/* With no more digits than a step of the lever has. */
function atStep(value: number, step: number): string {
  const digits = Math.ceil(-Math.log10(step) - 1e-9), unit = 10 ** -digits;
  const text = format(value, Math.abs(step / unit - Math.round(step / unit)) > 1e-6 ? unit / 10 : unit);
  return Number.isInteger(value) ? text.replace(/\.0+$/, "") : text;
}

export function valueText(c: Case, lever: Lever, value: number): string {
  if (lever.date) return value > c.months - 1 ? words.never : value < 0 ? words.before(monthName(c, 0)) : monthName(c, value);
  return `${atStep(value, lever.step)}${unitsAfter(lever)}`;
}

/* Units that begin with a number of their own would be read with the one before them. */
function unitsAfter(lever: Lever): string {
  const text = units(lever.units);
  return text && (/^\d/.test(text) ? ` (${text})` : ` ${text}`);
}

/* A range cannot hold what lies outside of it: a lever at rest there stands at its near end. */
function shown(lever: Lever, value: number): number {
  return Math.min(lever.greatest, Math.max(lever.least, value));
}

function learned(lever: Lever): string {
  if (lever.learned === null || !lever.rests.length) return words.assumedPlain;
  const percent = Math.round(100 * lever.learned);
  return percent >= 20 ? words.learned(percent, lever.rests.length) : words.assumed(percent, lever.rests.length);
}

class Control {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly output = h("output", {});
  private readonly reset: HTMLButtonElement;
  constructor(private readonly c: Case, readonly lever: Lever, private readonly state: () => State, change: (name: string, value: number, done: boolean) => void) {
    const id = `lever-${lever.name}`;
    this.input = h("input", { id, type: "range", min: lever.least, max: lever.greatest, step: lever.step, "aria-describedby": `${id}-range`,
      input: () => change(lever.name, Number(this.input.value), false), change: () => change(lever.name, Number(this.input.value), true) });
    this.reset = h("button", { type: "button", class: "small reset", "aria-label": words.reset(lever.title), click: () => { this.input.focus(); change(lever.name, lever.rest, true); } }, words.resetShort);
    const about = h("details", { class: "about" }, h("summary", { "aria-label": `${words.more}: ${lever.title}` }, words.more),
      lever.note && h("p", {}, lever.note), h("p", {}, learned(lever)),
      lever.rests.length > 0 && h("p", {}, `${words.restsOn}: ${lever.rests.map((i) => c.parameters[i].name).join(", ")}.`),
      lever.source && h("p", {}, `${words.source}: `, link(lever.source, lever.url)));
    this.element = h("div", { class: "lever" }, h("div", { class: "leverhead" }, h("label", { for: id }, lever.title), this.output),
      this.input, h("div", { class: "leverfoot" }, h("span", { id: `${id}-range`, class: "range" },
        words.range(lever.date ? valueText(c, lever, lever.least) : atStep(lever.least, lever.step), valueText(c, lever, lever.greatest))), this.reset), about);
    this.update();
  }
  update(): void {
    const s = this.state(), value = valueOf(s, this.lever), moved = isMoved(s, this.lever);
    if (Number(this.input.value) !== shown(this.lever, value)) this.input.value = String(shown(this.lever, value));
    const text = valueText(this.c, this.lever, value);
    const own = this.lever.elements.length > 0 && !this.c.levers.some((l) => l.with === this.lever.name);
    say(this.output, moved || !own ? text : `${text}, ${words.atRest}`);
    this.input.setAttribute("aria-valuetext", moved || !own ? text : `${text}, ${words.atRest}`);
    this.element.classList.toggle("moved", moved);
    this.reset.classList.toggle("away", !moved);
    this.reset.tabIndex = moved ? 0 : -1;
    this.reset.disabled = !moved;
  }
}

/* The terms of talks: those of a deal of the case, each of which can be another. */
class TermControls {
  readonly element: HTMLElement;
  private readonly body = h("div", {});
  private shown = "";
  constructor(private readonly c: Case, private readonly state: () => State, private readonly change: (terms: Terms | null) => void,
    private readonly hold: (held: boolean) => void) {
    const terms = state().terms;
    this.element = h("details", { class: "group terms", open: terms !== null }, h("summary", {}, h("h3", {}, words.termsTitle)), this.body);
    this.update();
  }
  private get terms(): Terms { return this.state().terms ?? restTerms(this.c); }
  private set(part: Partial<Terms>): void {
    const made = { ...this.terms, ...part };
    this.change(sameTerms(made, restTerms(this.c)) ? null : made);
  }
  /* As levers are: what is not as in the baseline stands out, and is what is printed. */
  private box(key: keyof Terms, ...children: (Node | string)[]): HTMLElement {
    return h("div", { class: this.terms[key] === restTerms(this.c)[key] ? "lever" : "lever moved" }, ...children);
  }
  private choice(key: keyof Terms, label: string, titles: string[], at: number, take: (i: number) => void): HTMLElement {
    const select = h("select", { id: `terms-${key}`, change: () => take(Number(select.value)) }, ...titles.map((t, i) => h("option", { value: i, selected: i === at }, t)));
    return this.box(key, h("label", { for: `terms-${key}` }, label), select);
  }
  private range(key: keyof Terms, label: string, [least, greatest]: [number, number], step: number, at: number, take: (x: number) => void, note: string): HTMLElement {
    const output = h("output", {}, atStep(at, step));
    const input = h("input", { id: `terms-${key}`, type: "range", min: least, max: greatest, step, value: at, "aria-describedby": `terms-${key}-range`,
      input: () => { say(output, atStep(Number(input.value), step)); this.hold(true); }, change: () => take(Number(input.value)),
      pointerup: () => this.hold(false), blur: () => this.hold(false) });
    return this.box(key, h("div", { class: "leverhead" }, h("label", { for: `terms-${key}` }, label), output), input,
      h("div", { class: "leverfoot" }, h("span", { id: `terms-${key}-range`, class: "range" }, note || words.range(atStep(least, step), atStep(greatest, step)))));
  }
  update(): void {
    const key = JSON.stringify([this.state().terms, this.state().scenario]);
    if (key === this.shown) return;
    this.shown = key;
    const c = this.c, t = c.talks!, terms = this.terms, d = t.deals[terms.deal], focus = document.activeElement?.id, [low, high] = places(c, terms.deal);
    const guarantee = t.guarantees[terms.guarantee], step = 10 ** Math.floor(Math.log10((high - low) / 50));
    const branches = c.scenarios.map((s, i) => ({ s, i })).filter(({ i }) => i !== this.state().scenario);
    this.body.replaceChildren(h("p", { class: "hint" }, words.termsLead),
      this.choice("deal", words.termsDeal, t.deals.map((x) => x.title), terms.deal, (i) => this.set({ ...termsOf(c, i), branch: terms.branch, probability: terms.probability })),
      h("p", { class: "hint" }, d.note ?? ""),
      this.range("place", d.contact ? words.termsBeyond(units(t.line.units)) : words.termsLine(units(t.line.units)), [low, high], step, terms.place, (place) => this.set({ place }),
        d.contact ? "" : words.termsLineNote(atStep(t.line.wanted[0], step), t.defender, atStep(t.line.wanted[1], step), t.attacker)),
      this.choice("guarantee", words.termsGuarantee, t.guarantees.map((x) => x.title), terms.guarantee, (i) => this.set({ guarantee: i })),
      h("p", { class: "hint" }, `${guarantee.note ?? ""} ${words.source}: ${guarantee.source ?? "–"}`),
      ...(t.forms.length ? [this.choice("form", words.termsForm, t.forms.map((x) => x.title), Math.max(0, terms.form), (i) => this.set({ form: i }))] : []),
      this.range("relief", words.termsRelief, [0, 1], 0.1, terms.relief, (relief) => this.set({ relief }), ""),
      h("h4", {}, words.branchTitle), h("p", { class: "hint" }, words.branchNote),
      this.choice("branch", words.branchLabel, [words.branchNone, ...branches.map(({ s }) => s.title)], 1 + branches.findIndex(({ i }) => i === terms.branch),
        (i) => this.set({ branch: i === 0 ? -1 : branches[i - 1].i })),
      ...(terms.branch >= 0 ? [this.range("probability", words.branchProbability, [0, 1], 0.05, terms.probability, (probability) => this.set({ probability }), "")] : []),
      h("button", { id: "terms-reset", type: "button", class: "small", disabled: this.state().terms === null, click: () => this.change(null) }, words.termsReset));
    if (focus?.startsWith("terms-")) document.getElementById(focus === "terms-reset" ? "terms-deal" : focus)?.focus();
  }
}

export class Levers {
  readonly element = h("section", { class: "levers", "aria-labelledby": "levers-title" });
  private readonly controls: Control[] = [];
  private readonly choice: HTMLSelectElement;
  private readonly terms: TermControls | null = null;
  private readonly note = h("p", { class: "presetnote" });
  constructor(private readonly c: Case, private readonly state: () => State, change: (name: string, value: number, done: boolean) => void,
    preset: (scenario: number) => void, resetAll: () => void, terms: (terms: Terms | null) => void, holdTerm: (held: boolean) => void) {
    this.choice = h("select", { id: "preset", change: () => preset(Number(this.choice.value)) },
      ...c.scenarios.map((s, i) => h("option", { value: i }, s.title)));
    const groups = new Map<string, Lever[]>();
    for (const lever of c.levers) groups.set(lever.group, [...(groups.get(lever.group) ?? []), lever]);
    this.element.append(h("h2", { id: "levers-title" }, words.leversTitle), h("p", { class: "lead" }, c.levers.length ? words.leversLead : words.noLevers),
      h("label", { for: "preset", class: "presetlabel" }, words.start), this.choice, this.note,
      h("button", { type: "button", click: resetAll }, words.resetAll),
      ...[...groups].map(([title, levers], i) => {
        const controls = levers.map((l) => new Control(c, l, state, change));
        this.controls.push(...controls);
        const open = (i < 2 && innerWidth > 800) || levers.some((l) => isMoved(state(), l));
        return h("details", { class: "group", open }, h("summary", {}, h("h3", {}, title)), ...controls.map((k) => k.element));
      }));
    if (c.talks) {
      this.terms = new TermControls(c, state, terms, holdTerm);
      this.element.append(this.terms.element);
    }
    this.update();
  }
  update(): void {
    this.choice.value = String(this.state().scenario);
    say(this.note, this.c.scenarios[this.state().scenario].note ?? "");
    for (const control of this.controls) control.update();
    this.terms?.update();
  }
}
