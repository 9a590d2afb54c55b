// The outbox on this phone: IndexedDB, the post, and when to try again. Used by the pages and by the worker.

import { send, type Answer, type Item, type Store } from "./outbox";

const NAME = "simpul-saku";
const KOTAK = "kotak";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(KOTAK, { keyPath: "rid" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when the transaction is on disk, not when the request is done. */
async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const tx = db.transaction(KOTAK, mode);
      const request = act(tx.objectStore(KOTAK));
      tx.oncomplete = () => resolve(request.result);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  } finally {
    db.close();
  }
}

const kept: Store = {
  all: () => run<Item[]>("readonly", (store) => store.getAll()),
  put: (item) => run("readwrite", (store) => store.put(item)).then(() => changed()),
  drop: (rid) => run("readwrite", (store) => store.delete(rid)).then(() => changed()),
};

/** Where the phone keeps nothing (private windows of some browsers), the open page is the outbox. */
function inMemory(): Store {
  const items = new Map<string, Item>();
  return {
    all: async () => [...items.values()],
    put: async (item) => {
      items.set(item.rid, item);
      changed();
    },
    drop: async (rid) => {
      items.delete(rid);
      changed();
    },
  };
}

export let store: Store = kept;
export let lasting = true;

let changed = () => {};
/** Calls back after every change of the outbox in this page. */
export function onChange(act: () => void): void {
  changed = act;
}

/** A connection that hangs is given up after two minutes and as long as the bytes take at 100 a second. */
async function post(sealed: Uint8Array<ArrayBuffer>, kunci: string): Promise<Answer> {
  const stop = new AbortController();
  const timeout = setTimeout(() => stop.abort(), 120_000 + sealed.length * 10);
  try {
    const answer = await fetch("/kirim/laporan", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream", "Simpul-Kunci": kunci },
      body: sealed,
      redirect: "error",
      signal: stop.signal,
    });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  } finally {
    clearTimeout(timeout);
  }
}

/** One at a time on this phone: the pages and the worker share a lock where the browser has one. */
export function sendAll(all: boolean): Promise<number | null> {
  const act = () => send(store, post, Date.now, Math.random, all);
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

/** On opening the page: what is kept, what is due, and what the node says about reports it recorded. */
export async function start(): Promise<void> {
  try {
    await kept.all();
  } catch {
    store = inMemory();
    lasting = false;
  }
  addEventListener("online", () => void keepSending(true));
  await keepSending(true);
  for (const item of await store.all()) {
    if (item.state !== "recorded") continue;
    const answer = await fetch(`/kirim/laporan/${item.rid}`, { cache: "no-store" }).catch(() => null);
    const body: { read?: boolean } | null = answer?.ok ? await answer.json().catch(() => null) : null;
    if (body?.read) await store.put({ ...item, state: "read" });
  }
}

/** Asks the browser to wake the worker when there is a connection, where it can. */
export async function later(): Promise<void> {
  const worker = (await navigator.serviceWorker?.getRegistration("/saku/")) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  await worker?.sync?.register("kirim").catch(() => {});
}
