// Elements from words; text only ever goes in as text.

type Child = Node | string | null | false | undefined;
type Attributes = Record<string, string | boolean | (() => void)>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (typeof value === "string") node.setAttribute(name, value);
    else if (value) node.setAttribute(name, "");
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

export function button(text: string, act: () => void, quiet = false): HTMLButtonElement {
  return el("button", { type: "button", class: quiet ? "button quiet" : "button", click: act }, text);
}

export function link(text: string, to: string): HTMLAnchorElement {
  return el("a", { class: "button quiet", href: to }, text);
}

export function acts(...children: Child[]): HTMLElement {
  return el("div", { class: "acts" }, ...children);
}

export function main(): HTMLElement {
  return document.querySelector("main") || document.body;
}

/** Shows other content in the page and takes the reader to its heading. */
export function show(...children: Child[]): void {
  main().replaceChildren(...children.filter((child): child is Node | string => !!child));
  focusOn(main().querySelector("h1"));
}

export function focusOn(node: HTMLElement | null): void {
  if (!node) return;
  node.tabIndex = -1;
  node.focus();
  node.scrollIntoView({ block: "start" });
}

export function telephones(numbers: [string, string][]): HTMLElement {
  const entry = ([number, name]: [string, string]) => el("li", {}, el("a", { href: `tel:${number}` }, `${number} ${name}`));
  return el("ul", {}, ...numbers.map(entry));
}
