// The report: written in memory, checked, sealed on this phone, queued. If sealing fails the person chooses: try again, or
// send it to be sealed on arrival. Never a silent fallback.

import { hex } from "./base64";
import * as box from "./box";
import { acts, button, el, focusOn, link, main, show, telephones } from "./dom";
import { follow, tag } from "./kotak";
import { reference } from "./outbox";
import { fromForm, type Draft } from "./report";
import type { Answers } from "./screening";
import { newKey, sealAndQueue } from "./segel";
import { href, w } from "./words";

/** A finished screening whose answers go along. */
export interface Screened {
  pack: string;
  stage: string;
  answers: Answers;
  urgent: boolean;
}

export const EMERGENCY: [string, string][] = [
  ["110", w.police],
  ["119", w.ambulance],
  ["129", w.women],
  ["148", w.witness],
];

/** Moves the report document into this page, so that the answers need not be stored to get there. */
export function openReport(screened: Screened, back: () => void): void {
  const request = new XMLHttpRequest();
  request.open("GET", href("/lapor"));
  request.responseType = "document";
  request.onloadend = () => {
    const found = request.response as Document | null;
    const form = found?.querySelector("form[data-saku=lapor]");
    const source = form?.closest("main");
    if (!found || !source) {
      show(el("h1", {}, w.what), el("p", { class: "note care" }, w.formMissing), acts(button(w.back, back, true)));
      return;
    }
    document.title = found.title;
    show(...Array.from(source.childNodes, (node) => document.importNode(node, true)));
    attach(screened);
  };
  request.send();
}

/** Takes over the report form of this page. */
export function attach(screened: Screened | null): void {
  const form = document.querySelector<HTMLFormElement>("form[data-saku=lapor]");
  if (!form) return;
  const sealedOnArrival = document.querySelector("[data-segel-catatan]");
  if (sealedOnArrival) sealedOnArrival.textContent = w.sealedHere;
  form.prepend(el("p", { class: "mute" }, w.draft));
  if (screened) {
    for (const [name, value] of [["stage", screened.stage], ...Object.entries(screened.answers)]) {
      form.append(el("input", { type: "hidden", name: `j.${name}`, value: value || "" }));
    }
  }
  const kunci = newKey();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(form, kunci, screened);
  });
}

function read(form: HTMLFormElement, screened: Screened | null): Draft {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name) ?? "");
  const carried = [...data.entries()].filter(([name]) => name.startsWith("j."));
  const pack = screened?.pack ?? form.dataset["pack"] ?? "";
  return fromForm(value, carried.map(([name, answer]) => [name, String(answer)]), pack);
}

/** Check answers before sending; the button names the act. */
function check(form: HTMLFormElement, kunci: Uint8Array<ArrayBuffer>, screened: Screened | null): void {
  const draft = read(form, screened);
  const rows: HTMLElement[] = [];
  for (const field of form.querySelectorAll<HTMLElement>(".field")) {
    const label = field.querySelector("legend, label")?.textContent || "";
    const control = field.querySelector<HTMLInputElement>("input:checked, select, textarea, input:not([type=radio])");
    const chosen = control instanceof HTMLSelectElement ? control.selectedOptions[0]?.textContent : control?.value;
    const picked = control?.type === "radio" ? control.labels?.[0]?.textContent : chosen;
    rows.push(el("dt", {}, label), el("dd", {}, picked?.trim() || w.empty));
  }
  const answers = Object.keys(draft.answers || {}).length;
  const before = [...main().childNodes];
  const state = el("p", { role: "status" });
  const change = button(w.change, () => show(...before), true);
  const go = button(w.sealSend, () => {
    go.disabled = change.disabled = true;
    state.textContent = w.sealing;
    seal(form, kunci, draft, screened).catch((error: unknown) => {
      go.disabled = change.disabled = false;
      state.textContent = "";
      failed(form, kunci, error, () => go.click());
    });
  });
  show(el("h1", {}, w.check), el("dl", {}, ...rows), answers > 0 && el("p", {}, w.answersGo(answers)), acts(go, change), state);
}

async function seal(form: HTMLFormElement, kunci: Uint8Array<ArrayBuffer>, draft: Draft, screened: Screened | null): Promise<void> {
  const rid = await sealAndQueue(draft, kunci, form.dataset["kunciTerima"], false);
  const state = el("p", { role: "status" });
  const call = el("div", { class: "note urgent" }, el("p", {}, w.callNow), telephones(EMERGENCY));
  show(
    el("h1", {}, w.sent),
    screened?.urgent && call,
    el("p", {}, `${w.reference} `, el("span", { class: "code" }, reference(rid))),
    state,
    !box.lasting && el("p", { class: "note care" }, w.notKept),
    acts(link(w.toBox, href("/kotak")), link(w.home, href(""))),
  );
  follow(() => {
    void box.store.all().then((items) => {
      const item = items.find((known) => known.rid === rid);
      if (!item) return;
      state.replaceChildren(tag(item));
      // "Call now" stands until the receipt is here.
      if (item.state === "recorded" || item.state === "read") call.remove();
    });
  });
}

function failed(form: HTMLFormElement, kunci: Uint8Array<ArrayBuffer>, error: unknown, again: () => void): void {
  const tooLong = error instanceof Error && error.message === "report.too-large";
  const onArrival = () => {
    const field = form.querySelector<HTMLInputElement>("input[name=_kunci]");
    if (field) field.value = hex(kunci);
    form.hidden = true;
    main().append(form);
    form.submit();
  };
  document.querySelector("[data-gagal]")?.remove();
  const retry = button(w.again, () => {
    note.remove();
    again();
  });
  const note = el(
    "div",
    { class: "note care", "data-gagal": "", role: "alert" },
    el("p", {}, tooLong ? w.tooLong : w.sealFailed),
    tooLong ? null : acts(retry, button(w.onArrival, onArrival, true)),
  );
  main().append(note);
  focusOn(note);
}
