// Seals a report on the phone for the task force alone: nobody else, not even this phone, opens it again.
// "SPR1" | suite u8 | kid 8 | rid 16 | enc 65 | ciphertext; HPKE base mode (RFC 9180), suite 2: DHKEM P-256,
// HKDF-SHA256, AES-128-GCM. The same format is in crates/seal; vectors go both ways (crates/seal/vectors).

import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

type Bytes = Uint8Array<ArrayBuffer>;

const SUITE = 2;
const INFO = "simpul/report/1";
const KID = "simpul/kid/1";
/** Padded sizes are 1, 2, 4 … 64 KiB, so that the length says little. */
const KIB = 1024;
const PLAIN_BYTES_MAX = 64 * KIB;

export interface Sealed {
  /** SHA-256 of `_kunci`, 16 bytes: the name of the report on the phone and at the node. */
  rid: Bytes;
  bytes: Bytes;
}

function join(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(bytes: Bytes, length: number): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, length);
}

const text = (words: string) => new TextEncoder().encode(words) as Bytes;

function suite(): CipherSuite {
  return new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
}

/** u32 length, the JSON, zeros. Throws `report.too-large`. */
export function pad(json: Uint8Array): Bytes {
  let size = KIB;
  while (size < json.length + 4) size *= 2;
  if (size > PLAIN_BYTES_MAX) throw new Error("report.too-large");
  const plain = new Uint8Array(size);
  new DataView(plain.buffer).setUint32(0, json.length);
  plain.set(json, 4);
  return plain;
}

export function rid(kunci: Bytes): Promise<Bytes> {
  return sha256(kunci, 16);
}

export function kid(publicKey: Bytes): Promise<Bytes> {
  return sha256(join(text(KID), Uint8Array.of(SUITE), publicKey), 8);
}

/** Seals the JSON of a report to the intake key (65 bytes, uncompressed point); `kunci` is 16 random bytes. */
export async function sealReport(json: string, kunci: Bytes, publicKey: Bytes): Promise<Sealed> {
  const hpke = suite();
  const name = await rid(kunci);
  const head = join(text("SPR1"), Uint8Array.of(SUITE), await kid(publicKey), name);
  const recipientPublicKey = await hpke.kem.deserializePublicKey(publicKey);
  const sender = await hpke.createSenderContext({ recipientPublicKey, info: text(INFO) });
  const ciphertext = await sender.seal(pad(text(json)), head);
  return { rid: name, bytes: join(head, new Uint8Array(sender.enc), new Uint8Array(ciphertext)) };
}

/** Opens a sealed report; only the tests have a private key. */
export async function openReport(bytes: Bytes, privateKey: Bytes): Promise<string> {
  const hpke = suite();
  const recipientKey = await hpke.kem.deserializePrivateKey(privateKey);
  const head = bytes.slice(0, 29);
  const recipient = await hpke.createRecipientContext({ recipientKey, enc: bytes.slice(29, 94), info: text(INFO) });
  const plain = new Uint8Array(await recipient.open(bytes.slice(94), head));
  const length = new DataView(plain.buffer).getUint32(0);
  if (length > plain.length - 4 || plain.slice(4 + length).some((byte) => byte)) throw new Error("report.padding");
  return new TextDecoder("utf-8", { fatal: true }).decode(plain.slice(4, 4 + length));
}
