// The offline pocketbook: attaches to the documents of /saku, which are complete without it (README.md says to what).

import * as box from "./box";
import { follow } from "./kotak";
import * as lapor from "./lapor";
import * as periksa from "./periksa";
import { cover } from "./tirai";
import { w } from "./words";

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
  const say = (text: string) => state && (state.textContent = text);
  if (!("serviceWorker" in navigator)) {
    say(w.noOffline);
    return;
  }
  say(w.preparing);
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ siap?: boolean }>) => {
    if (event.data?.siap) say(w.ready);
  });
  try {
    // `/saku` itself has no slash, so the scope is wider than the folder: the server allows it by a header.
    await navigator.serviceWorker.register(workerUrl(), { scope: "/saku" });
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage("segarkan");
  } catch {
    say(w.noOffline);
  }
}

let hide = cover;
document.addEventListener("simpul:tirai", (event) => {
  event.preventDefault();
  hide();
});

const form = document.querySelector<HTMLFormElement>("form[data-saku=periksa]");
if (form) void periksa.attach(form).then((covered) => covered && (hide = covered));
lapor.attach(null);
void box.start().then(() => follow());
void offline();
