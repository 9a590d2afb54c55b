// Every word that a script says is there in both languages, and none is there for nothing.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const keys = (lang) => [...read(`../../text/${lang}.ftl`).matchAll(/^phone-([a-z0-9-]+) =/gm)].map(([, key]) => key);
const folder = new URL("../src/", import.meta.url);
const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
/** Keys that are put together: a state, a telephone number. */
const PUT_TOGETHER = /^(state|tel)-/;

test("both languages say the same things", () => {
  assert.deepEqual(keys("id"), keys("en"));
  assert.ok(keys("id").length > 50);
});

test("every key that a script names is there", () => {
  const named = [...sources.matchAll(/\bw\(\s*"([a-z0-9-]+)"/g)].map(([, key]) => key);
  assert.ok(named.length > 50);
  assert.deepEqual(named.filter((key) => !keys("id").includes(key)), []);
});

test("every state of the outbox has its word, and every number of the lists its name", () => {
  const states = [...read("../src/outbox.ts").match(/export type State =[^;]*;/)[0].matchAll(/"([a-z]+)"/g)].map(([, state]) => state);
  for (const state of [...states, "draft", "sealed"]) assert.ok(keys("id").includes(`state-${state}`), state);
  const numbers = [...sources.matchAll(/"(1\d\d)"/g)].map(([, number]) => number);
  assert.ok(numbers.length >= 8);
  for (const number of numbers) assert.ok(keys("id").includes(`tel-${number}`), number);
});

test("no word is there for nothing", () => {
  const unused = keys("id").filter((key) => !PUT_TOGETHER.test(key) && !sources.includes(`"${key}"`));
  assert.deepEqual(unused, []);
});
