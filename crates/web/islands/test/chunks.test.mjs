// Files in sealed chunks: the same bytes as crates/seal makes of the same file, and nothing of the file in clear.
import assert from "node:assert/strict";
import { createDecipheriv, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { unhex } from "../build/base64.mjs";
import { chunk, chunkCount, numbers, sealFile } from "../build/chunks.mjs";

const vectors = JSON.parse(readFileSync(new URL("../../../seal/vectors/chunk.json", import.meta.url), "utf8"));
const plainOf = (size) => Uint8Array.from({ length: size }, (_, n) => n % 251);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("the chunks of suite 2 are those of crates/seal", async () => {
  const cases = vectors.cases.filter(({ key }) => key.length === 32);
  assert.ok(cases.length > 0);
  for (const { name, key, plain_bytes, sha256_of_chunks, first_chunk } of cases) {
    const given = [unhex(vectors.blob), unhex(key)];
    const { ref, sealed } = await sealFile(plainOf(plain_bytes), () => given.shift());
    const pieces = Array.from({ length: chunkCount(sealed.length) }, (_, n) => chunk(sealed, n));
    assert.deepEqual(pieces.map(sha256), sha256_of_chunks, name);
    assert.equal(Buffer.from(pieces[0]).toString("hex"), first_chunk, name);
    assert.deepEqual(ref, [vectors.blob, plain_bytes, sha256(plainOf(plain_bytes)), key]);
  }
});

test("every size opens again, chunk by chunk, and the last one is padded to 4 or 16 KiB", async () => {
  for (const [size, count, tail] of [[0, 1, 4096], [1, 1, 4096], [4096, 1, 4096], [4097, 1, 16384], [16384, 1, 16384], [16385, 2, 4096], [100_000, 7, 4096], [49_152, 3, 16384]]) {
    const { ref, sealed } = await sealFile(plainOf(size));
    assert.equal(chunkCount(sealed.length), count, String(size));
    assert.equal(chunk(sealed, count - 1).length, tail + 16, String(size));
    const opened = [];
    for (let n = 0; n < count; n++) {
      const nonce = Buffer.alloc(12);
      nonce.writeUInt32BE(n, 7);
      nonce[11] = n === count - 1 ? 1 : 0;
      const piece = Buffer.from(chunk(sealed, n));
      const open = createDecipheriv("aes-128-gcm", unhex(ref[3]), nonce);
      open.setAAD(Buffer.concat([Buffer.from("simpul/chunk/1"), unhex(ref[0])]));
      open.setAuthTag(piece.subarray(-16));
      opened.push(open.update(piece.subarray(0, -16)), open.final());
    }
    const whole = Buffer.concat(opened);
    assert.deepEqual(whole.subarray(0, size), Buffer.from(plainOf(size)));
    assert.ok(whole.subarray(size).every((byte) => byte === 0));
  }
});

test("two files, even equal ones, have different ids and keys", async () => {
  const [one, two] = [await sealFile(plainOf(10)), await sealFile(plainOf(10))];
  assert.notEqual(one.ref[0], two.ref[0]);
  assert.notEqual(one.ref[3], two.ref[3]);
});

test("what the node has is read as it is written", () => {
  assert.deepEqual([...numbers("0-3,5,7-8")], [0, 1, 2, 3, 5, 7, 8]);
  assert.deepEqual([...numbers("")], []);
  assert.deepEqual([...numbers("12")], [12]);
});
