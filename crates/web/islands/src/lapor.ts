// The report: written in memory, checked, sealed on this phone, queued. If sealing fails the person chooses: try again, or
// send it to be sealed on arrival. Never a silent fallback.

import { hex } from "./base64";
import type { Attached } from "./chunks";
import { acts, button, el, link, main, show, telephones } from "./dom";
import { offer } from "./gagal";
import { photos } from "./gambar";
import { fieldsOf, fill, rows } from "./halaman";
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
  // Only here, because without script nothing could take the place and time out of them.
  const field = form.querySelector<HTMLElement>("[data-foto]");
  if (field) {
    field.hidden = false;
    photos(field, files, (file) => safe().then((brankas) => brankas.photo(file)), () => void changed());
  }
  form.addEventListener("change", () => {
    void sending().catch(() => {});
    void changed();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(form, work, screened);
  });
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
  const words = [w(tooLong ? "too-long" : "seal-failed"), !tooLong && files.length > 0 ? w("on-arrival-photos") : ""];
  offer(words, tooLong ? null : { again, onArrival });
}
