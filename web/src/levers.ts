/* Levers by group: a native range each, with its range, source, whether its effect is learned, and a reset. */
import { Case, Lever, monthName } from "./case";
import { h, link, say } from "./dom";
import { plain } from "./numbers";
import { isMoved, State, valueOf } from "./state";
import { words } from "./words";

export function valueText(c: Case, lever: Lever, value: number): string {
  if (lever.date) return value > c.months - 1 ? "never" : monthName(c, value);
  const units = lever.units && lever.units !== "1" ? ` ${lever.units}` : "";
  return `${plain(value)}${units}`;
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
    this.reset = h("button", { type: "button", class: "small reset", "aria-label": words.reset(lever.title), click: () => change(lever.name, lever.rest, true) }, words.resetShort);
    const about = h("details", { class: "about" }, h("summary", { "aria-label": `${words.more}: ${lever.title}` }, words.more),
      lever.note && h("p", {}, lever.note), h("p", {}, learned(lever)),
      lever.rests.length > 0 && h("p", {}, `${words.restsOn}: ${lever.rests.map((i) => c.parameters[i].name).join(", ")}.`),
      lever.source && h("p", {}, `${words.source}: `, link(lever.source, lever.url)));
    this.element = h("div", { class: "lever" }, h("div", { class: "leverhead" }, h("label", { for: id }, lever.title), this.output),
      this.input, h("div", { class: "leverfoot" }, h("span", { id: `${id}-range`, class: "range" },
        words.range(lever.date ? valueText(c, lever, lever.least) : plain(lever.least), valueText(c, lever, lever.greatest))), this.reset), about);
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

export class Levers {
  readonly element = h("section", { class: "levers", "aria-labelledby": "levers-title" });
  private readonly controls: Control[] = [];
  private readonly choice: HTMLSelectElement;
  private readonly note = h("p", { class: "presetnote" });
  constructor(private readonly c: Case, private readonly state: () => State, change: (name: string, value: number, done: boolean) => void,
    preset: (scenario: number) => void, resetAll: () => void) {
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
    this.update();
  }
  update(): void {
    this.choice.value = String(this.state().scenario);
    say(this.note, this.c.scenarios[this.state().scenario].note ?? "");
    for (const control of this.controls) control.update();
  }
  names(): string[] { return this.c.levers.map((l) => l.name); }
}

