// Sealing or sending failed: the person chooses. Never a silent fallback.

import { acts, button, el, focusOn, main } from "./dom";
import { w } from "./words";

export interface Ways {
  again(): void;
  /** Sends what is written as it stands; the node seals it when it arrives. */
  onArrival(): void;
}

/** Says what happened and which ways there are. */
export function offer(words: string[], ways: Ways | null): void {
  document.querySelector("[data-gagal]")?.remove();
  const retry = () => {
    note.remove();
    ways?.again();
  };
  const said = words.filter(Boolean).map((each) => el("p", {}, each));
  const both = ways && acts(button(w("again"), retry), button(w("on-arrival"), () => ways.onArrival(), true));
  const note = el("div", { class: "note care", "data-gagal": "", role: "alert" }, ...said, both);
  main().append(note);
  focusOn(note);
}
