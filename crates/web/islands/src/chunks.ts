// A file in sealed chunks, as crates/seal/src/wire/chunk.rs has them: chunk n = AES-128-GCM(key, nonce = 7 zero bytes ||
// n u32 || last u8, aad "simpul/chunk/1" || id) of 16,384 plain bytes. One key serves one file, so no nonce repeats.

import { hex } from "./base64";

type Bytes = Uint8Array<ArrayBuffer>;

const PLAIN_BYTES = 16_384;
const SMALL_LAST_BYTES = 4_096;
/** A full chunk, sealed. */
const SEALED_BYTES = PLAIN_BYTES + 16;

/** As it stands in the report: id, plain bytes, SHA-256 of them, key; all but the number in hex. */
export type FileRef = [id: string, bytes: number, sha256: string, key: string];

export interface Attached {
  ref: FileRef;
  /** All chunks, one after another. */
  sealed: Bytes;
}

export function chunkCount(sealedBytes: number): number {
  return Math.ceil(sealedBytes / SEALED_BYTES);
}

export function chunk(sealed: Bytes, n: number): Bytes {
  return sealed.subarray(n * SEALED_BYTES, (n + 1) * SEALED_BYTES);
}

/** The numbers of `0-11,13`. */
export function numbers(list: string): Set<number> {
  const all = new Set<number>();
  for (const part of list.split(",")) {
    const [from, to = from] = part.split("-");
    if (from) for (let n = Number(from); n <= Number(to); n++) all.add(n);
  }
  return all;
}

function nonce(n: number, last: boolean): Bytes {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(7, n);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

/** Seals a file under a key of its own. */
export async function sealFile(plain: Bytes, random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size))): Promise<Attached> {
  const [id, raw] = [random(16), random(16)];
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const additionalData = Uint8Array.of(...new TextEncoder().encode("simpul/chunk/1"), ...id);
  const count = Math.max(1, Math.ceil(plain.length / PLAIN_BYTES));
  const tail = plain.length - (count - 1) * PLAIN_BYTES <= SMALL_LAST_BYTES ? SMALL_LAST_BYTES : PLAIN_BYTES;
  const sealed = new Uint8Array((count - 1) * SEALED_BYTES + tail + 16);
  for (let n = 0; n < count; n++) {
    const last = n === count - 1;
    const piece = new Uint8Array(last ? tail : PLAIN_BYTES);
    piece.set(plain.subarray(n * PLAIN_BYTES, (n + 1) * PLAIN_BYTES));
    const made = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(n, last), additionalData }, key, piece);
    sealed.set(new Uint8Array(made), n * SEALED_BYTES);
  }
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", plain));
  return { ref: [hex(id), plain.length, hex(sha256), hex(raw)], sealed };
}
