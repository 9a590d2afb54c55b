// What the islands weigh on the wire, and what they may not do.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

const dist = new URL("../../dist/", import.meta.url);
const packed = (...names) =>
  names.reduce((sum, name) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    return sum + brotliCompressSync(readFileSync(new URL(name, dist)), { params }).length;
  }, 0);

test("every island stays within its budget", () => {
  assert.ok(packed("saku.js", "saku-sw.js") <= 12_000);
  assert.ok(packed("kirim.js") <= 11_000);
  assert.ok(packed("tanpa-nama.js") <= 11_500);
  assert.ok(packed("brankas.js") <= 3_000);
  assert.ok(packed("kunci.js") <= 3_000);
  assert.ok(packed("dasar.js") <= 2_000);
  assert.ok(packed("ucap.js") <= 1_000);
});

test("the outline of maps is one short path of whole, relative steps that stays on the map", () => {
  const path = readFileSync(new URL("garis.txt", dist), "utf8");
  assert.ok(path.length > 4_000 && path.length <= 5 * 1024, `${path.length} bytes`);
  assert.match(path, /^(m[-0-9 ]+z)+$/);
  let [x, y, loops] = [0, 0, 0];
  for (const loop of path.slice(1, -1).split("zm")) {
    const numbers = loop.match(/-?\d+/g).map(Number);
    assert.ok(numbers.length >= 6 && numbers.length % 2 === 0, loop);
    const begin = [x + numbers[0], y + numbers[1]];
    for (let at = 0; at < numbers.length; at += 2) {
      [x, y] = [x + numbers[at], y + numbers[at + 1]];
      assert.ok(x >= -4 && x <= 1004 && y >= -4 && y <= 384, `${x} ${y}`);
    }
    [x, y] = begin;
    loops += 1;
  }
  assert.ok(loops > 60, `${loops} pieces of land`);
});

test("no island writes markup from text, runs text as code, or names another site", () => {
  const source = new URL("../src/", import.meta.url);
  for (const name of readdirSync(source)) {
    const text = readFileSync(new URL(name, source), "utf8");
    for (const banned of ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "localStorage", "sessionStorage", "https://", "http://", ".style"]) {
      assert.ok(!text.includes(banned), `${name}: ${banned}`);
    }
  }
});

test("the build targets browsers of 2020: no syntax after es2020", () => {
  for (const name of readdirSync(dist)) {
    const text = readFileSync(new URL(name, dist), "utf8");
    assert.ok(!/\?\?=|\|\|=|&&=/.test(text), name);
  }
});
