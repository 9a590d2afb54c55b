// Fetched on demand: the PIN and what lies behind it, and photos.

import { hex } from "./base64";
import type { Attached, FileRef } from "./chunks";
import { acts, button, el, focusOn } from "./dom";
import type { Kept } from "./drafts";
import type * as Kirim from "./kirim";
import { close, create, reopen, unlock, WrongPin, type Lock, type Shelf } from "./vault";
import { speak, w, type Table } from "./words";

export { photo } from "./foto";

type Sending = typeof Kirim;

/** What a draft holds so that the page can be filled again. */
export interface Written {
  /** The page, without its language. */
  page: string;
  fields: [string, string][];
  screened: unknown;
}

let kirim: Sending;
let vault: CryptoKey | null = null;

/** Needs the sending part: it knows the shelves of this phone. */
export function begin(sending: Sending, words: Table): void {
  kirim = sending;
  speak(words);
}

const shelf: Shelf = {
  read: () => kirim.run<Lock | undefined>("readonly", (at) => at("brankas").get("pin")),
  write: (lock) => kirim.run<void>("readwrite", (at) => void at("brankas").put(lock)),
  async change(alter) {
    let before: Lock | undefined;
    await kirim.run<void>("readwrite", (at) => {
      const found = at("brankas").get("pin") as IDBRequest<Lock | undefined>;
      found.onsuccess = () => {
        before = found.result;
        const after = before && alter(before);
        if (after) at("brankas").put(after);
        if (!before || after) return;
        at("brankas").clear();
        const drafts = at("draf").getAll() as IDBRequest<Kept[]>;
        drafts.onsuccess = () => drafts.result.forEach(({ files }) => files.forEach(({ id }) => at("berkas").delete(id)));
        at("draf").clear();
      };
    });
    if (before && !(await shelf.read())) kirim.tell();
    return before;
  },
};

export function isOpen(): boolean {
  return !!vault;
}

/** Whether a PIN stands before the drafts and is not given yet. */
export async function locked(): Promise<boolean> {
  return !vault && kirim.lasting && !!(await shelf.read());
}

function digits(label: string, name: string): [HTMLElement, HTMLInputElement] {
  const input = el("input", { id: `f-${name}`, class: "digits pin", inputmode: "numeric", autocomplete: "off", maxlength: "6", type: "text" });
  return [el("div", { class: "field" }, el("label", { for: input.id }, label), input), input];
}

/** Asks for the PIN, or for a new one twice; resolves when the vault is open. */
export async function ask(place: HTMLElement): Promise<void> {
  if (vault) return;
  if (!kirim.lasting) throw new Error("pin.nowhere");
  const fresh = !(await shelf.read());
  const said = el("p", { role: "alert" });
  const [first, pin] = digits(w(fresh ? "pin-new" : "pin"), "pin");
  const [second, twice] = digits(w("pin-again"), "pin2");
  await new Promise<void>((open) => {
    const forget = button(w("pin-forget"), () => {
      forget.replaceWith(button(w("pin-forget-sure"), () => void shelf.change(() => null).then(() => place.replaceChildren(), () => {}).then(open)));
    }, true);
    const form = el(
      "form",
      { class: "note", autocomplete: "off" },
      el("h2", {}, w(fresh ? "pin-make" : "pin-ask")),
      el("p", {}, w(fresh ? "pin-what" : "pin-limits")),
      first,
      fresh && second,
      said,
      acts(el("button", { class: "button" }, w(fresh ? "pin-save" : "pin-open")), !fresh && forget),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const tried = async () => {
        if (!/^\d{6}$/.test(pin.value)) throw new Error(w("pin-six"));
        if (fresh && pin.value !== twice.value) throw new Error(w("pin-differs"));
        said.textContent = w("pin-wait");
        vault = fresh ? await create(shelf, pin.value) : await unlock(shelf, pin.value, Date.now());
      };
      tried().then(
        () => {
          place.replaceChildren();
          open();
        },
        (error: Error) => {
          pin.value = twice.value = "";
          said.textContent = error instanceof WrongPin ? wrong(error) : error.message;
          pin.focus();
        },
      );
    });
    place.replaceChildren(form);
    focusOn(form.querySelector("h2"));
  });
}

function wrong({ left, waitMs }: WrongPin): string {
  if (!left) return w("pin-gone");
  const wait = waitMs ? w("pin-slow", { n: Math.ceil(waitMs / 1000) }) : "";
  return `${w("pin-wrong", { n: left })} ${wait}`;
}

/** Keeps what is written: under the vault for the responder, and sealed for the node. False while the vault is closed. */
export async function keep(writing: Kirim.Writing, written: Written): Promise<boolean> {
  if (!vault) return false;
  const refs = writing.files.map(({ ref }) => ref);
  const parcel = await kirim.parcel(writing);
  const closed = await close(vault, JSON.stringify({ ...written, refs }));
  const kept: Kept = { ...parcel, ...closed, rid: hex(parcel.rid), touched: Date.now() };
  await kirim.run<void>("readwrite", (at) => {
    const before = at("draf").get(kept.rid) as IDBRequest<Kept | undefined>;
    // A photo that was removed since leaves nothing behind.
    before.onsuccess = () => before.result?.files.forEach(({ id }) => kept.files.some((file) => file.id === id) || at("berkas").delete(id));
    for (const { ref: [id], sealed: bytes } of writing.files) at("berkas").put({ id, bytes });
    at("draf").put(kept);
  });
  kirim.tell();
  return true;
}

/** Opens a draft again; `null` while the vault is closed. */
export async function open(kept: Kept): Promise<(Written & { files: Attached[]; kunci: Uint8Array<ArrayBuffer> }) | null> {
  if (!vault) return null;
  const { refs, ...written } = JSON.parse(await reopen(vault, kept)) as Written & { refs: FileRef[] };
  const files: Attached[] = [];
  for (const ref of refs) {
    const sealed = await kirim.store.file(ref[0]);
    if (sealed) files.push({ ref, sealed });
  }
  return { ...written, files, kunci: kept.kunci };
}
