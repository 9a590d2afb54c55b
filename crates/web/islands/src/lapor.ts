// The report: written in memory, checked, sealed on this phone, queued. If sealing fails the person chooses: try again, or
// send it to be sealed on arrival. Never a silent fallback.

import { hex } from "./base64";
import type { Photo } from "./foto";
import type { Attached } from "./chunks";
import { acts, button, el, focusOn, link, main, show, telephones } from "./dom";
import { fieldsOf, fill } from "./halaman";
import { follow, tag } from "./kotak";
import type { Item } from "./outbox";
import { fromForm } from "./report";
import { keeper } from "./simpan";
import { begin, changed, newKey, safe, seal, sending, type Work } from "./work";
import { href, w } from "./words";

/** A finished screening whose answers go along. */
export interface Screened {
  pack: string;
  stage: string | null;
  answers: Record<string, string>;
  consent: Record<string, boolean>;
  urgent: boolean;
}

/** What a report begins with. */
export interface Before {
  screened: Screened | null;
  kunci: Uint8Array<ArrayBuffer>;
  fields: [string, string][];
  files: Attached[];
}

/** As many photos as one report carries. */
const PHOTOS_MAX = 5;

export function emergency(): [string, string][] {
  return ["110", "119", "129", "148"].map((number) => [number, w(`tel-${number}`)]);
}

/** Takes over the report form. */
export function attach(form: HTMLFormElement, before: Before | null = null): void {
  const { screened = null, kunci = newKey(), fields = [], files = [] } = before ?? {};
  const note = document.querySelector("[data-segel-catatan]");
  if (note) note.textContent = w("sealed-here");
  const carried: Record<string, string | null> = screened ? { stage: screened.stage, ...screened.answers } : {};
  for (const [name, value] of Object.entries(carried)) {
    if (value) form.append(el("input", { type: "hidden", name: `j.${name}`, value }));
  }
  fill(form, fields);
  const read = () => {
    const written = { page: "/lapor", fields: fieldsOf(form), screened };
    const draft = fromForm(written.fields, screened?.pack ?? "");
    return { draft: { ...draft, consent: { ...screened?.consent, ...draft.consent } }, written };
  };
  const work: Work = { kunci, key: form.dataset["kunciTerima"], files, read };
  begin(work);
  form.append(keeper());
  photos(form, files);
  form.addEventListener("change", () => {
    void sending().catch(() => {});
    void changed();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(form, work, screened);
  });
}

/** The place for photos; only here, because without script nothing could take the place and time out of them. */
function photos(form: HTMLFormElement, files: Attached[]): void {
  const field = form.querySelector<HTMLElement>("[data-foto]");
  const input = field?.querySelector("input");
  if (!field || !input) return;
  field.hidden = false;
  const list = el("ul", { class: "rows" });
  const said = el("p", { role: "status" });
  field.append(said, list);
  const draw = () => {
    list.replaceChildren(...files.map((file, n) => {
      const view = (file as Photo).view as HTMLCanvasElement | undefined;
      view?.setAttribute("role", "img");
      view?.setAttribute("aria-label", w("photo", { n: n + 1 }));
      const drop = button(w("photo-drop", { n: n + 1 }), () => {
        files.splice(n, 1);
        draw();
        void changed();
        input.focus();
      }, true);
      return el("li", {}, view, el("p", {}, w("photo-size", { n: n + 1, kb: Math.ceil(file.ref[1] / 1000) })), acts(drop));
    }));
    input.disabled = files.length >= PHOTOS_MAX;
  };
  const add = async (picked: File[]) => {
    said.textContent = w("photo-wait");
    let failed = false;
    for (const file of picked.slice(0, PHOTOS_MAX - files.length)) {
      await safe().then((brankas) => brankas.photo(file)).then((made) => files.push(made), () => (failed = true));
    }
    said.textContent = failed ? w("photo-failed") : "";
    draw();
    void changed();
  };
  input.addEventListener("change", () => {
    const picked = [...(input.files ?? [])];
    // What was picked stays nowhere: not in the form, not in the page the browser may bring back.
    input.value = "";
    void add(picked);
  });
  draw();
}

/** Label and value of each field, as they stand. */
function rows(form: HTMLFormElement): HTMLElement[] {
  const all: HTMLElement[] = [];
  for (const field of form.querySelectorAll<HTMLElement>(".field:not([data-foto])")) {
    const label = field.querySelector("legend, label")?.textContent;
    const control = field.querySelector<HTMLInputElement | HTMLSelectElement>("input:checked, select, textarea, input:not([type=radio])");
    const chosen = control instanceof HTMLSelectElement ? control.selectedOptions[0]?.textContent : control?.value;
    const picked = control?.type === "radio" ? control.labels?.[0]?.textContent : chosen;
    if (picked?.trim()) all.push(el("dt", {}, label), el("dd", {}, picked.trim()));
  }
  return all;
}

/** Check answers before sending; the button names the act. */
function check(form: HTMLFormElement, work: Work, screened: Screened | null): void {
  const { draft } = work.read();
  const answers = Object.keys(draft.answers || {}).length;
  if (!draft.text && !answers && !work.files.length) {
    const text = form.querySelector("textarea");
    if (!form.querySelector("[role=alert]")) text?.before(el("p", { role: "alert" }, w("write-first")));
    text?.focus();
    return;
  }
  const before = [...main().childNodes];
  const state = el("p", { role: "status" });
  const change = button(w("change"), () => show(...before), true);
  const go = button(w("seal-send"), () => {
    go.disabled = change.disabled = true;
    state.textContent = w("sealing");
    seal(false).then(
      (item) => sent(item, screened),
      (error: unknown) => {
        go.disabled = change.disabled = false;
        state.textContent = "";
        failed(form, work, error, () => go.click());
      },
    );
  });
  show(
    el("h1", {}, w("check")),
    el("dl", { class: "facts" }, ...rows(form)),
    answers > 0 && el("p", {}, w("answers-go", { n: answers })),
    work.files.length > 0 && el("p", {}, w("photos-go", { n: work.files.length })),
    draft.consent["C2"] === false && el("p", { class: "note care" }, w("consent-refused")),
    acts(go, change),
    state,
  );
}

/** Where the report stands, until the receipt and the last photo are at the node. */
async function sent(sealed: Item, screened: Screened | null): Promise<void> {
  const kirim = await sending();
  const state = el("p", { role: "status" });
  const call = el("div", { class: "note urgent" }, el("p", {}, w("call-now")), telephones(emergency()));
  show(
    el("h1", {}, w("sent")),
    screened?.urgent && call,
    el("p", {}, `${w("reference")} `, el("span", { class: "code" }, sealed.slip)),
    state,
    !kirim.lasting && el("p", { class: "note care" }, w("not-kept")),
    acts(link(w("to-box"), href("/kotak")), link(w("home"), href(""))),
  );
  follow(kirim, sealed, (item) => {
    state.replaceChildren(tag(item));
    // "Call now" stands until the receipt is here.
    if (item.receipt) call.remove();
  });
}

function failed(form: HTMLFormElement, { kunci, files }: Work, error: unknown, again: () => void): void {
  const tooLong = error instanceof Error && error.message === "report.too-large";
  const onArrival = () => {
    const field = form.querySelector<HTMLInputElement>("input[name=_kunci]");
    if (field) field.value = hex(kunci);
    form.hidden = true;
    main().append(form);
    form.submit();
  };
  document.querySelector("[data-gagal]")?.remove();
  const retry = button(w("again"), () => {
    note.remove();
    again();
  });
  const note = el(
    "div",
    { class: "note care", "data-gagal": "", role: "alert" },
    el("p", {}, w(tooLong ? "too-long" : "seal-failed")),
    !tooLong && files.length > 0 && el("p", {}, w("on-arrival-photos")),
    tooLong ? null : acts(retry, button(w("on-arrival"), onArrival, true)),
  );
  main().append(note);
  focusOn(note);
}
