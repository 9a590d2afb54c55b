// From a draft in memory to a sealed report in the outbox.

import { unbase64url } from "./base64";
import * as box from "./box";
import { sealedItem } from "./outbox";
import { reportJson, type Draft } from "./report";

let loaded: Promise<typeof import("./kirim")> | undefined;

/** Fetches the sealing part; called after the first answer, so that it is here when it is needed. */
export function prepare(): Promise<typeof import("./kirim")> {
  const from = "/aset/kirim.js";
  loaded ??= import(from).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  }) as Promise<typeof import("./kirim")>;
  return loaded;
}

/** The newest intake key this phone knows: of the pack, else of the page. */
async function intakeKey(onPage: string | undefined): Promise<string> {
  const answer = await fetch("/saku/paket.json").catch(() => null);
  const pack = answer?.ok ? ((await answer.json().catch(() => null)) as { terima?: string } | null) : null;
  const key = pack?.terima || onPage;
  if (!key) throw new Error("report.no-key");
  return key;
}

/** Seals and queues; gives the report's name. `kunci` stays the same over all tries of one report. */
export async function sealAndQueue(draft: Draft, kunci: Uint8Array<ArrayBuffer>, onPage: string | undefined, held: boolean): Promise<string> {
  const { sealReport } = await prepare();
  const sealed = await sealReport(reportJson(draft), kunci, unbase64url(await intakeKey(onPage)));
  const item = sealedItem(sealed.rid, sealed.bytes, kunci, Date.now(), held);
  await box.store.put(item);
  if (!held) {
    void box.later();
    void box.keepSending(true);
  }
  return item.rid;
}

export function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(16));
}
