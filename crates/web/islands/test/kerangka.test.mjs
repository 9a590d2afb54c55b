import assert from "node:assert/strict";
import { test } from "node:test";
import { composed, filled, pageOf } from "../build/kerangka.mjs";

const FRAMES = {
  id: '<title>{judul} - Simpul</title><a href="/saku{jalan}">Indonesia</a><a href="/saku/en{jalan}">English</a><main>{isi}</main>',
  en: "<title>{judul} - Simpul</title><main>{isi}</main>",
};

/** A cache as the worker has one. */
function cache(entries) {
  return { match: async (path) => entries[path]?.clone() };
}

function held() {
  return cache({
    "/saku/lapor": new Response("", { headers: { "content-security-policy": "default-src 'none'", "content-encoding": "br" } }),
    "/saku/paket/kerangka.json": Response.json(FRAMES),
    "/saku/paket/isi/panduan/hak.json": Response.json({ id: ["Hak", "<h1>Hak $& {isi}</h1>"], en: ["Rights", "<h1>Rights</h1>"] }),
  });
}

const FILES = [["/saku/paket/isi/panduan/hak.json", "", 0, "/panduan/hak"]];

test("an address names its language and its page", () => {
  assert.deepEqual(pageOf("/saku/panduan/hak", FRAMES), ["id", "/panduan/hak"]);
  assert.deepEqual(pageOf("/saku/en/panduan/hak", FRAMES), ["en", "/panduan/hak"]);
  assert.deepEqual(pageOf("/saku/en", FRAMES), ["en", ""]);
  assert.deepEqual(pageOf("/saku/entah", FRAMES), ["id", "/entah"]);
});

test("frame and words become the page in each language, whatever signs the words hold", async () => {
  const page = await composed(held(), FILES, "/saku/panduan/hak", "");
  const html = await page.text();
  assert.match(html, /<title>Hak - Simpul<\/title>/);
  assert.match(html, /href="\/saku\/panduan\/hak".*href="\/saku\/en\/panduan\/hak"/);
  assert.ok(html.includes("<main><h1>Hak $& {isi}</h1></main>"), html);
  assert.match(await (await composed(held(), FILES, "/saku/en/panduan/hak", "")).text(), /<h1>Rights<\/h1>/);
});

test("a page that is put together keeps the policy of the pages of the server", async () => {
  const { headers } = await composed(held(), FILES, "/saku/panduan/hak", "");
  assert.equal(headers.get("content-security-policy"), "default-src 'none'");
  assert.equal(headers.get("content-encoding"), null);
});

test("a page whose words are not held is none", async () => {
  assert.equal(await composed(held(), FILES, "/saku/panduan/lain", ""), null);
  assert.equal(await composed(held(), FILES, "/saku/panduan/hak", "?ke=jv"), null);
  assert.equal(await composed(cache({}), FILES, "/saku/panduan/hak", ""), null);
});

test("words are put in once, and a frame without places stays as it is", () => {
  assert.equal(filled("a", "/x", ["t", "m"]), "a");
});
