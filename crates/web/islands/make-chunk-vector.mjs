// Seals the files that crates/seal opens in its tests, with WebCrypto and the words of README.md alone:
// `node make-chunk-vector.mjs`. Made once and kept: what this version sealed, every later version opens.
import { createHash, webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";

const CHUNK = 16_384;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const id = new Uint8Array(16).fill(5);
const raw = new Uint8Array(16).fill(6);
const key = await webcrypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);

async function chunk(n, last, plain) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(7, n);
  iv[11] = last ? 1 : 0;
  const additionalData = Buffer.concat([Buffer.from("simpul/chunk/1"), id]);
  return hex(await webcrypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
}

async function sealed(length) {
  const plain = Uint8Array.from({ length }, (_, at) => at % 251);
  const count = Math.max(1, Math.ceil(length / CHUNK));
  const chunks = [];
  for (let n = 0; n < count; n++) {
    const last = n === count - 1;
    let piece = plain.slice(n * CHUNK, (n + 1) * CHUNK);
    if (last) {
      const padded = new Uint8Array(piece.length <= 4_096 ? 4_096 : CHUNK);
      padded.set(piece);
      piece = padded;
    }
    chunks.push({ n, last, body: await chunk(n, last, piece) });
  }
  const digest = createHash("sha256").update(plain).digest("hex");
  return { plain_bytes: length, files: [hex(id), length, digest, hex(raw)], chunks };
}

const cases = [];
for (const length of [1, 4_097, 20_000]) cases.push(await sealed(length));
const vector = { id: hex(id), key: hex(raw), plain: "byte n is n modulo 251", cases };
writeFileSync(new URL("../../seal/vectors/chunk-js.json", import.meta.url), `${JSON.stringify(vector, null, 1)}\n`);
