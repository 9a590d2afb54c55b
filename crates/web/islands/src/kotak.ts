// The outbox as people see it: where each report is, in words, and what they can do.

import { acts, button, el, focusOn } from "./dom";
import type { Kept } from "./drafts";
import type { Item } from "./outbox";
import { lang, w } from "./words";

type Kirim = typeof import("./kirim");

const LOOKS: Partial<Record<Item["state"], [string, string]>> = {
  sending: ["info", "◐"],
  recorded: ["ok", "✓"],
  read: ["ok", "✓"],
  refused: ["late", "!"],
  dropped: ["idle", "–"],
};

/** Sealed just now, or tried and waiting for a signal. */
function stateOf(item: Item): string {
  return item.state === "waiting" && !item.tries ? "sealed" : item.state;
}

/** Shape, word and tint, as all tags of the house. */
export function tag(item: Item): HTMLElement {
  const [look, sign] = LOOKS[item.state] ?? ["wait", "→"];
  return el("span", { class: `tag ${look}` }, `${sign} ${w(`state-${stateOf(item)}`)}`);
}

export function when(ms: number): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" }).format(ms);
}

/** What cannot be undone takes a second tap. */
function graveButton(words: string, sure: string, act: () => void): HTMLElement {
  const first = button(words, () => {
    const second = el("button", { type: "button", class: "button grave", click: act }, sure);
    first.replaceWith(second);
    second.focus();
  }, true);
  return first;
}

/** The sealed bytes as a file, for another phone or a stick: shared where the browser can, else saved. */
function take(item: Item): void {
  const name = `catatan-${item.slip.replace(/ /g, "")}.spr`;
  const file = new File([item.sealed as Uint8Array<ArrayBuffer>], name, { type: "application/octet-stream" });
  if (navigator.canShare?.({ files: [file] })) {
    void navigator.share({ files: [file] }).catch(() => {});
    return;
  }
  const url = URL.createObjectURL(file);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** What is left to say beside the state: how far the photos are, what to do about a refusal. */
function more({ made, receipt, files, sent, remedy, state }: Item): string {
  const parts = [
    w("made", { when: when(made) }),
    receipt && files && w("files-follow"),
    sent && files && w("files-sent", { n: sent[0], of: sent[1] }),
    state === "refused" && (remedy ?? w("refused-remedy")),
  ];
  return parts.filter(Boolean).join(" ");
}

const again = (box: Kirim, { rid }: Item) =>
  void box.store.change(rid, (kept) => ({ ...kept, state: "waiting", next: Date.now() })).then(() => {
    void box.later();
    return box.keepSending(true);
  });

const STOPPED: Item["state"][] = ["held", "refused"];
const MOVING: Item["state"][] = ["waiting", "sending", "arrived"];

function row(box: Kirim, item: Item): HTMLElement {
  const stopped = STOPPED.includes(item.state);
  return el(
    "li",
    { "data-rid": item.rid },
    el("p", {}, el("span", { class: "code" }, item.slip), " ", tag(item)),
    el("p", { class: "mute" }, more(item)),
    (stopped || MOVING.includes(item.state)) &&
      acts(
        stopped && button(w(item.state === "held" ? "send" : "again"), () => again(box, item)),
        item.sealed && button(w("take"), () => take(item), true),
        graveButton(w("drop"), w("drop-sure"), () => void box.drop(item)),
      ),
  );
}

function draftRow(box: Kirim, kept: Kept, resume: (kept: Kept) => void): HTMLElement {
  return el(
    "li",
    {},
    el("p", {}, el("span", { class: "code" }, kept.slip), " ", el("span", { class: "tag idle" }, `○ ${w("state-draft")}`)),
    el("p", { class: "mute" }, w("touched", { when: when(kept.touched) })),
    acts(
      button(w("resume"), () => resume(kept)),
      button(w("seal-now"), () => void box.sealKept(kept), true),
      graveButton(w("drop"), w("drop-sure"), () => void box.dropDraft(kept)),
    ),
  );
}

/** Everything on this phone, gone: reports, drafts, PIN, the pages kept for use without a signal. Needs no PIN. */
export function wiper(box: Kirim, place: HTMLElement): HTMLElement {
  const wipe = async () => {
    await box.clear();
    for (const name of await caches.keys()) await caches.delete(name);
    await (await navigator.serviceWorker?.getRegistration("/saku"))?.unregister();
    place.replaceChildren(el("p", { class: "note good" }, w("wiped")));
    focusOn(place);
  };
  return graveButton(w("wipe"), w("wipe-sure"), () => void wipe());
}

/** Draws the outbox and keeps it true; what a finger or a screen reader is on stays where it is. */
export function draw(box: Kirim, place: HTMLElement, resume: (kept: Kept) => void): void {
  let drawn: string | null = null;
  const render = async () => {
    const items = (await box.store.all()).sort((a, b) => b.made - a.made);
    const drafts = await box.keptDrafts();
    const sign = [...items.map((item) => item.rid + stateOf(item) + !!item.sealed), ...drafts.map((kept) => kept.rid + kept.touched)].join();
    for (const item of items) {
      const said = place.querySelector(`[data-rid="${item.rid}"] .mute`);
      if (said) said.textContent = more(item);
    }
    if (sign === drawn || !place.isConnected) return;
    drawn = sign;
    const inside = place.contains(document.activeElement);
    place.replaceChildren(
      el("p", { role: "status" }, sign ? w("on-phone", { n: items.length, drafts: drafts.length }) : w("box-empty")),
      ...(box.lasting ? [] : [el("p", { class: "note care" }, w("not-kept"))]),
      el("ul", { class: "rows" }, ...drafts.map((kept) => draftRow(box, kept, resume)), ...items.map((item) => row(box, item))),
      acts(items.some(({ state }) => MOVING.includes(state)) && button(w("send-all"), () => void box.keepSending(true))),
    );
    if (inside) focusOn(place);
  };
  box.watch(() => void render());
  void render();
}

/** Follows one report. */
export function follow(box: Kirim, { rid }: Item, act: (item: Item) => void): void {
  const look = async () => {
    const now = (await box.store.all()).find((known) => known.rid === rid);
    if (now) act(now);
  };
  box.watch(() => void look());
  void look();
}
