// Which question comes next, and what a report holds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromForm, reportJson, unfinished } from "../build/report.mjs";
import { given, path } from "../build/steps.mjs";

const file = new URL("../../../pocketbook/packs/screening/questions.json", import.meta.url);
const pack = { version: "0.1.0", ...JSON.parse(readFileSync(file, "utf8")), guidance: {} };
const fields = ["S1", "S2", "S3", "S4", "stage", ...pack.questions.map((q) => q.id).filter((id) => !id.startsWith("S"))];

test("before work has started, questions about work are left out; the stage itself stays", () => {
  assert.equal(path(fields, pack, undefined).length, 46);
  assert.equal(path(fields, pack, "returned").length, 46);
  const early = path(fields, pack, "transit");
  assert.equal(early.length, 29);
  assert.ok(early.includes("stage") && !early.some((name) => /^[EKH]/.test(name)));
});

test("answers of questions that the stage does not ask do not go along", () => {
  const values = { S1: "no", K1: "yes", A1: "child", stage: "transit", R1: undefined };
  assert.deepEqual(given(values, pack, "transit"), { S1: "no", A1: "child" });
  assert.deepEqual(given(values, pack, "returned"), { S1: "no", A1: "child", K1: "yes" });
});

test("a report holds the fields of the schema and no other", () => {
  const schema = JSON.parse(readFileSync(new URL("../../../node/schemas/report.json", import.meta.url), "utf8"));
  const form = { teks: "  Paspor ditahan. ", tempat: "21.71", kontak: " sore, lewat kakak ", persetujuan: "agreed" };
  const carried = [["j.stage", "returned"], ["j.K1", "yes"]];
  const report = JSON.parse(reportJson(fromForm((name) => form[name] ?? "", carried, "0.1.0")));
  assert.deepEqual(Object.keys(report).sort(), [...schema.required].sort());
  assert.deepEqual(report, {
    report: 1,
    pack: "0.1.0",
    stage: "returned",
    answers: { K1: "yes" },
    place: "21.71",
    consent: { C2: true },
    text: "Paspor ditahan.",
    contact: { safe_way: "sore, lewat kakak" },
    files: [],
  });
});

test("what was not asked or not written is absent, and a refusal stands", () => {
  const empty = fromForm(() => "", [], "");
  assert.deepEqual(empty, { pack: "", stage: null, answers: null, place: null, consent: {}, text: "", contact: {} });
  assert.deepEqual(fromForm((name) => (name === "persetujuan" ? "refused" : ""), [], "").consent, { C2: false });
  assert.deepEqual(fromForm((name) => (name === "persetujuan" ? "not_asked" : ""), [], "").consent, {});
  assert.deepEqual(unfinished("0.1.0", null, { S2: "yes" }).answers, { S2: "yes" });
});
