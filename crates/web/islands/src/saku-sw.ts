// The worker of /saku/: keeps the pack, answers from it without a signal, and sends the outbox when the browser wakes it.
// A pack is switched only when every file is here and checked; until then the old one serves.

import { hex } from "./base64";
import { sendAll } from "./box";
import { composed, type Berkas } from "./kerangka";

// The types of workers and of pages cannot be loaded together; this is what is used here.
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface PocketbookWorker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
  addEventListener(type: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(type: "sync", act: (event: Waiting & { tag: string }) => void): void;
  addEventListener(type: "message", act: (event: Waiting & { data: unknown; source: MessagePort | null }) => void): void;
  addEventListener(type: "fetch", act: (event: Waiting & { request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
}
const worker = self as unknown as PocketbookWorker;

const LIST = "/saku/paket.json";
interface Paket {
  versi: string;
  berkas: Berkas[];
}

/** The cache in use: the newest that holds its list, which is written last. */
async function current(): Promise<Cache | null> {
  for (const name of (await caches.keys()).reverse()) {
    const cache = await caches.open(name);
    if (name.startsWith("saku-") && (await cache.match(LIST))) return cache;
  }
  return null;
}

/** What a page has just loaded need not come twice: the hash says whether the browser's own copy is the right one. */
async function checked(path: string, sha256: string, bytes: number): Promise<Response> {
  // A mark is only compared with the mark before it: the answer has a key of its own.
  const marked = sha256.startsWith("~");
  for (const cache of marked ? (["no-cache"] as const) : (["default", "reload"] as const)) {
    const answer = await fetch(path, { cache });
    if (!answer.ok || answer.redirected) throw new Error(path);
    if (marked) return answer;
    const body = await answer.clone().arrayBuffer();
    const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", body)));
    if (body.byteLength === bytes && digest === sha256) return answer;
  }
  throw new Error(path);
}

/** Fetches what changed since the pack in use, then switches. */
async function refresh(): Promise<void> {
  const answer = await fetch(LIST, { cache: "no-cache" });
  if (!answer.ok) throw new Error(LIST);
  const paket: Paket = await answer.clone().json();
  const old = await current();
  const held: Paket | null = old ? await (await old.match(LIST))?.json() : null;
  const name = `saku-${paket.versi}`;
  if (held?.versi !== paket.versi) {
    const fresh = await caches.open(name);
    for (const [path, sha256, bytes] of paket.berkas) {
      const same = held?.berkas.some(([known, hash]) => known === path && hash === sha256);
      const kept = same && old ? await old.match(path) : undefined;
      await fresh.put(path, kept || (await checked(path, sha256, bytes)));
    }
    await fresh.put(LIST, answer);
  }
  for (const other of await caches.keys()) if (other.startsWith("saku-") && other !== name) await caches.delete(other);
}

async function respond(request: Request): Promise<Response> {
  const cache = await current();
  const { pathname, search } = new URL(request.url);
  if (pathname === LIST) return fetch(request).catch(async (error) => (await cache?.match(LIST)) || Promise.reject(error));
  const kept = await cache?.match(pathname + search);
  if (kept) return kept;
  const made = async (path: string, query: string) => cache && composed(cache, (await (await cache.match(LIST))?.json())?.berkas || [], path, query);
  const page = pathname.startsWith("/saku") && (await made(pathname, search));
  if (page) return page;
  return fetch(request).catch(async (error) => {
    if (request.mode !== "navigate") throw error;
    const start = pathname.startsWith("/saku/en") ? "/saku/en" : "/saku";
    // Contacts of a place that is not kept: those of this place are better than none.
    return (search && (await made(pathname, ""))) || (await made(start, "")) || Promise.reject(error);
  });
}

worker.addEventListener("install", (event) => {
  void worker.skipWaiting();
  event.waitUntil(refresh());
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  const say = async () => event.source?.postMessage({ siap: (await current()) !== null });
  event.waitUntil(event.data === "segarkan" ? refresh().then(say, say) : say());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === worker.location.origin) event.respondWith(respond(request));
});

worker.addEventListener("sync", (event) => {
  if (event.tag === "kirim") event.waitUntil(sendAll(true));
});
