// The sending part, fetched after the first answer or where the outbox is shown: seals a report, keeps it, sends it.

import { unbase64url } from "./base64";
import * as box from "./box";
import type { Attached } from "./chunks";
import { keptDrafts, sealOld } from "./drafts";
import { sealedItem, waiting, type FileItem } from "./outbox";
import { reportJson, type Draft } from "./report";
import { sealReport, type Sealed } from "./seal";
import { speak, w, type Table } from "./words";

export { clear, drop, keepSending, lasting, run, store, tell, watch } from "./box";
export { dropDraft, keptDrafts, sealKept } from "./drafts";
export { reference } from "./outbox";

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
  keyOnPage: string | undefined;
}

/** The newest intake key this phone knows: of the pack, else of the page. */
async function intakeKey(onPage: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch("/saku/paket.json").catch(() => null);
  const pack = answer?.ok ? ((await answer.json().catch(() => null)) as { terima?: string } | null) : null;
  const key = pack?.terima || onPage;
  if (!key) throw new Error("report.no-key");
  return unbase64url(key);
}

export async function sealed({ draft, files, kunci, keyOnPage }: Writing): Promise<Sealed> {
  return sealReport(reportJson(draft, files.map(({ ref }) => ref)), kunci, await intakeKey(keyOnPage));
}

export function sizes(files: Attached[]): FileItem[] {
  return files.map(({ ref: [id], sealed: { length } }) => ({ id, size: length }));
}

/** Seals and queues; gives the report's name. */
export async function queue(writing: Writing, held: boolean): Promise<string> {
  const { rid, bytes } = await sealed(writing);
  const item = sealedItem(rid, bytes, writing.kunci, Date.now(), held, sizes(writing.files));
  await box.add(item, writing.files.map(({ ref: [id], sealed: chunks }) => ({ id, bytes: chunks })));
  if (!held) {
    void box.later();
    void box.keepSending(true);
  }
  return item.rid;
}
