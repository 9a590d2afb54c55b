// The copy of the rule answers as crates/pocketbook does: on every vignette, and on 50 000 random answer sets that the Rust
// rule has evaluated (`cargo run -p pocketbook --example answer_sets`).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { screen } from "../build/screening.mjs";

const root = new URL("../../../../", import.meta.url);
const json = (path) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const folder = "crates/pocketbook/packs/screening";
const asked = json(`${folder}/questions.json`);
const pack = { version: json(`${folder}/pack.json`).version, ...asked, guidance: json(`${folder}/guidance.json`) };

test("every vignette gives its expected result", () => {
  const { vignettes } = json("crates/pocketbook/tests/data/screening_vignettes.json");
  assert.equal(vignettes.length, 14);
  for (const { id, stage, answers, expected } of vignettes) {
    const result = screen(pack, stage, answers);
    for (const key of Object.keys(expected)) assert.deepEqual(result[key], expected[key], `${id} ${key}`);
  }
});

test("50 000 random answer sets give what the Rust rule gives, reasons and steps too", async () => {
  const args = ["run", "--quiet", "-p", "pocketbook", "--example", "answer_sets", "--", "50000", "2026"];
  const rust = spawn("cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => rust.on("close", resolve));
  const rules = new Set();
  let sets = 0;
  for await (const line of createInterface({ input: rust.stdout })) {
    const { request, result } = JSON.parse(line);
    const { id, ...expected } = result;
    assert.equal(id, null);
    assert.deepEqual(screen(pack, request.stage, request.answers), expected, line.slice(0, 800));
    rules.add(result.rule);
    sets++;
  }
  assert.equal(await ended, 0);
  assert.equal(sets, 50_000);
  assert.equal(rules.size, 14, [...rules].join(" "));
});

test("a question about work is not answered before work has started", () => {
  assert.throws(() => screen(pack, "transit", { K1: "no" }), /screen.not-asked-yet/);
});
