// Pages shown inside this one, so that what is written need not be stored to get from one to the next.

import { el, show } from "./dom";
import { href } from "./words";

/** What stands under a selector in another page of the pocketbook; nothing when the page is not here. */
export function partOf(page: string, selector: string): Promise<Node[]> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("GET", href(page));
    request.responseType = "document";
    request.onloadend = () => {
      const found = (request.response as Document | null)?.querySelector(selector);
      done(Array.from(found?.childNodes ?? [], (node) => document.importNode(node, true)));
    };
    request.send();
  });
}

/** Puts the content of another page in place of this one's; gives its form, or null. */
export async function openPage(page: string): Promise<HTMLFormElement | null> {
  const nodes = await partOf(page, "main");
  const form = nodes.find((node): node is HTMLFormElement => node instanceof HTMLFormElement);
  if (form) show(...nodes);
  return form ?? null;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Names and values of a form, as it would be sent; without files. */
export function fieldsOf(form: HTMLFormElement): [string, string][] {
  return [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === "string" && !entry[0].startsWith("_"));
}

/** Fills a form as it was; what is hidden in it is its own. */
export function fill(form: HTMLFormElement, fields: [string, string][]): void {
  for (const [name, value] of fields) {
    for (const control of form.querySelectorAll<Control>(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio" || control.type === "checkbox") (control as HTMLInputElement).checked = control.value === value;
      else if (control.type !== "hidden") control.value = value;
    }
  }
}

/** Label and value of each field, as they stand. */
export function rows(form: HTMLFormElement): HTMLElement[] {
  const all: HTMLElement[] = [];
  for (const field of form.querySelectorAll<HTMLElement>(".field:not([data-foto])")) {
    const label = field.querySelector("legend, label")?.textContent;
    const control = field.querySelector<HTMLInputElement | HTMLSelectElement>("input:checked, select, textarea, input:not([type=radio])");
    const chosen = control instanceof HTMLSelectElement ? control.selectedOptions[0]?.textContent : control?.value;
    const picked = control?.type === "radio" ? control.labels?.[0]?.textContent : chosen;
    if (picked?.trim()) all.push(el("dt", {}, label), el("dd", {}, picked.trim()));
  }
  return all;
}
