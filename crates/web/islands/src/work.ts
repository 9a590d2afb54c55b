// What is being written in this page and is not sealed yet: one screening and the report that follows it. The cover screen
// seals it, and behind a PIN it is kept as a draft.

import type { Written } from "./brankas";
import type { Attached } from "./chunks";
import type { Item } from "./outbox";
import type { Draft } from "./report";
import { fetchWords, speak, type Table } from "./words";

type Kirim = typeof import("./kirim");
type Brankas = typeof import("./brankas");

let words: Promise<Table> | undefined;
/** The words of this page, once for all islands. */
export function ready(): Promise<Table> {
  words ??= fetchWords();
  return words.then((table) => {
    speak(table);
    return table;
  });
}

/** An island that is not needed for the first question. Tried again when it did not come. */
function later<T>(name: string, begin: (island: T, table: Table) => Promise<void> | void): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    const from = `/aset/${name}.js`;
    loaded ??= Promise.all([import(from) as Promise<T>, ready()]).then(async ([island, table]) => {
      await begin(island, table);
      return island;
    });
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };
}

const count = (text: string) => {
  for (const place of document.querySelectorAll("[data-kotak-jumlah]")) place.textContent = text;
};

/** Seals, keeps and sends. */
export const sending = later<Kirim>("kirim", (kirim, table) => kirim.begin(table, count));
/** PIN, drafts, photos. */
export const safe = later<Brankas>("brankas", async (brankas, table) => brankas.begin(await sending(), table));

export interface Work {
  kunci: Uint8Array<ArrayBuffer>;
  /** The intake key, as the page carries it. */
  key: string | undefined;
  files: Attached[];
  /** What would be sent, and what fills the page again. */
  read(): { draft: Draft; written: Written };
}

let work: Work | null = null;

export function begin(next: Work): void {
  work = next;
}

export function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(16));
}

/** Seals what is written; the page is done with it. */
export async function seal(held: boolean): Promise<Item> {
  const mine = work;
  if (!mine) throw new Error("report.empty");
  const { read, ...rest } = mine;
  // From here on nothing is kept as a draft; one that is being written ends first.
  work = null;
  try {
    await last.catch(() => {});
    return await (await sending()).queue({ ...rest, draft: read().draft }, held);
  } catch (error) {
    work = mine;
    throw error;
  }
}

/** Seals what is written, if anything, for the responder to decide. */
export async function hold(): Promise<void> {
  const draft = work?.read().draft;
  if (draft && (draft.text || draft.opinion || Object.keys(draft.answers ?? {}).length || work?.files.length)) await seal(true);
}

/** Whether each change is kept as a draft. */
export let keeping = false;
export function keep(): Promise<void> {
  keeping = true;
  return changed();
}

let last = Promise.resolve();
/** After a change: kept, if the vault is open. One at a time, so that the newest is what stays. */
export function changed(): Promise<void> {
  if (!keeping) return last;
  last = last.then(async () => {
    if (!work) return;
    const { read, ...rest } = work;
    const { draft, written } = read();
    await (await safe()).keep({ ...rest, draft }, written);
  });
  return last.catch(() => {});
}
