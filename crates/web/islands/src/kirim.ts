// The sending part, fetched after the first answer or where the outbox is shown: seals a report, keeps it, sends it.

import { unbase64url } from "./base64";
import * as box from "./box";
import type { Attached } from "./chunks";
import { keptDrafts, sealOld } from "./drafts";
import { sealedItem, waiting, type Item, type Parcel } from "./outbox";
import { reportJson, type Draft } from "./report";
import { sealReport } from "./seal";
import { slip } from "./slip";
import { speak, w, type Table } from "./words";

export { clear, drop, keepSending, later, lasting, run, store, tell, watch } from "./box";
export { dropDraft, keptDrafts, sealKept } from "./drafts";

/** Opens the outbox of this phone and begins to send. `count` is told how many wait, now and after every change. */
export async function begin(words: Table, count: (text: string) => void): Promise<void> {
  speak(words);
  await box.begin();
  await sealOld(Date.now());
  const update = async () => count(w("waiting", { n: waiting(await box.store.all()) + (await keptDrafts()).length }));
  box.watch(() => void update());
  void update();
  void box.sendOnStart();
}

/** What is written, on its way to be sealed. `kunci` stays the same over all tries of one report. */
export interface Writing {
  draft: Draft;
  files: Attached[];
  kunci: Uint8Array<ArrayBuffer>;
  /** The intake key, as the page carries it: no link is needed to seal. */
  key: string | undefined;
}

export async function parcel({ draft, files, kunci, key }: Writing): Promise<Parcel> {
  if (!key) throw new Error("report.no-key");
  const { rid, bytes } = await sealReport(reportJson(draft, files.map(({ ref }) => ref)), kunci, unbase64url(key));
  const sizes = files.map(({ ref: [id], sealed: { length } }) => ({ id, size: length }));
  return { rid, slip: await slip(rid), sealed: bytes, kunci, files: sizes };
}

/** Seals and queues. */
export async function queue(writing: Writing, held: boolean): Promise<Item> {
  const item = sealedItem(await parcel(writing), Date.now(), held);
  await box.add(item, writing.files.map(({ ref: [id], sealed: chunks }) => ({ id, bytes: chunks })));
  if (!held) {
    void box.later();
    void box.keepSending(true);
  }
  return item;
}
