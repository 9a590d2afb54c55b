// The cover screen: at "someone is watching", or Shift three times. A list of telephone numbers, and nothing of before.

import { el, telephones } from "./dom";
import { href, w } from "./words";

export function cover(): void {
  document.title = w.cover;
  // The address, too, is that of the contacts page; coming back leads there.
  history.replaceState(null, "", href("/kontak"));
  const numbers: [string, string][] = [
    ["110", w.police],
    ["119", w.ambulance],
    ["113", w.fire],
    ["115", w.rescue],
  ];
  document.body.className = "";
  document.body.replaceChildren(el("main", {}, el("h1", {}, w.cover), telephones(numbers)));
}
