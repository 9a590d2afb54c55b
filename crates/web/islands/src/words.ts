// What the scripts say: the server's words for the phone (`phone-…` in crates/web/text), in the language of the page.

/** Key → text; `{n}` stands where a value goes. */
export type Table = Record<string, string>;
let table: Table = {};

/** The language of texts that come with the pack. */
export const lang: "id" | "en" = document.documentElement.lang.startsWith("en") ? "en" : "id";

/** Gives this island its words; each is a file of its own. */
export function speak(words: Table): void {
  table = words;
}

export function w(key: string, values: Record<string, string | number> = {}): string {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A page of the pocketbook in the language of this one. */
export function href(page: string): string {
  const prefix = /^\/saku\/([a-z]{2,3})(?=\/|$)/.exec(location.pathname);
  return prefix && document.documentElement.lang === prefix[1] ? `/saku/${prefix[1]}${page}` : `/saku${page}`;
}

/** Fetches the words. Without them no island attaches, and the page works as the server made it. */
export async function fetchWords(): Promise<Table> {
  const answer = await fetch(href("/kata.json"));
  if (!answer.ok) throw new Error("words");
  return answer.json();
}
