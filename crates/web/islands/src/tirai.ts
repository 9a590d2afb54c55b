// The cover screen: at "someone is watching", or Shift three times. A list of telephone numbers, and nothing of before.

import { el, telephones } from "./dom";
import { hold } from "./work";
import { href, w } from "./words";

export function cover(): void {
  document.title = w("cover");
  // The address, too, is that of the contacts page; coming back leads there.
  history.replaceState(null, "", href("/kontak"));
  const numbers = ["110", "119", "113", "115"].map((number): [string, string] => [number, w(`tel-${number}`)]);
  document.body.className = "";
  document.body.replaceChildren(el("main", {}, el("h1", {}, w("cover")), telephones(numbers)));
  void hold().catch(() => {});
}
