// The outbox: sealed reports and where each stands. Only sealed bytes and ids, never what was typed. Sending again changes
// nothing at the node (the key names the report, the id a file), so every doubt ends in another try.

import { hex } from "./base64";
import { chunk, chunkCount, numbers } from "./chunks";

type Bytes = Uint8Array<ArrayBuffer>;

export type State =
  /** Sealed, but the responder decides: sent or deleted. */
  | "held"
  | "waiting"
  | "sending"
  /** Arrived, not recorded: the node is locked. The bytes stay here. */
  | "arrived"
  /** Recorded, files and all: the receipt is here, the bytes are gone. */
  | "recorded"
  | "read"
  | "refused"
  /** Deleted by the responder: only its number is left. */
  | "dropped";

export interface Receipt {
  rid: string;
  seq: number;
  at: string;
  signature: string;
}

export interface FileItem {
  id: string;
  /** Length of all its sealed chunks. */
  size: number;
}

export interface Item {
  rid: string;
  /** The number that people see. */
  slip: string;
  state: State;
  /** When sealed, ms. */
  made: number;
  tries: number;
  /** When to try next, ms. */
  next: number;
  /** `_kunci` in hex; goes with the bytes. */
  kunci?: string;
  sealed?: Bytes;
  /** Files that the node does not have whole. */
  files?: FileItem[];
  /** How many chunks of the file under way the node has, and of how many. */
  sent?: [number, number];
  receipt?: Receipt;
  /** What to do about a refusal, from the node. */
  remedy?: string;
}

export interface Store {
  all(): Promise<Item[]>;
  /** Changes an item in one go; null when it was deleted meanwhile, and then nothing is written. */
  change(rid: string, alter: (item: Item) => Item): Promise<Item | null>;
  forget(rid: string): Promise<void>;
  file(id: string): Promise<Bytes | undefined>;
  dropFile(id: string): Promise<void>;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** What goes over the wire; throws when there is no connection. */
export interface Net {
  post(sealed: Bytes, kunci: string): Promise<Answer>;
  /** `body`: the chunks that the node has, `0-11,13`. */
  have(id: string): Promise<Answer>;
  put(id: string, n: number, last: boolean, bytes: Bytes): Promise<Answer>;
}

/** After 30 s, 1, 2, 5, 15, 60 min, then every hour, each with up to a fifth more, so that phones do not come at once. */
const DELAYS_S = [30, 60, 120, 300, 900, 3600];
const KEPT_MS = 30 * 24 * 3600_000;
/** A 4xx that is not final. */
const TRY_AGAIN = [408, 421, 425, 429];

export function delay(tries: number, chance: number): number {
  const seconds = DELAYS_S[Math.min(tries, DELAYS_S.length) - 1] ?? 30;
  return seconds * 1000 * (1 + chance / 5);
}

/** What lies sealed, on its way into the outbox. */
export interface Parcel {
  rid: Bytes;
  slip: string;
  sealed: Bytes;
  kunci: Bytes;
  files: FileItem[];
}

export function sealedItem({ rid, slip, sealed, kunci, files }: Parcel, now: number, held: boolean): Item {
  const item: Item = { rid: hex(rid), slip, sealed, kunci: hex(kunci), state: held ? "held" : "waiting", made: now, tries: 0, next: now };
  return files.length ? { ...item, files } : item;
}

const unsent = (item: Item) => item.state === "waiting" || item.state === "sending" || item.state === "arrived";

/** How many are still to be sent or recorded. */
export function waiting(items: Item[]): number {
  return items.filter((item) => unsent(item) || item.state === "held").length;
}

/** What is left of a deleted report: its number and that it was deleted. */
export function dropped({ rid, slip, made }: Item): Item {
  return { rid, slip, made, state: "dropped", tries: 0, next: 0 };
}

/** Sends what is due; `all`: everything, as on opening the page. Gives the time of the next try, if there is one. */
export async function send(store: Store, net: Net, clock: () => number, chance: () => number, all: boolean): Promise<number | null> {
  for (const item of await store.all()) {
    if (unsent(item) && (all || item.next <= clock())) await one(store, net, item, clock, chance);
    else if (!unsent(item) && !item.sealed && clock() - item.made > KEPT_MS) await store.forget(item.rid);
  }
  const due = (await store.all()).filter(unsent).map((item) => item.next);
  return due.length ? Math.min(...due) : null;
}

type Verdict = "done" | "arrived" | "later" | { remedy: string | undefined };

async function one(store: Store, net: Net, item: Item, clock: () => number, chance: () => number): Promise<void> {
  const { rid } = item;
  let arrived = item.state === "arrived";
  let verdict: Verdict = "later";
  try {
    if (!(await store.change(rid, (kept) => ({ ...kept, state: arrived ? "arrived" : "sending" })))) return;
    verdict = await report(store, net, item);
    arrived ||= verdict === "arrived";
    if (verdict === "done" || verdict === "arrived") verdict = (await files(store, net, item)) ?? verdict;
  } catch {
    // No connection: wait.
    verdict = "later";
  }
  await store.change(rid, (kept) => {
    if (verdict === "done") {
      const { files: _, sent: __, ...rest } = kept;
      return { ...rest, state: "recorded" };
    }
    if (typeof verdict === "object") return { ...kept, state: "refused", ...(verdict.remedy ? { remedy: verdict.remedy } : {}) };
    const tries = kept.tries + 1;
    return { ...kept, state: arrived && kept.sealed ? "arrived" : "waiting", tries, next: clock() + delay(tries, chance()) };
  });
}

/** The report goes first; with the receipt its bytes are gone from the phone. */
async function report(store: Store, net: Net, { rid, sealed, kunci }: Item): Promise<Verdict> {
  if (!sealed || !kunci) return "done";
  const answer = await net.post(sealed, kunci);
  const receipt = isDone(answer) ? receiptOf(answer.body, rid) : null;
  if (!receipt) return answer.status === 202 ? "arrived" : verdictOf(answer);
  await store.change(rid, ({ sealed: _, kunci: __, ...rest }) => ({ ...rest, receipt }));
  return "done";
}

/** Its files follow, chunk by chunk, those that the node lacks. Gives what keeps them from being there. */
async function files(store: Store, net: Net, item: Item): Promise<Verdict | null> {
  for (const file of item.files ?? []) {
    const verdict = await oneFile(store, net, item.rid, file);
    if (verdict) return verdict;
    await store.change(item.rid, (kept) => ({ ...kept, files: (kept.files ?? []).filter(({ id }) => id !== file.id) }));
    await store.dropFile(file.id);
  }
  return null;
}

async function oneFile(store: Store, net: Net, rid: string, { id, size }: FileItem): Promise<Verdict | null> {
  const known = await net.have(id);
  if (known.status !== 200 && known.status !== 404) return verdictOf(known);
  const have = numbers(known.status === 200 ? String(known.body) : "");
  const count = chunkCount(size);
  const bytes = await store.file(id);
  for (let n = 0; n < count; n++) {
    if (have.has(n)) continue;
    if (!bytes) return { remedy: undefined };
    const answer = await net.put(id, n, n === count - 1, chunk(bytes, n));
    if (!isDone(answer)) return verdictOf(answer);
    have.add(n);
    if (!(await store.change(rid, (kept) => ({ ...kept, sent: [have.size, count] })))) return "later";
  }
  return null;
}

const isDone = ({ status }: Answer) => status === 200 || status === 201;

/** A 4xx is final, but for those that say "later". */
function verdictOf({ status, body }: Answer): Verdict {
  if (status < 400 || status >= 500 || TRY_AGAIN.includes(status)) return "later";
  const remedy = (body as { error?: { remedy?: unknown } } | null)?.error?.remedy;
  return { remedy: typeof remedy === "string" ? remedy : undefined };
}

/** A receipt counts only for its own report: a portal that answers 200 to everything is no node. */
function receiptOf(body: unknown, rid: string): Receipt | null {
  const receipt = body as Receipt | null;
  return receipt && typeof receipt === "object" && receipt.rid === rid ? receipt : null;
}
