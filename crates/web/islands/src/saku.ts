// The offline pocketbook: attaches to the documents of /saku, which are complete without it (README.md says to what).

import type { Kept } from "./drafts";
import { acts, el, link, show } from "./dom";
import { openPage } from "./halaman";
import { draw, wiper } from "./kotak";
import * as lapor from "./lapor";
import * as periksa from "./periksa";
import { cover } from "./tirai";
import { keep, ready, safe, sending } from "./work";
import { href, w } from "./words";

type TrustedTypes = { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };

/** The worker's address is the one place where a policy is needed, and it is a constant. */
function workerUrl(): string {
  const url = "/saku/sw.js";
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  return types ? types.createPolicy("simpul", { createScriptURL: () => url }).createScriptURL(url) : url;
}

/** Says in words whether the pocketbook works without a signal. */
async function offline(): Promise<void> {
  const state = document.querySelector("[data-saku-keadaan]");
  const say = (key: string) => state && (state.textContent = w(key));
  if (!("serviceWorker" in navigator)) {
    say("no-offline");
    return;
  }
  say("preparing");
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ siap?: boolean }>) => {
    if (event.data?.siap) say("ready");
  });
  try {
    // Installing has just fetched everything; a phone that had the pack asks what is new.
    const ask = navigator.serviceWorker.controller ? "segarkan" : "siap";
    // `/saku` itself has no slash, so the scope is wider than the folder: the server allows it by a header.
    await navigator.serviceWorker.register(workerUrl(), { scope: "/saku" });
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage(ask);
  } catch {
    say("no-offline");
  }
}

/** A draft goes on where it was left. */
async function resume(kept: Kept): Promise<void> {
  const draft = await (await safe()).open(kept);
  if (!draft) return;
  const { page, fields, screened, kunci, files } = draft;
  void keep();
  const form = await openPage(page);
  if (!form) show(el("h1", {}, w("what")), el("p", { class: "note care" }, w("form-missing")), acts(link(w("home"), href(""))));
  else if (page === "/lapor") lapor.attach(form, { screened: screened as lapor.Screened | null, kunci, fields, files });
  else await periksa.attach(form, { fields, kunci, files, since: null });
}

/** The outbox, behind the PIN where there is one. */
async function box(place: HTMLElement): Promise<void> {
  const kirim = await sending();
  const brankas = await safe();
  const list = el("div", {});
  place.replaceChildren(list, acts(wiper(kirim, place)));
  if (await brankas.locked()) await brankas.ask(list);
  draw(kirim, list, (kept) => void brankas.ask(list).then(() => resume(kept)));
}

const find = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector);

// Asked for while the words are still on their way, the page is blank until they are here; without them it is left.
document.addEventListener("simpul:tirai", (event) => {
  event.preventDefault();
  document.documentElement.hidden = true;
  ready().then(
    () => {
      cover();
      document.documentElement.hidden = false;
    },
    () => location.replace("/keluar-cepat"),
  );
});

async function start(): Promise<void> {
  await ready();
  void offline();
  const screening = find<HTMLFormElement>("form[data-saku=periksa]");
  if (screening) return periksa.attach(screening);
  const report = find<HTMLFormElement>("form[data-saku=lapor]");
  if (report) return lapor.attach(report);
  const list = find("[data-saku=kotak]");
  if (list) return box(list);
  await sending();
}

// Going back brings no answer back: what the browser kept of this page is thrown away.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
void start();

