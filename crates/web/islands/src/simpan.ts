// "Keep as a draft": behind a PIN, and only when the responder asks for it.

import { acts, button, el } from "./dom";
import { keep, keeping, safe } from "./work";
import { w } from "./words";

/** Where what is written lies. */
export function whereKept(): string {
  return w(keeping ? "kept" : "memory");
}

/** A place with the button; where nothing can be kept, it says so. */
export function keeper(): HTMLElement {
  const said = el("p", { class: "mute", role: "status" }, whereKept());
  const place = el("div", {});
  const start = button(w("keep"), () => {
    start.disabled = true;
    const asked = async () => {
      const brankas = await safe();
      await brankas.ask(place);
      if (brankas.isOpen()) await keep();
    };
    asked().then(
      () => {
        start.hidden = keeping;
        start.disabled = false;
        said.textContent = whereKept();
      },
      () => {
        start.hidden = true;
        said.textContent = w("keep-failed");
      },
    );
  }, true);
  start.hidden = keeping;
  return el("div", {}, said, acts(start), place);
}
