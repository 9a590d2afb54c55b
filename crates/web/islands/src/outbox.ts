// The outbox: sealed reports and where each stands. Only sealed bytes and ids, never what was typed. Sending again changes
// nothing at the node (the key names the report), so every doubt ends in another try.

import { hex } from "./base64";

export type State =
  /** Sealed, but the responder decides: sent or deleted. */
  | "held"
  | "waiting"
  | "sending"
  /** Arrived, not recorded: the node is locked. The bytes stay here. */
  | "arrived"
  /** Recorded: the receipt is here, the bytes are gone. */
  | "recorded"
  | "read"
  | "refused";

export interface Receipt {
  rid: string;
  seq: number;
  at: string;
  signature: string;
}

export interface Item {
  rid: string;
  state: State;
  /** When sealed, ms. */
  made: number;
  tries: number;
  /** When to try next, ms. */
  next: number;
  /** `_kunci` in hex; goes with the bytes. */
  kunci?: string;
  sealed?: Uint8Array<ArrayBuffer>;
  receipt?: Receipt;
  /** What to do about a refusal, from the node. */
  remedy?: string;
}

export interface Store {
  all(): Promise<Item[]>;
  put(item: Item): Promise<void>;
  drop(rid: string): Promise<void>;
}

export interface Answer {
  status: number;
  body: unknown;
}
/** Posts sealed bytes; throws when there is no connection. */
export type Post = (sealed: Uint8Array<ArrayBuffer>, kunci: string) => Promise<Answer>;

/** After 30 s, 1, 2, 5, 15, 60 min, then every hour, each with up to a fifth more, so that phones do not come at once. */
const DELAYS_S = [30, 60, 120, 300, 900, 3600];
const KEPT_MS = 30 * 24 * 3600_000;
/** A 4xx that is not final. */
const TRY_AGAIN = [408, 425, 429];

export function delay(tries: number, chance: number): number {
  const seconds = DELAYS_S[Math.min(tries, DELAYS_S.length) - 1] ?? 30;
  return seconds * 1000 * (1 + chance / 5);
}

export function sealedItem(rid: Uint8Array, sealed: Uint8Array<ArrayBuffer>, kunci: Uint8Array, now: number, held: boolean): Item {
  return { rid: hex(rid), sealed, kunci: hex(kunci), state: held ? "held" : "waiting", made: now, tries: 0, next: now };
}

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The code by which a person asks after a report, as every desk of the node shows it: two groups of four. */
export function reference(rid: string): string {
  const letters = (rid.slice(0, 16).match(/../g) ?? []).map((byte) => DIGITS[parseInt(byte, 16) & 31]).join("");
  return `${letters.slice(0, 4)} ${letters.slice(4)}`;
}

const unsent = (item: Item) => item.state === "waiting" || item.state === "sending" || item.state === "arrived";

/** How many are still to be sent or recorded. */
export function waiting(items: Item[]): number {
  return items.filter((item) => unsent(item) || item.state === "held").length;
}

/** Sends what is due; `all`: everything, as on opening the page. Gives the time of the next try, if there is one. */
export async function send(store: Store, post: Post, clock: () => number, chance: () => number, all: boolean): Promise<number | null> {
  for (const item of await store.all()) {
    if (unsent(item) && (all || item.next <= clock())) {
      await one(store, post, item, clock, chance);
    } else if (!unsent(item) && item.state !== "held" && clock() - item.made > KEPT_MS) {
      await store.drop(item.rid);
    }
  }
  const due = (await store.all()).filter(unsent).map((item) => item.next);
  return due.length ? Math.min(...due) : null;
}

async function one(store: Store, post: Post, item: Item, clock: () => number, chance: () => number): Promise<void> {
  const { sealed, kunci } = item;
  if (!sealed || !kunci) return;
  const before = item.state === "arrived" ? "arrived" : "waiting";
  await store.put({ ...item, state: before === "arrived" ? "arrived" : "sending" });
  let answer: Answer | null = null;
  try {
    answer = await post(sealed, kunci);
  } catch {
    // No connection: wait.
  }
  // Deleted meanwhile: it stays deleted here.
  if (!(await store.all()).some((known) => known.rid === item.rid)) return;
  const receipt = answer && (answer.status === 200 || answer.status === 201) ? receiptOf(answer.body, item.rid) : null;
  if (receipt) {
    const { rid, made, tries, next } = item;
    await store.put({ rid, made, tries, next, state: "recorded", receipt });
  } else if (answer && answer.status >= 400 && answer.status < 500 && !TRY_AGAIN.includes(answer.status)) {
    const remedy = (answer.body as { error?: { remedy?: unknown } } | null)?.error?.remedy;
    await store.put({ ...item, state: "refused", ...(typeof remedy === "string" ? { remedy } : {}) });
  } else {
    const tries = item.tries + 1;
    const state = answer?.status === 202 ? "arrived" : before;
    await store.put({ ...item, state, tries, next: clock() + delay(tries, chance()) });
  }
}

/** A receipt counts only for its own report: a portal that answers 200 to everything is no node. */
function receiptOf(body: unknown, rid: string): Receipt | null {
  const receipt = body as Receipt | null;
  return receipt && typeof receipt === "object" && receipt.rid === rid ? receipt : null;
}
