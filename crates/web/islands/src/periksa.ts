// The screening: one question at a time from the document of the server. The rules of screening.md 4 that a page can hold
// are held here: safety first, no interpreter who may be part of it, consent before questions, nothing asked twice, rest.

import type { Attached } from "./chunks";
import { acts, button, el, focusOn, main, show } from "./dom";
import { fieldsOf, fill, openPage } from "./halaman";
import { showResult } from "./hasil";
import { consents, INTERVIEW, type Draft } from "./report";
import { screen, type Answers, type Pack, type Stage } from "./screening";
import { keeper } from "./simpan";
import { given, path } from "./steps";
import { cover } from "./tirai";
import { begin, changed, newKey, sending } from "./work";
import { href, w } from "./words";

/** Who may be part of what happened to her interprets nothing (screening.md 4, rule 4). */
const BARRED = ["relative", "employer", "traveller"];
const INTERPRETER = "juru";
/** Rest after so long; sooner for a child, and an unsure age counts as a child. */
const REST_MINUTES = 45;
const REST_MINUTES_CHILD = 30;

/** What is known when a form is opened: from the short form, or from an earlier interview. */
export interface Told {
  fields: [string, string][];
  kunci: Uint8Array<ArrayBuffer>;
  files: Attached[];
  /** The interview goes on; an earlier one asks about safety, interpreter and consent anew. */
  since: number | null;
}

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
export async function attach(form: HTMLFormElement, told: Told | null = null): Promise<void> {
  const pack = await loadPack(form.dataset["pack"] || "").catch(() => null);
  if (pack) new Screening(form, pack, told).start();
}

class Screening {
  private readonly fields = new Map<string, HTMLFieldSetElement>();
  private readonly count = el("p", { class: "mute", role: "status" });
  private readonly back = button(w("back"), () => this.step(-1), true);
  private readonly forward = el("button", { class: "button" }, w("skip"));
  private readonly barred = el("div", { class: "note care", role: "alert", hidden: true }, el("p", {}, w("interpreter-barred")));
  private readonly rest = el("div", { class: "note care", role: "alert", hidden: true });
  private readonly aside: HTMLElement[];
  private readonly known = new Set<string>();
  private readonly kunci: Uint8Array<ArrayBuffer>;
  private since: number;
  private at = "";
  private left: ChildNode[] = [];

  constructor(
    private readonly form: HTMLFormElement,
    private readonly pack: Pack,
    private readonly told: Told | null,
  ) {
    for (const field of form.querySelectorAll("fieldset")) {
      const name = field.querySelector<HTMLInputElement>("input[type=radio]")?.name;
      if (name) this.fields.set(name, field);
    }
    // What introduces the form is read once, beside the first question.
    this.aside = [...main().children].filter((node): node is HTMLElement => node !== form && node.tagName !== "H1");
    this.kunci = told?.kunci ?? newKey();
    this.since = told?.since ?? Date.now();
  }

  start(): void {
    for (const node of this.form.children) if (node.classList.contains("acts")) node.remove();
    for (const node of this.form.querySelectorAll<HTMLElement>(":scope > p")) node.hidden = true;
    this.form.before(this.rest);
    this.fields.get(INTERPRETER)?.after(this.barred);
    this.form.append(acts(this.forward, this.back, button(w("stop"), () => this.stop(), true)), this.count, keeper());
    this.recall();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.refused()) this.step(1);
    });
    this.form.addEventListener("change", () => {
      void sending().catch(() => {});
      this.label();
      this.barred.hidden = true;
      if (this.raised("STOP_AND_MOVE")) cover();
      else void changed();
    });
    this.switchable();
    begin({ kunci: this.kunci, key: this.form.dataset["kunciTerima"], files: this.told?.files ?? [], read: () => this.read() });
    setInterval(() => this.tire(), 20_000);
    this.move(this.path()[0] || "", false);
  }

  /** Shows earlier answers and does not ask them again, unless the responder wants to. */
  private recall(): void {
    if (!this.told) return;
    fill(this.form, this.told.fields);
    const anew = this.told.since === null ? [INTERPRETER, INTERVIEW, ...this.pack.questions.filter((q) => q.triage).map((q) => q.id)] : [];
    const rows: HTMLElement[] = [];
    for (const [name, field] of this.fields) {
      const answer = field.querySelector<HTMLInputElement>("input:checked")?.labels?.[0]?.textContent;
      if (!answer || anew.includes(name)) continue;
      this.known.add(name);
      rows.push(el("dt", {}, field.querySelector("legend")?.textContent), el("dd", {}, answer));
    }
    const again = button(w("ask-again"), () => {
      this.known.clear();
      list.remove();
      this.move(this.path()[0] || "", true);
    }, true);
    const list = el("details", {}, el("summary", {}, w("earlier", { n: this.known.size })), el("dl", { class: "facts" }, ...rows), again);
    if (rows.length) this.form.before(list);
  }

  /** The full form takes along what is answered here. */
  private switchable(): void {
    const other = document.querySelector<HTMLAnchorElement>("a[data-bentuk]");
    // The short form has no place for the answers of the full one.
    if (other && !other.search && this.told) other.remove();
    if (!other?.search) return;
    other.addEventListener("click", (event) => {
      event.preventDefault();
      const told = { fields: fieldsOf(this.form), kunci: this.kunci, files: [], since: this.since };
      void openPage("/periksa?bentuk=panjang").then((form) => (form ? attach(form, told) : location.assign(other.href)));
    });
  }

  private value(name: string): string | undefined {
    return this.fields.get(name)?.querySelector<HTMLInputElement>("input:checked")?.value;
  }

  private stage(): Stage | null {
    return (this.value("stage") as Stage | undefined) || null;
  }

  private answers(): Answers {
    const values = Object.fromEntries([...this.fields.keys()].map((name) => [name, this.value(name)]));
    const all = given(values, this.pack, this.stage() || "returned");
    if (this.value(INTERVIEW) !== "refused") return all;
    // Who takes her consent back is judged by her safety alone.
    return Object.fromEntries(Object.entries(all).filter(([id]) => this.pack.questions.some((q) => q.id === id && q.triage)));
  }

  private read(): { draft: Draft; written: { page: string; fields: [string, string][]; screened: null } } {
    const fields = fieldsOf(this.form);
    const page = new FormData(this.form).get("bentuk") === "panjang" ? "/periksa?bentuk=panjang" : "/periksa";
    const draft = { pack: this.pack.version, stage: this.stage(), answers: this.answers(), place: null, consent: consents(fields), text: "", contact: {}, opinion: "" };
    return { draft, written: { page, fields, screened: null } };
  }

  private raised(triage: string): boolean {
    return this.pack.questions.some((q) => q.triage === triage && this.value(q.id) === "yes");
  }

  private path(): string[] {
    const names = path([...this.fields.keys()], this.pack, this.stage() || undefined);
    return names.filter((name) => !this.known.has(name));
  }

  /** Whether this step cannot be left; why is said beside it. Who does not want to be asked is asked nothing more. */
  private refused(): boolean {
    const value = this.value(this.at);
    const must = this.at === "stage" || this.at === INTERPRETER || this.at === INTERVIEW;
    this.barred.hidden = this.at !== INTERPRETER || !BARRED.includes(value ?? "");
    if (must && !value) this.count.textContent = w("choose");
    else if (this.at === INTERVIEW && value !== "agreed") this.stop();
    else return !this.barred.hidden;
    return true;
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
    this.count.textContent = w("step", { n: index + 1, of: names.length });
    this.label();
    this.tire();
    if (focus) focusOn(field?.querySelector("legend") || null);
  }

  private label(): void {
    const last = this.path().at(-1) === this.at;
    this.forward.textContent = w(last ? "show" : this.value(this.at) ? "next" : "skip");
  }

  /** After 45 minutes, 30 with a child: rest, or go on because she wants to. */
  private tire(): void {
    const minutes = this.value("A1") === "adult" ? REST_MINUTES : REST_MINUTES_CHILD;
    if (!this.rest.hidden || !this.form.isConnected || Date.now() - this.since < minutes * 60_000) return;
    const goOn = button(w("rest-go-on"), () => {
      this.since = Date.now();
      this.rest.hidden = true;
      this.form.hidden = false;
    }, true);
    this.rest.replaceChildren(el("h2", {}, w("rest")), el("p", {}, w("rest-why", { n: minutes })), acts(button(w("rest-stop"), () => this.stop()), goOn));
    this.form.hidden = true;
    this.rest.hidden = false;
  }

  /** Stopping is always possible, and loses nothing. */
  private stop(): void {
    this.leave();
    this.since = Date.now();
    const refused = this.value(INTERVIEW) === "refused";
    show(
      el("h1", {}, w("stopped")),
      el("p", {}, w(refused ? "stopped-refused" : "stopped-thanks")),
      acts(button(w("show"), () => this.finish()), button(w("back"), () => this.resume(), true), button(w("erase"), () => location.replace(href("")), true)),
    );
  }

  /** Another screen takes the place of the questions. */
  private leave(): void {
    if (this.form.isConnected) this.left = [...main().childNodes];
    this.rest.hidden = this.barred.hidden = true;
    this.form.hidden = false;
  }

  private resume(): void {
    show(...this.left);
    this.move(this.at, true);
  }

  private finish(): void {
    const [answers, stage] = [this.answers(), this.stage()];
    const result = screen(this.pack, stage || "at_destination", answers);
    this.leave();
    const { draft, written } = this.read();
    const screened = { ...draft, answers, urgent: result.urgency === "RED" };
    const short = written.page === "/periksa";
    const told = { fields: written.fields, kunci: this.kunci, files: [], since: this.since };
    showResult({ pack: this.pack, result, screened, more: short ? told : null, kunci: this.kunci }, () => this.resume());
  }
}
