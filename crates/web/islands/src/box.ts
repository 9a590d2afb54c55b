// What this phone keeps: IndexedDB, the post, and when to try again. Used by the pages and by the worker. Nothing in here
// can be read without the node's key or the responder's PIN.

import { net } from "./net";
import { dropped, send, type Item, type Store } from "./outbox";

type Bytes = Uint8Array<ArrayBuffer>;

const NAME = "simpul-saku";
/** Reports, sealed files, drafts, what the PIN opens; each with the name of its key. */
const SHELVES = { kotak: "rid", berkas: "id", draf: "rid", brankas: "id" };
type Shelf = keyof typeof SHELVES;
/** Puts what an act writes in place: `at("kotak").put(…)`. */
export type At = (shelf: Shelf) => IDBObjectStore;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = () => {
      const db = request.result;
      for (const [shelf, keyPath] of Object.entries(SHELVES)) {
        if (!db.objectStoreNames.contains(shelf)) db.createObjectStore(shelf, { keyPath });
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** One transaction over all shelves; resolves when it is on disk, not when its requests are done. */
export async function run<T>(mode: IDBTransactionMode, act: (at: At) => IDBRequest<T> | void): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const tx = db.transaction(Object.keys(SHELVES), mode);
      const request = act((shelf) => tx.objectStore(shelf));
      tx.oncomplete = () => resolve(request ? request.result : (undefined as T));
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  } finally {
    db.close();
  }
}

// Pages and worker tell one another that something changed.
const channel = "BroadcastChannel" in self ? new BroadcastChannel("simpul-kotak") : null;
const watchers: (() => void)[] = [];
const changed = () => watchers.forEach((act) => act());
if (channel) channel.onmessage = changed;
/** Calls back after every change of the outbox, whoever made it. */
export function watch(act: () => void): void {
  watchers.push(act);
}
export function tell(): void {
  changed();
  channel?.postMessage(0);
}

const kept: Store = {
  all: () => run<Item[]>("readonly", (at) => at("kotak").getAll()),
  async change(rid, alter) {
    let result: Item | null = null;
    await run("readwrite", (at) => {
      const found = at("kotak").get(rid) as IDBRequest<Item | undefined>;
      found.onsuccess = () => {
        if (!found.result || found.result.state === "dropped") return;
        result = alter(found.result);
        at("kotak").put(result);
      };
    });
    tell();
    return result;
  },
  forget: (rid) => run<void>("readwrite", (at) => void at("kotak").delete(rid)),
  file: (id) => run<{ bytes: Bytes } | undefined>("readonly", (at) => at("berkas").get(id)).then((file) => file?.bytes),
  dropFile: (id) => run<void>("readwrite", (at) => void at("berkas").delete(id)),
};

/** Where the phone keeps nothing (private windows of some browsers), the open page is the outbox. */
const items = new Map<string, Item>();
const bytesOf = new Map<string, Bytes>();
const inMemory: Store = {
  all: async () => [...items.values()],
  async change(rid, alter) {
    const item = items.get(rid);
    if (!item || item.state === "dropped") return null;
    const result = alter(item);
    items.set(rid, result);
    tell();
    return result;
  },
  forget: async (rid) => void items.delete(rid),
  file: async (id) => bytesOf.get(id),
  dropFile: async (id) => void bytesOf.delete(id),
};

export let store: Store = kept;
export let lasting = true;

/** Finds out whether this phone keeps anything. */
export async function begin(): Promise<void> {
  await kept.all().catch(() => {
    store = inMemory;
    lasting = false;
  });
}

/** A file whose chunks are sealed. */
export interface Chunks {
  id: string;
  bytes: Bytes;
}

/** A report, its files, and the end of its draft, in one go. */
export async function add(item: Item, chunks: Chunks[]): Promise<void> {
  if (lasting) {
    await run("readwrite", (at) => {
      for (const file of chunks) at("berkas").put(file);
      at("draf").delete(item.rid);
      at("kotak").put(item);
    });
  } else {
    items.set(item.rid, item);
    for (const { id, bytes } of chunks) bytesOf.set(id, bytes);
  }
  tell();
}

/** Deletes a report with its files; its number stays for a while, so that the responder can see what became of it. */
export async function drop(item: Item): Promise<void> {
  await store.change(item.rid, dropped);
  for (const { id } of item.files ?? []) await store.dropFile(id);
  tell();
}

/** Everything, gone. */
export async function clear(): Promise<void> {
  items.clear();
  bytesOf.clear();
  if (lasting) await run<void>("readwrite", (at) => (Object.keys(SHELVES) as Shelf[]).forEach((shelf) => at(shelf).clear()));
  tell();
}

/** One at a time on this phone: the pages and the worker share a lock where the browser has one. */
export function sendAll(all: boolean): Promise<number | null> {
  const act = () => send(store, net, Date.now, Math.random, all);
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? locks.request("simpul-kirim", act) : act();
}

let timer: number | undefined;
let running: Promise<void> | null = null;

/** Sends now, and again when the schedule says so. */
export function keepSending(all: boolean): Promise<void> {
  const after = () => {
    running = null;
  };
  running ??= sendAll(all)
    .then((next) => {
      clearTimeout(timer);
      if (next !== null) timer = self.setTimeout(() => void keepSending(false), Math.max(1000, next - Date.now()));
    })
    .then(after, after);
  return running;
}

/** What is due, and what the node says about reports it recorded. */
export async function sendOnStart(): Promise<void> {
  addEventListener("online", () => void keepSending(true));
  await keepSending(true);
  for (const { rid, state } of await store.all()) {
    if (state !== "recorded") continue;
    const answer = await fetch(`/kirim/laporan/${rid}`, { cache: "no-store" }).catch(() => null);
    const body: { read?: boolean } | null = answer?.ok ? await answer.json().catch(() => null) : null;
    if (body?.read) await store.change(rid, (item) => ({ ...item, state: "read" }));
  }
}

/** Asks the browser to wake the worker when there is a connection, where it can. */
export async function later(): Promise<void> {
  const worker = (await navigator.serviceWorker?.getRegistration("/saku/")) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  await worker?.sync?.register("kirim").catch(() => {});
}
