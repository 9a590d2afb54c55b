// The screening: one question at a time from the document of the server, the result on this phone. Nothing is stored;
// "someone is watching" shows the cover screen at once, and the answers so far are sealed and held.

import { acts, button, el, focusOn, link, main, show, telephones } from "./dom";
import { EMERGENCY, openReport, type Screened } from "./lapor";
import { unfinished } from "./report";
import { screen, type Answers, type Pack, type Result, type Stage } from "./screening";
import { newKey, prepare, sealAndQueue } from "./segel";
import { given, path } from "./steps";
import { cover } from "./tirai";
import { href, lang, w } from "./words";

async function loadPack(version: string): Promise<Pack> {
  const file = async (name: string) => {
    const answer = await fetch(`/saku/paket/${name}.json`);
    if (!answer.ok) throw new Error("pack");
    return answer.json();
  };
  const [asked, guidance] = await Promise.all([file("questions"), file("guidance")]);
  return { version, sections: asked.sections, questions: asked.questions, guidance };
}

/** Takes over the screening form; without the pack it stays one form and one post. */
export async function attach(form: HTMLFormElement): Promise<(() => void) | null> {
  const pack = await loadPack(form.dataset["pack"] || "").catch(() => null);
  if (!pack) return null;
  const run = new Screening(form, pack);
  run.start();
  return () => run.hide();
}

class Screening {
  private readonly fields = new Map<string, HTMLFieldSetElement>();
  private readonly count = el("p", { class: "mute", role: "status" });
  private readonly back = button(w.back, () => this.step(-1), true);
  private readonly forward = el("button", { class: "button" }, w.skip);
  private readonly aside: HTMLElement[];
  private at = "";

  constructor(
    private readonly form: HTMLFormElement,
    private readonly pack: Pack,
  ) {
    for (const field of form.querySelectorAll("fieldset")) {
      const name = field.querySelector<HTMLInputElement>("input[type=radio]")?.name;
      if (name) this.fields.set(name, field);
    }
    // What introduces the form is read once, beside the first question.
    this.aside = [...main().children].filter((node): node is HTMLElement => node !== form && node.tagName !== "H1");
  }

  start(): void {
    for (const node of this.form.children) if (node.classList.contains("acts")) node.remove();
    for (const node of this.form.querySelectorAll<HTMLElement>(":scope > p")) node.hidden = true;
    this.form.append(acts(this.forward, this.back), this.count, el("p", { class: "mute" }, w.memory));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.at === "stage" && !this.value("stage")) this.count.textContent = w.choose;
      else this.step(1);
    });
    this.form.addEventListener("change", () => {
      void prepare().catch(() => {});
      this.label();
      if (this.raised("STOP_AND_MOVE")) this.hide();
    });
    this.move([...this.fields.keys()][0] || "", false);
  }

  /** The cover screen; what was answered is sealed behind it and waits for the responder in the outbox. */
  hide(): void {
    const { answers, stage } = this.answered();
    cover();
    const draft = unfinished(this.pack.version, stage, answers);
    if (Object.keys(answers).length) void sealAndQueue(draft, newKey(), undefined, true).catch(() => {});
  }

  private value(name: string): string | undefined {
    return this.fields.get(name)?.querySelector<HTMLInputElement>("input:checked")?.value;
  }

  private answered(): { answers: Answers; stage: Stage | null } {
    const stage = (this.value("stage") as Stage | undefined) || null;
    const values = Object.fromEntries([...this.fields.keys()].map((name) => [name, this.value(name)]));
    return { answers: given(values, this.pack, stage || "returned"), stage };
  }

  private raised(triage: string): boolean {
    return this.pack.questions.some((q) => q.triage === triage && this.value(q.id) === "yes");
  }

  private path(): string[] {
    return path([...this.fields.keys()], this.pack, this.value("stage") as Stage | undefined);
  }

  private step(by: number): void {
    const names = this.path();
    const to = names[names.indexOf(this.at) + by];
    if (to) this.move(to, true);
    else if (by > 0) this.finish();
  }

  private move(name: string, focus: boolean): void {
    this.at = name;
    const field = this.fields.get(name);
    for (const other of this.fields.values()) other.hidden = other !== field;
    for (const section of this.form.querySelectorAll("section")) section.hidden = !field || !section.contains(field);
    const names = this.path();
    const index = names.indexOf(name);
    for (const node of this.aside) node.hidden = index > 0;
    this.back.hidden = index === 0;
    this.count.textContent = w.step(index + 1, names.length);
    this.label();
    if (focus) focusOn(field?.querySelector("legend") || null);
  }

  private label(): void {
    const last = this.path().at(-1) === this.at;
    this.forward.textContent = last ? w.show : this.value(this.at) || this.at === "stage" ? w.next : w.skip;
  }

  private finish(): void {
    const { answers, stage } = this.answered();
    if (!stage) {
      this.move("stage", true);
      this.count.textContent = w.choose;
      return;
    }
    const result = screen(this.pack, stage, answers);
    const before = [...main().childNodes];
    const screened = { pack: this.pack.version, stage, answers, urgent: result.urgency === "RED" };
    this.showResult(result, screened, () => {
      show(...before);
      this.move(this.at, true);
    });
  }

  private showResult(result: Result, screened: Screened, change: () => void): void {
    const { guidance } = this.pack;
    const outcome = guidance.outcomes[result.outcome];
    const urgent = guidance.triage.filter((t) => result.triage.includes(t.flag)).flatMap((t) => t.next);
    const rest = result.next.filter((step) => !urgent.some((first) => first.step === step.step));
    const looks = { RED: ["late", "▲", w.red], AMBER: ["wait", "◆", w.amber], GREEN: ["ok", "●", w.green] } as const;
    const [look, sign, word] = looks[result.urgency];
    const again = () => this.showResult(result, screened, change);
    show(
      el("h1", {}, w.what),
      urgent.length > 0 &&
        el("div", { class: "note urgent" }, el("h2", {}, w.now), el("ul", {}, ...urgent.map((s) => el("li", {}, s.text[lang]))), telephones(EMERGENCY)),
      el("p", {}, el("span", { class: `tag ${look}` }, `${sign} ${word}`)),
      el("p", { class: "lead" }, outcome?.title[lang]),
      el("p", {}, outcome?.text[lang]),
      el("h2", {}, w.steps),
      el("ol", { class: "steps" }, ...rest.map((s) => el("li", {}, s.text[lang]))),
      result.because.length > 0 && el("h2", {}, w.because),
      el("ul", {}, ...result.because.map((reason) => el("li", {}, reason.text[lang], this.questions(reason.questions)))),
      el("div", { class: "note" }, el("p", {}, w.never)),
      el("h2", {}, w.call),
      telephones(EMERGENCY),
      el("h2", {}, w.consent),
      el("p", {}, w.consentWords),
      acts(button(w.write, () => openReport(screened, again)), link(w.contacts, href("/kontak")), button(w.change, change, true)),
      el("p", { class: "mute" }, `${w.memory} ${w.pack(result.pack)}`),
    );
  }

  /** The questions behind a reason, in their own words. */
  private questions(ids: string[]): HTMLElement {
    const words = (id: string) => this.pack.questions.find((q) => q.id === id)?.text[lang];
    return el("ul", { class: "mute" }, ...ids.map((id) => el("li", {}, words(id))));
  }
}
