// The outbox as people see it: where each report is, in words, and what they can do.

import * as box from "./box";
import { acts, button, el } from "./dom";
import { reference, waiting, type Item } from "./outbox";
import { lang, w } from "./words";

export function stateWord(item: Item): string {
  return item.state === "held" ? w.held : w[`state_${item.state}`];
}

/** Shape, word and tint, as all tags of the house. */
export function tag(item: Item): HTMLElement {
  const done = item.state === "recorded" || item.state === "read";
  const look = done ? "ok" : item.state === "refused" ? "late" : item.state === "sending" ? "info" : "wait";
  const sign = done ? "✓" : item.state === "refused" ? "!" : item.state === "sending" ? "◐" : "→";
  return el("span", { class: `tag ${look}` }, `${sign} ${stateWord(item)}`);
}

function time(ms: number): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" }).format(ms);
}

/** Deleting takes a second tap: it cannot be undone. */
function dropButton(words: string, sure: string, act: () => void): HTMLElement {
  const first = button(words, () => first.replaceWith(el("button", { type: "button", class: "button grave", click: act }, sure)), true);
  return first;
}

function row(item: Item): HTMLElement {
  return el(
    "li",
    {},
    el("p", {}, el("span", { class: "code" }, reference(item.rid)), " ", tag(item)),
    el("p", { class: "mute" }, w.made(time(item.made)), item.remedy ? `. ${item.remedy}` : ""),
    acts(
      item.state === "held" && button(w.send, () => void box.store.put({ ...item, state: "waiting", next: Date.now() }).then(() => box.keepSending(true))),
      dropButton(w.drop, w.dropSure, () => void box.store.drop(item.rid)),
    ),
  );
}

async function render(place: HTMLElement): Promise<void> {
  const items = (await box.store.all()).sort((a, b) => b.made - a.made);
  const wipe = () => void Promise.all(items.map((item) => box.store.drop(item.rid)));
  place.replaceChildren(
    el("p", {}, items.length ? w.waiting(waiting(items)) : w.boxEmpty),
    ...(box.lasting ? [] : [el("p", { class: "note care" }, w.notKept)]),
    el("ul", {}, ...items.map(row)),
    ...(items.length ? [acts(button(w.sendAll, () => void box.keepSending(true)), dropButton(w.wipe, w.dropSure, wipe))] : []),
  );
}

/** Keeps every place of the page that speaks of the outbox true. */
export function follow(extra: () => void = () => {}): void {
  const list = document.querySelector<HTMLElement>("[data-saku=kotak]");
  const update = async () => {
    if (list) await render(list);
    const count = document.querySelector("[data-kotak-jumlah]");
    if (count) count.textContent = w.waiting(waiting(await box.store.all()));
    extra();
  };
  box.onChange(() => void update());
  void update();
}
