// A report without a name, sealed on this phone: fetched after the first answer, when `dasar.ts` asks for it. Nothing is kept in
// the browser: what is written lies in the open page alone. Every failure ends in a choice of the person.

import { unbase64url, unhex } from "./base64";
import { told, type Office } from "./bertutur";
import { chunk, chunkCount, numbers, type Attached } from "./chunks";
import { acts, button, el, main, show } from "./dom";
import { photo } from "./foto";
import { offer } from "./gagal";
import { photos } from "./gambar";
import { fieldsOf, rows } from "./halaman";
import { net } from "./net";
import { reportJson } from "./report";
import { sealReport } from "./seal";
import { speak, w, type Table } from "./words";

interface Said {
  kata: Table;
  kantor: Office;
}

/** The node does not take it, and says why. */
class Refused extends Error {}

let said: Promise<Said> | undefined;
/** The words, asked for at once. Tried again when they did not come. */
export function ready(form: HTMLFormElement): Promise<Said> {
  said ??= fetch(`${form.action}/kata.json`).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("words"))));
  said.catch(() => {
    said = undefined;
  });
  return said;
}

const files: Attached[] = [];
/** What was sealed last: the same words are the same bytes, so that a second try is known at the node. */
let made: { json: string; bytes: Uint8Array<ArrayBuffer> } | undefined;

/** Shows the answers before they are sent. Throws where this browser cannot seal. */
export async function check(form: HTMLFormElement): Promise<void> {
  const { kata, kantor } = await ready(form);
  if (!crypto.subtle || !form.dataset["kunciTerima"]) throw new Error("seal");
  speak(kata);
  if (!written(form)) return;
  const draft = told(fieldsOf(form), kantor);
  const before = [...main().childNodes];
  let leaving: (() => void) | undefined;
  const field = el(
    "div",
    { class: "field" },
    el("label", { for: "f-gambar" }, w("anon-photos")),
    el("div", { class: "help", id: "f-gambar-help" }, w("anon-photos-help")),
    el("input", { type: "file", id: "f-gambar", accept: "image/*", multiple: true, "aria-describedby": "f-gambar-help" }),
  );
  const state = el("p", { role: "status" });
  const change = button(w("change"), () => history.back(), true);
  const send = () => {
    go.disabled = change.disabled = true;
    state.textContent = w("anon-sending");
    const json = reportJson(draft, files.map(({ ref }) => ref));
    sent(form, json).then(
      (page) => {
        form.reset();
        files.length = 0;
        leaving = () => location.reload();
        show(...page);
      },
      (error: unknown) => {
        go.disabled = change.disabled = false;
        state.textContent = "";
        failed(error, { again: send, onArrival });
      },
    );
  };
  const onArrival = () => {
    leaving = () => form.submit();
    history.back();
  };
  const go = button(w("anon-send"), send);
  // One step back leads to the questions, and no further entry is made.
  history.pushState(null, "");
  addEventListener(
    "popstate",
    () => {
      show(...before);
      leaving?.();
    },
    { once: true },
  );
  show(el("h1", {}, w("anon-check")), el("dl", { class: "facts" }, ...rows(form)), field, el("p", {}, w("anon-goes")), acts(go, change), state);
  photos(field, files, photo);
}

/** Whether it is told what happened; else asks for it. */
function written(form: HTMLFormElement): boolean {
  const text = form.querySelector("textarea");
  form.querySelector("[data-kosong]")?.remove();
  if (!text || text.value.trim()) return true;
  text.before(el("p", { role: "alert", "data-kosong": "" }, w("anon-write-first")));
  text.focus();
  return false;
}

function failed(error: unknown, ways: { again(): void; onArrival(): void }): void {
  if (error instanceof Error && error.message === "report.too-large") return offer([w("too-long")], null);
  const why = error instanceof Refused ? error.message : "";
  offer([w("anon-unsent"), why, files.length ? w("on-arrival-photos") : ""], ways);
}

/** Seals, sends pictures and report, the report last; gives what the page shows then. */
async function sent(form: HTMLFormElement, json: string): Promise<Node[]> {
  const kunci = hidden(form, "_kunci").value;
  if (made?.json !== json) {
    const { bytes } = await sealReport(json, unhex(kunci), unbase64url(form.dataset["kunciTerima"] ?? ""));
    made = { json, bytes };
  }
  for (const file of files) await upload(file);
  return post(form, kunci, made.bytes);
}

function hidden(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

const begun = new Set<string>();
/** The chunks that the node lacks; it is asked only where a try broke off. */
async function upload({ ref: [id], sealed }: Attached): Promise<void> {
  const known = begun.has(id) ? await net.have(id) : null;
  begun.add(id);
  const have = numbers(known?.status === 200 ? String(known.body) : "");
  const count = chunkCount(sealed.length);
  for (let n = 0; n < count; n++) {
    if (have.has(n)) continue;
    const { status, body } = await net.put(id, n, n === count - 1, chunk(sealed, n));
    if (status >= 300) throw refusal(body);
  }
}

function refusal(body: unknown): Error {
  const { message = "", remedy = "" } = (body as { error?: { message?: string; remedy?: string } } | null)?.error ?? {};
  return new Refused(`${message} ${remedy}`.trim());
}

/** The answer is the page with the code. The browser reads it as a document; as text nothing here may make one. */
function post(form: HTMLFormElement, kunci: string, bytes: Uint8Array<ArrayBuffer>): Promise<Node[]> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action.replace(/lapor$/, "kirim/laporan"));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Simpul-Kunci", kunci);
    request.setRequestHeader("Simpul-Kotak", hidden(form, "_waktu").value);
    request.onreadystatechange = () => {
      if (request.readyState === XMLHttpRequest.HEADERS_RECEIVED) request.responseType = request.status < 300 ? "document" : "json";
    };
    request.onloadend = () => {
      const page = request.status && request.status < 300 ? (request.response as Document | null)?.querySelector("main") : null;
      if (page?.querySelector(".code")) return done(Array.from(page.childNodes, (node) => document.importNode(node, true)));
      // A form that lay open too long, or over a restart of the node, gets a new time.
      const time = request.getResponseHeader("Simpul-Waktu");
      if (time) hidden(form, "_waktu").value = time;
      fail(request.status >= 400 ? refusal(request.response) : new Error("link"));
    };
    request.send(bytes);
  });
}
