// The result: what to do now, why, whom to call, what to say. It opens help; it never says a number or "no victim".

import { acts, button, el, show, telephones } from "./dom";
import { openPage, partOf } from "./halaman";
import * as lapor from "./lapor";
import * as periksa from "./periksa";
import type { Pack, Result } from "./screening";
import { whereKept } from "./simpan";
import { lang, w } from "./words";

export interface Found {
  pack: Pack;
  result: Result;
  screened: lapor.Screened;
  /** What the full form begins with; null when it was the full form. */
  more: periksa.Told | null;
  kunci: Uint8Array<ArrayBuffer>;
}

const LOOKS = { RED: ["late", "▲", "red"], AMBER: ["wait", "◆", "amber"], GREEN: ["ok", "●", "green"] } as const;

export function showResult(found: Found, change: () => void): void {
  const { pack, result, screened, more, kunci } = found;
  const { guidance } = pack;
  const outcome = guidance.outcomes[result.outcome];
  const urgent = guidance.triage.filter((t) => result.triage.includes(t.flag)).flatMap((t) => t.next);
  const rest = result.next.filter((step) => !urgent.some((first) => first.step === step.step));
  const [look, sign, word] = LOOKS[result.urgency];
  const missing = () => show(el("h1", {}, w("what")), el("p", { class: "note care" }, w("form-missing")), acts(button(w("back"), () => showResult(found, change), true)));
  const write = async () => {
    const form = await openPage("/lapor");
    if (form) lapor.attach(form, { screened, kunci, fields: [], files: [] });
    else missing();
  };
  const full = async () => {
    const form = await openPage("/periksa?bentuk=panjang");
    if (form) await periksa.attach(form, more);
    else missing();
  };
  // In place: leaving the page would lose the answers.
  const numbers = async () => {
    const nodes = await partOf("/kontak", "main");
    const rest = nodes.filter((node) => !(node instanceof Element && node.matches(".back")));
    if (rest.length) show(...rest, acts(button(w("back"), () => showResult(found, change), true)));
  };
  // Services near this place, as the page of contacts has them.
  const near = el("div", {});
  void partOf("/kontak", "[data-dekat]").then((nodes) => near.append(...nodes));
  show(
    el("h1", {}, w("what")),
    urgent.length > 0 && el("div", { class: "note urgent" }, el("h2", {}, w("now")), el("ul", {}, ...urgent.map((s) => el("li", {}, s.text[lang]))), telephones(lapor.emergency())),
    el("p", {}, el("span", { class: `tag ${look}` }, `${sign} ${w(word)}`)),
    el("p", { class: "lead" }, outcome?.title[lang]),
    el("p", {}, outcome?.text[lang]),
    el("h2", {}, w("steps")),
    el("ol", { class: "steps" }, ...rest.map((s) => el("li", {}, s.text[lang]))),
    result.because.length > 0 && el("h2", {}, w("because")),
    el("ul", {}, ...result.because.map((reason) => el("li", {}, reason.text[lang], questions(pack, reason.questions)))),
    el("div", { class: "note" }, el("p", {}, w("never"))),
    el("h2", {}, w("call")),
    telephones(lapor.emergency()),
    near,
    el("h2", {}, w("consent")),
    el("p", {}, w("consent-words")),
    acts(
      button(w("write"), () => void write()),
      more && button(w("full"), () => void full(), true),
      button(w("contacts"), () => void numbers(), true),
      button(w("change"), change, true),
    ),
    el("p", { class: "mute" }, `${whereKept()} ${w("pack", { version: result.pack })}`),
  );
}

/** The questions behind a reason, in their own words. */
function questions(pack: Pack, ids: string[]): HTMLElement {
  const words = (id: string) => pack.questions.find((q) => q.id === id)?.text[lang];
  return el("ul", { class: "mute" }, ...ids.map((id) => el("li", {}, words(id))));
}
