// Photos of a report: picked, made anew and sealed, shown, taken away again.

import type { Attached } from "./chunks";
import { acts, button, el } from "./dom";
import type { Photo } from "./foto";
import { w } from "./words";

/** As many photos as one report carries. */
const PHOTOS_MAX = 5;

/** Lets photos be picked in a field; `make` seals one, `changed` hears of each change. */
export function photos(field: HTMLElement, files: Attached[], make: (file: File) => Promise<Photo>, changed = () => {}): void {
  const input = field.querySelector("input");
  if (!input) return;
  const list = el("ul", { class: "rows" });
  const said = el("p", { role: "status" });
  field.append(said, list);
  const draw = () => {
    list.replaceChildren(...files.map((file, n) => {
      const view = (file as Photo).view as HTMLCanvasElement | undefined;
      view?.setAttribute("role", "img");
      view?.setAttribute("aria-label", w("photo", { n: n + 1 }));
      const drop = button(w("photo-drop", { n: n + 1 }), () => {
        files.splice(n, 1);
        draw();
        changed();
        input.focus();
      }, true);
      return el("li", {}, view, el("p", {}, w("photo-size", { n: n + 1, kb: Math.ceil(file.ref[1] / 1000) })), acts(drop));
    }));
    input.disabled = files.length >= PHOTOS_MAX;
  };
  const add = async (picked: File[]) => {
    said.textContent = w("photo-wait");
    let failed = false;
    for (const file of picked.slice(0, PHOTOS_MAX - files.length)) {
      await make(file).then((made) => files.push(made), () => (failed = true));
    }
    said.textContent = failed ? w("photo-failed") : "";
    draw();
    changed();
  };
  input.addEventListener("change", () => {
    const picked = [...(input.files ?? [])];
    // What was picked stays nowhere: not in the form, not in the page the browser may bring back.
    input.value = "";
    void add(picked);
  });
  draw();
}
