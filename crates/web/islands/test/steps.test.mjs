// Which question comes next, and what a report holds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { consents, fromForm, reportJson } from "../build/report.mjs";
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

test("a report holds the fields of the schema and no other; each consent and the officer's opinion stand apart", () => {
  const schema = JSON.parse(readFileSync(new URL("../../../node/schemas/report.json", import.meta.url), "utf8"));
  const fields = [
    ["teks", "  Paspor ditahan. "],
    ["tempat", "21.71"],
    ["kontak", " sore, lewat kakak "],
    ["setuju.C2", "agreed"],
    ["setuju.C3", "refused"],
    ["setuju.C8", "not_asked"],
    ["pendapat", "Ia takut."],
    ["j.stage", "returned"],
    ["j.K1", "yes"],
    ["j.setuju.C1", "agreed"],
  ];
  const report = JSON.parse(reportJson(fromForm(fields, "0.1.0"), [["0a", 3, "0b", "0c"]]));
  assert.deepEqual(Object.keys(report).filter((key) => !(key in schema.properties)), []);
  assert.deepEqual(schema.required.filter((key) => !(key in report)), []);
  assert.deepEqual(report, {
    report: 1,
    pack: "0.1.0",
    stage: "returned",
    answers: { K1: "yes" },
    place: "21.71",
    consent: { C1: true, C2: true, C3: false },
    text: "Paspor ditahan.",
    contact: { safe_way: "sore, lewat kakak" },
    files: [["0a", 3, "0b", "0c"]],
    opinion: "Ia takut.",
  });
});

test("what was not asked or not written is absent, and a refusal stands", () => {
  const empty = fromForm([], "");
  assert.deepEqual(empty, { pack: "", stage: null, answers: null, place: null, consent: {}, text: "", contact: {}, opinion: "" });
  assert.ok(!("opinion" in JSON.parse(reportJson(empty))));
  assert.deepEqual(consents([["setuju.C2", "refused"], ["lain", "agreed"]]), { C2: false });
});
