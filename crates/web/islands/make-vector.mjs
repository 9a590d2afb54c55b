// Seals the vector that crates/seal opens in its tests: `npm run build && node make-vector.mjs`. The key is for this
// file alone. Made once and kept: what this version sealed, every later version opens.
import { createECDH, createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { hex, unhex } from "./build/base64.mjs";
import { reportJson } from "./build/report.mjs";
import { kid, sealReport } from "./build/seal.mjs";

const ecdh = createECDH("prime256v1");
const privateKey = createHash("sha256").update("simpul report vector").digest();
ecdh.setPrivateKey(privateKey);
const publicKey = new Uint8Array(ecdh.getPublicKey());
const kunci = unhex("00112233445566778899aabbccddeeff");
const json = reportJson({
  pack: "0.1.0",
  stage: "returned",
  answers: { A1: "adult", K1: "yes" },
  place: "21.71",
  consent: { C2: true },
  text: "Paspor ditahan majikan.",
  contact: {},
});
const sealed = await sealReport(json, kunci, publicKey);
const vector = {
  about: "A report sealed by the browser side (HPKE base mode, DHKEM P-256, HKDF-SHA256, AES-128-GCM). All bytes in hex.",
  private_key: privateKey.toString("hex"),
  public_key: hex(publicKey),
  kid: hex(await kid(publicKey)),
  kunci: hex(kunci),
  rid: hex(sealed.rid),
  json,
  sealed: hex(sealed.bytes),
};
writeFileSync(new URL("../../seal/vectors/report-js.json", import.meta.url), `${JSON.stringify(vector, null, 1)}\n`);
