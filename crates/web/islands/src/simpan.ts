// "Keep as a draft": behind a PIN, and only when the responder asks for it.

import { acts, button, el } from "./dom";
import { keep, safe } from "./work";
import { w } from "./words";

/** A place with the button; where nothing can be kept, it says so. */
export function keeper(): HTMLElement {
  const said = el("p", { class: "mute", role: "status" }, w("memory"));
  const place = el("div", {});
  const start = button(w("keep"), () => {
    start.disabled = true;
    const asked = async () => {
      const brankas = await safe();
      await brankas.ask(place);
      await keep();
      return !(await brankas.locked());
    };
    asked().then(
      (kept) => {
        start.hidden = kept;
        start.disabled = false;
        said.textContent = w(kept ? "kept" : "memory");
      },
      () => {
        start.hidden = true;
        said.textContent = w("keep-failed");
      },
    );
  }, true);
  return el("div", {}, said, acts(start), place);
}
