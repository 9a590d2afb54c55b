// A report without a name says the same whether the phone made it or the node.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { told } from "../build/bertutur.mjs";
import { reportJson } from "../build/report.mjs";

const { kantor, cases } = JSON.parse(readFileSync(new URL("../../tests/lapor.json", import.meta.url), "utf8"));

test("the phone tells what the node would tell of the same form", () => {
  assert.ok(cases.length > 2);
  for (const { name, fields, report } of cases) assert.deepEqual(JSON.parse(reportJson(told(fields, kantor))), report, name);
});

test("lines that a browser ends its own way are told alike", () => {
  assert.equal(told([["apa", "satu\r\ndua"]], kantor).text, "satu\ndua");
});
