// Drafts on this phone, as far as anybody may go without the PIN: how many, when, sealing or deleting them.

import { unhex } from "./base64";
import * as box from "./box";
import { sealedItem, type Parcel } from "./outbox";

type Bytes = Uint8Array<ArrayBuffer>;

/** A draft that nobody touched for a day is sealed and waits for the responder. */
const UNTOUCHED_MS = 24 * 3600_000;

/** `body` opens with `key`, `key` with the vault; `sealed` is the same as a report and opens at the node alone. */
export interface Kept extends Omit<Parcel, "rid"> {
  rid: string;
  touched: number;
  key: Bytes;
  body: Bytes;
}

export async function keptDrafts(): Promise<Kept[]> {
  return box.lasting ? box.run<Kept[]>("readonly", (at) => at("draf").getAll()) : [];
}

/** Ends a draft: its sealed copy is held in the outbox; what opened it here is gone. */
export function sealKept(kept: Kept): Promise<void> {
  return box.add(sealedItem({ ...kept, rid: unhex(kept.rid) }, Date.now(), true), []);
}

export async function sealOld(now: number): Promise<void> {
  for (const kept of await keptDrafts()) if (now - kept.touched > UNTOUCHED_MS) await sealKept(kept);
}

export async function dropDraft({ rid, files }: Kept): Promise<void> {
  await box.run<void>("readwrite", (at) => {
    at("draf").delete(rid);
    for (const { id } of files) at("berkas").delete(id);
  });
  box.tell();
}
