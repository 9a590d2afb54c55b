// Sealed reports: what this side seals opens, sizes say little, a changed byte opens nothing, and both sides agree.
import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hex, unbase64url, unhex } from "../build/base64.mjs";
import { kid, openReport, pad, rid, sealReport } from "../build/seal.mjs";

const vectors = new URL("../../../seal/vectors/", import.meta.url);
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

async function intake() {
  const pair = await webcrypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const publicKey = new Uint8Array(await webcrypto.subtle.exportKey("raw", pair.publicKey));
  const { d } = await webcrypto.subtle.exportKey("jwk", pair.privateKey);
  return { publicKey, privateKey: unbase64url(d) };
}

test("a report opens as it was written, with the head that names key and report", async () => {
  const { publicKey, privateKey } = await intake();
  const kunci = unhex("000102030405060708090a0b0c0d0e0f");
  const { rid: name, bytes } = await sealReport('{"report":1,"text":"Bu Sari ditahan di ruko"}', kunci, publicKey);
  assert.equal(Buffer.from(bytes.slice(0, 4)).toString(), "SPR1");
  assert.equal(bytes[4], 2);
  assert.equal(hex(bytes.slice(5, 13)), sha256(Buffer.from("simpul/kid/1"), Buffer.of(2), publicKey).subarray(0, 8).toString("hex"));
  assert.equal(hex(bytes.slice(13, 29)), sha256(kunci).subarray(0, 16).toString("hex"));
  assert.deepEqual([hex(await kid(publicKey)), hex(await rid(kunci))], [hex(bytes.slice(5, 13)), hex(name)]);
  assert.equal(bytes.length, 29 + 65 + 1024 + 16);
  assert.equal(await openReport(bytes, privateKey), '{"report":1,"text":"Bu Sari ditahan di ruko"}');
});

test("a changed byte, a cut or another key opens nothing", async () => {
  const { publicKey, privateKey } = await intake();
  const { bytes } = await sealReport("{}", new Uint8Array(16), publicKey);
  for (const at of [0, 4, 5, 13, 28, 29, 93, 94, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[at] ^= 1;
    await assert.rejects(openReport(changed, privateKey), `byte ${at}`);
  }
  for (const length of [0, 29, 94, bytes.length - 1]) await assert.rejects(openReport(bytes.slice(0, length), privateKey));
  await assert.rejects(openReport(bytes, (await intake()).privateKey));
});

test("lengths are padded to 1, 2, 4 … 64 KiB and no further", () => {
  const sizes = [0, 1020, 1021, 2044, 2045, 40_000, 65_532].map((length) => pad(new Uint8Array(length)).length);
  assert.deepEqual(sizes, [1024, 1024, 2048, 2048, 4096, 65_536, 65_536]);
  assert.throws(() => pad(new Uint8Array(65_533)), /report.too-large/);
  assert.deepEqual([...pad(Uint8Array.of(7)).slice(0, 6)], [0, 0, 0, 1, 7, 0]);
});

test("the kept vector, sealed here once, still opens", async () => {
  const vector = JSON.parse(readFileSync(new URL("report-js.json", vectors), "utf8"));
  assert.equal(await openReport(unhex(vector.sealed), unhex(vector.private_key)), vector.json);
  assert.deepEqual([hex(await kid(unhex(vector.public_key))), hex(await rid(unhex(vector.kunci)))], [vector.kid, vector.rid]);
});

test("what crates/seal sealed opens here", async () => {
  const vector = JSON.parse(readFileSync(new URL("report.json", vectors), "utf8"));
  assert.ok(vector.cases.length > 1);
  for (const { name, json, sealed } of vector.cases) {
    assert.equal(await openReport(unhex(sealed), unhex(vector.intake_secret)), json, name);
    assert.equal(hex(unhex(sealed).slice(13, 29)), vector.rid);
  }
  assert.deepEqual([hex(await kid(unhex(vector.intake_public))), hex(await rid(unhex(vector.kunci)))], [vector.kid, vector.rid]);
});
