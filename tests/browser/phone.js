// A responder with a phone: opening the pocketbook, answering, writing, and looking at what lies on the phone.
import assert from "node:assert/strict";
import { choose, newPage } from "./house.js";

/** The first answers of every screening: safe, at home again, nobody in between, willing. */
export const BEGUN = { S1: "no", S2: "no", S3: "no", S4: "no", stage: "returned", juru: "none", "setuju.C1": "agreed" };
/** A domestic worker back from Johor; what is not named is skipped. */
export const ANSWERS = {
  ...BEGUN, A1: "adult", A2: "yes", A3: "yes", B1: "yes", B2: "yes", B3: "yes", V1: "yes", E1: "yes", E2: "yes", E4: "yes",
  K1: "yes", K3: "yes", H1: "yes", H2: "yes", R1: "yes", R3: "yes",
};
export const PIN = "271828";

/** A page of the pocketbook, with script. */
export async function openPhone(house, path, options = {}) {
  const page = await newPage(house, { script: true, ...options });
  await page.goto(house.base("batam") + path);
  return page;
}

/** A phone on which the pocketbook is kept and the link is down. */
export async function offlinePhone(house, options = {}) {
  const page = await openPhone(house, "/saku", options);
  await isReady(page);
  await page.context().setOffline(true);
  return page;
}

export async function isReady(page) {
  await page.locator("[data-saku-keadaan]", { hasText: /Siap dipakai tanpa sinyal|Ready for use without a signal/ }).waitFor();
}

/** The screening once the script asks one question at a time: before that all stand there, and a click posts the form. */
export const SCREENING = "form[data-saku=periksa]:has(> [role=status])";

/** The question that stands there. */
export function question(page) {
  return page.locator(`${SCREENING} fieldset:visible`);
}

export async function onward(page) {
  await page.locator(`${SCREENING} .acts .button:not(.quiet)`).first().click();
}

/** Answers one question at a time, as far as `until` or to the result. */
export async function answer(page, answers, until = "") {
  await page.locator(SCREENING).waitFor();
  for (let number = 0; number < 60; number++) {
    const field = question(page);
    if ((await field.count()) === 0) return;
    const name = await field.locator("input").first().getAttribute("name");
    if (name === until) return;
    if (answers[name]) await choose(field, name, answers[name]);
    await onward(page);
  }
  assert.fail("the screening does not end");
}

/** Opens the check of a written report, and seals. */
export async function sealReport(page) {
  await page.click("form[data-saku=lapor] button.button:not([type=button])");
  await page.getByRole("button", { name: /Segel dan kirim|Seal and send/ }).click();
  await page.locator("main .code").waitFor();
}

/** Makes a PIN, or gives it, where the page asks for it. */
export async function givePin(page, pin = PIN) {
  await page.locator("#f-pin").fill(pin);
  if (await page.locator("#f-pin2").count()) await page.locator("#f-pin2").fill(pin);
  await page.getByRole("button", { name: /Pakai PIN ini|^Buka$|Use this PIN|^Open$/ }).click();
}

/** Keeps what is written as a draft behind a new PIN. */
export async function keepDraft(page) {
  await page.getByRole("button", { name: "Simpan sebagai draf" }).click();
  await givePin(page);
  await page.getByText("Draf tersimpan di balik PIN").waitFor();
}

/** A picture with what a camera writes beside it: where, when, with what; and lying on its side. */
export async function cameraPicture(page, width, height, noise = false) {
  const jpeg = Buffer.from(
    await page.evaluate(
      async ([w, h, rough]) => {
        const canvas = new OffscreenCanvas(w, h);
        const pen = canvas.getContext("2d");
        if (rough) {
          const pixels = pen.createImageData(w, h);
          for (let at = 0; at < pixels.data.length; at += 65_536) crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
          for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
          pen.putImageData(pixels, 0, 0);
        } else {
          pen.fillStyle = "#00f";
          pen.fillRect(0, 0, w, h);
          // What is up once it is turned: a red band along the left edge.
          pen.fillStyle = "#f00";
          pen.fillRect(0, 0, w / 4, h);
        }
        const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
        return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
      },
      [width, height, noise],
    ),
    "base64",
  );
  return Buffer.concat([jpeg.subarray(0, 2), segment(0xe1, exif()), segment(0xfe, Buffer.from(CAMERA)), jpeg.subarray(2)]);
}

/** What must not leave the phone with a picture. */
export const CAMERA = "KameraRahasia 1.08N 104.03E";

function segment(kind, body) {
  const head = Buffer.from([0xff, kind, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** TIFF with one directory: orientation 6 (turn right), and the maker. */
function exif() {
  const maker = Buffer.from(`${CAMERA}\0`);
  const tiff = Buffer.alloc(8 + 2 + 24 + 4);
  tiff.write("MM\0*", 0, "latin1");
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(2, 8);
  tiff.set([0x01, 0x0f, 0, 2, 0, 0, 0, maker.length, 0, 0, 0, tiff.length], 10);
  tiff.set([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], 22);
  return Buffer.concat([Buffer.from("Exif\0\0"), tiff, maker]);
}

/** A word as it could lie somewhere: in UTF-8, UTF-16 both ways, base64 at every offset, hex. */
export function spellings(word) {
  const utf8 = Buffer.from(word);
  const utf16 = Buffer.from(word, "utf16le");
  const swapped = Buffer.from(utf16).swap16();
  const base64 = [utf8, utf16].flatMap((bytes) =>
    [0, 1, 2].map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64").replace(/=+$/, "");
      // Characters that also depend on what stands before or behind are left out.
      return Buffer.from(text.slice(offset ? offset + 1 : 0, -1));
    }),
  );
  return [utf8, utf16, swapped, ...base64, Buffer.from(utf8.toString("hex"))];
}

/** Which of these words can be found in these bytes, and how they are spelled there. */
export function found(where, bytes, words) {
  const names = ["utf-8", "utf-16", "utf-16 swapped", "base64", "base64 +1", "base64 +2", "base64 utf-16", "base64 utf-16 +1", "base64 utf-16 +2", "hex"];
  return words.flatMap((word) =>
    spellings(word).flatMap((spelling, n) => (spelling.length >= 6 && bytes.includes(spelling) ? [`${where}: ${word} in ${names[n]}`] : [])),
  );
}

/** Which of these words lie on the phone in any spelling: in its stores, its caches, its addresses. */
export async function lies(page, words) {
  const parts = await page.evaluate(async () => {
    const all = [];
    const keep = (where, bytes) => {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      all.push([where, btoa(text)]);
    };
    const say = (where, text) => keep(where, new TextEncoder().encode(text));
    // Bytes as bytes, everything else as text; keys that a script cannot read are named by what they are.
    const walk = (where, value) => {
      if (ArrayBuffer.isView(value)) keep(where, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      else if (value instanceof ArrayBuffer) keep(where, new Uint8Array(value));
      else if (value instanceof CryptoKey) say(where, value.extractable ? "EXTRACTABLE KEY" : "key");
      else if (value && typeof value === "object") for (const [name, part] of Object.entries(value)) walk(`${where}.${name}`, part);
      else say(where, String(value));
    };
    walk("localStorage", { ...localStorage });
    walk("sessionStorage", { ...sessionStorage });
    say("cookie", document.cookie);
    say("history", JSON.stringify(history.state) + location.href + document.title);
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of db.objectStoreNames) {
        const rows = await new Promise((resolve) => {
          const request = db.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => resolve(request.result);
        });
        rows.forEach((row, n) => walk(`${name}/${store}[${n}]`, row));
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        keep(`cache ${request.url}`, new Uint8Array(await (await cache.match(request)).arrayBuffer()));
        say("cache address", request.url);
      }
    }
    return all;
  });
  return parts.flatMap(([where, base64]) => found(where, Buffer.from(base64, "base64"), words));
}

/** Asks again until the answer is yes. */
export async function until(yes) {
  for (let tries = 0; tries < 150; tries++) {
    if (await yes()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`never: ${yes}`);
}

/** What lies on a shelf of the phone: `kotak` reports, `berkas` files, `draf` drafts, `brankas` the PIN. */
export function shelf(page, name) {
  return page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const request = indexedDB.open("simpul-saku");
        request.onupgradeneeded = () => request.transaction.abort();
        request.onerror = () => resolve([]);
        request.onsuccess = () => {
          const all = request.result.transaction(wanted).objectStore(wanted).getAll();
          all.onsuccess = () => {
            request.result.close();
            resolve(all.result.map(({ rid, id, state, touched }) => ({ rid, id, state, touched })));
          };
        };
      }),
    name,
  );
}

/** Waits until something sealed lies in the outbox, whatever the page shows. */
export function inOutbox(page) {
  return until(async () => (await shelf(page, "kotak")).length > 0);
}
