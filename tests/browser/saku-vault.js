// Drafts behind a PIN, and what a finder of the phone can read: nothing.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { BROWSER, choose, FLAGS, newPage, watched } from "./house.js";
import { ANSWERS, CAMERA, PIN, answer, cameraPicture, found, givePin, inOutbox, isReady, keepDraft, lies, onward, openPhone, question, shelf, until } from "./phone.js";
import { picture } from "./screens.js";

/** Made up, rare, and of this run alone. */
const TOLD = `Ditahan di ruko jalak-${process.pid}, lantai tiga.`;
const WORDS = [TOLD, "jalak", "warung Kenanga", "Ia menunduk terus", PIN, CAMERA];
const HOUR = 3_600_000;

export function vaultTests(test, house) {
  const open = (path, options) => openPhone(house(), path, options);
  const box = async (page) => {
    await page.goto(`${house().base("batam")}/saku/kotak`);
    await page.locator("#f-pin").waitFor();
  };

  test("a draft opens again with its PIN, with all that was written, and the phone says nothing to anybody else", async () => {
    const page = await open("/saku/periksa");
    await answer(page, ANSWERS, "B1");
    await page.getByRole("button", { name: "Simpan sebagai draf" }).click();
    await page.locator("#f-pin").waitFor();
    await picture(page, "saku-pin-baru");
    await givePin(page);
    await page.getByText("Draf tersimpan di balik PIN").waitFor();
    await choose(page, "B1", "yes");
    await onward(page);
    await page.locator("form[data-saku=periksa]").waitFor();
    assert.deepEqual(await lies(page, ['"A2":"yes"', '["A2","yes"]', PIN, "EXTRACTABLE KEY"]), []);

    await box(page);
    assert.equal(await page.locator("main li").count(), 0, "the list itself stands behind the PIN");
    await picture(page, "saku-pin");
    await givePin(page);
    const row = page.locator("main li").filter({ hasText: "draf, terkunci" });
    await row.waitFor();
    await picture(page, "saku-kotak-draf");
    await row.getByRole("button", { name: "Lanjutkan" }).click();
    await page.getByText("Jawaban yang sudah ada").click();
    assert.match(await page.innerText("main dl"), /Apakah pekerjaan, tempat, atau majikannya[^]*Ya/);
    assert.equal(await question(page).locator("input").first().getAttribute("name"), "S1", "safety is asked anew each time");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("after a filled, unsent report with draft and photo, no store of the browser holds any of its words", async () => {
    const page = await open("/saku/lapor");
    await fillReport(page);
    await keepDraft(page);
    const [{ touched }] = await shelf(page, "draf");
    await page.fill("[name=teks]", `${TOLD} Pintunya hijau.`);
    await page.locator("[name=kontak]").focus();
    await until(async () => (await shelf(page, "draf"))[0].touched > touched);
    assert.deepEqual(await lies(page, WORDS), []);
    // The page is left as it is, as when a phone is taken away; nothing was sent.
    const next = await page.context().newPage();
    await next.goto(`${house().base("batam")}/saku`);
    assert.deepEqual(await lies(next, WORDS), []);
    await page.context().close();
  });

  test("the search finds a word in every spelling and every store, so that finding nothing means something", async () => {
    const page = await open("/saku");
    const planted = await page.evaluate(async () => {
      const word = "bangau-rahasia";
      const utf16 = new Uint8Array(Uint16Array.from(word, (letter) => letter.charCodeAt(0)).buffer);
      localStorage.setItem("a", `x${word}`);
      sessionStorage.setItem("a", btoa(`ab${word}`));
      const db = await new Promise((resolve) => {
        const request = indexedDB.open("lain", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("a");
        request.onsuccess = () => resolve(request.result);
      });
      await new Promise((resolve) => {
        const tx = db.transaction("a", "readwrite");
        tx.objectStore("a").put({ inner: [utf16, new TextEncoder().encode(word).buffer] }, 1);
        tx.oncomplete = resolve;
      });
      db.close();
      await (await caches.open("lain")).put("/x", new Response(`a${btoa(`a${word}`)}`));
      history.replaceState({ word }, "");
      return word;
    });
    const places = (await lies(page, [planted])).map((line) => line.split(":")[0].replace(/\W.*/, ""));
    for (const place of ["localStorage", "sessionStorage", "lain", "cache", "history"]) assert.ok(places.includes(place), `${place}: ${places}`);
    await page.context().close();
  });

  test("nor do the files of the browser on the disk, its history and its restored tabs among them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "simpul-profile-"));
    const context = await chromium.launchPersistentContext(folder, { executablePath: BROWSER, args: FLAGS, viewport: { width: 360, height: 640 }, locale: "id-ID" });
    const page = watched(await context.newPage());
    await page.goto(`${house().base("batam")}/saku`);
    await isReady(page);
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await fillReport(page);
    await keepDraft(page);
    await page.click("form[data-saku=lapor] button.button:not([type=button])");
    await page.getByText("Periksa sebelum mengirim").waitFor();
    // What is planted must be found, or the search proves nothing.
    await page.evaluate(() => localStorage.setItem("a", "bangau-rahasia"));
    await context.close();
    const faults = [];
    const planted = [];
    let files = 0;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      faults.push(...found(path.slice(folder.length), bytes, WORDS));
      planted.push(...found(path.slice(folder.length), bytes, ["bangau-rahasia"]));
      files++;
    }
    rmSync(folder, { recursive: true, force: true });
    assert.ok(files > 20, `${files} files`);
    assert.ok(planted.length > 0, "the search reads what the browser wrote");
    assert.deepEqual(faults, []);
  });

  test("a draft with a photo comes back whole and is sealed with it", async () => {
    const page = await open("/saku/lapor");
    await fillReport(page);
    await picture(page, "saku-foto", page.locator("[data-foto]"));
    await keepDraft(page);
    await box(page);
    await givePin(page);
    await page.getByRole("button", { name: "Lanjutkan" }).click();
    await page.locator("form[data-saku=lapor]").waitFor();
    assert.equal(await page.inputValue("[name=teks]"), TOLD);
    await page.getByText("Draf tersimpan di balik PIN").waitFor();
    const [{ touched }] = await shelf(page, "draf");
    await page.fill("[name=pendapat]", "Ia menunduk terus, lalu bercerita");
    await page.locator("[name=teks]").focus();
    await until(async () => (await shelf(page, "draf"))[0].touched > touched);
    assert.ok(await page.isChecked('[name="setuju.C2"][value=agreed]'));
    await page.getByText(/Foto 1, \d+ KB/).waitFor();
    await page.click("form[data-saku=lapor] button.button:not([type=button])");
    await page.getByText("Foto yang ikut terkirim: 1").waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("a draft that nobody touches for 24 hours is sealed, without the PIN, and waits for the responder", async () => {
    const page = await newPage(house(), { script: true });
    await page.clock.install();
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await page.fill("[name=teks]", TOLD);
    await keepDraft(page);
    await page.clock.fastForward(23 * HOUR);
    await box(page);
    await givePin(page);
    await page.locator("main li").filter({ hasText: "draf, terkunci" }).waitFor();
    await page.clock.fastForward(2 * HOUR);
    await page.goto(`${house().base("batam")}/saku`);
    await page.getByText("Menunggu di ponsel ini: 1").waitFor();
    await box(page);
    await givePin(page);
    await page.locator("main li").filter({ hasText: "tersegel, Anda yang memutuskan" }).waitFor();
    assert.equal(await page.locator("main li").count(), 1, "and the draft is gone");
    await page.context().close();
  });

  test("wrong PINs wait longer, the tenth destroys drafts and PIN, and a sealed report survives", async () => {
    const page = await newPage(house(), { script: true });
    await page.clock.install();
    await page.goto(`${house().base("batam")}/saku/periksa`);
    await answer(page, { S1: "yes" }, "S2");
    await choose(page, "S2", "yes");
    await page.getByRole("heading", { name: "Daftar telepon pelabuhan" }).waitFor();
    await inOutbox(page);
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await page.fill("[name=teks]", TOLD);
    await keepDraft(page);
    await box(page);
    for (let wrong = 1; wrong <= 10; wrong++) {
      await page.clock.fastForward(HOUR);
      await givePin(page, "000000");
      await page.getByText(wrong < 10 ? `Sisa percobaan: ${10 - wrong}` : "Draf dan PIN sudah dihapus").waitFor();
      if (wrong === 3) {
        await page.getByText("Coba lagi sesudah 30 detik").waitFor();
        await givePin(page);
        await page.getByText("Sisa percobaan: 7").waitFor();
      }
    }
    await page.goto(`${house().base("batam")}/saku/kotak`);
    const rows = page.locator("main li");
    await rows.filter({ hasText: "Anda yang memutuskan" }).waitFor();
    assert.equal(await rows.count(), 1);
    assert.deepEqual(await lies(page, [TOLD, "jalak"]), []);
    await page.context().close();
  });

  test("without a PIN no draft is stored, and the page says that closing it erases what was written", async () => {
    const page = await open("/saku/lapor");
    await page.fill("[name=teks]", TOLD);
    await page.locator("[name=kontak]").focus();
    await page.getByText("Menutup halaman berarti menghapusnya").waitFor();
    await page.goto(`${house().base("batam")}/saku/kotak`);
    await page.getByText("Tidak ada laporan di ponsel ini").waitFor();
    assert.deepEqual(await lies(page, [TOLD, "jalak"]), []);
    await page.context().close();
  });

  test("a photo that is removed from a draft leaves nothing behind", async () => {
    const page = await open("/saku/lapor");
    await fillReport(page);
    await keepDraft(page);
    assert.equal((await shelf(page, "berkas")).length, 1);
    await page.getByRole("button", { name: "Buang foto 1" }).click();
    await until(async () => (await shelf(page, "berkas")).length === 0);
    await page.context().close();
  });

  test("emptying the phone leaves no report, draft, PIN or kept page; the page says what clearing the browser does", async () => {
    const page = await open("/saku");
    await isReady(page);
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await fillReport(page);
    await keepDraft(page);
    await box(page);
    await page.getByText("ikut hilang dan tidak dapat dipulihkan").waitFor();
    // It must be quick: no PIN is asked for.
    await page.getByRole("button", { name: "Kosongkan ponsel ini" }).click();
    await page.getByRole("button", { name: "Hapus semua" }).click();
    await page.getByText("Sudah kosong").waitFor();
    const left = await page.evaluate(async () => {
      const db = await new Promise((resolve) => {
        const request = indexedDB.open("simpul-saku");
        request.onsuccess = () => resolve(request.result);
      });
      const counts = [];
      for (const store of db.objectStoreNames) {
        counts.push(await new Promise((resolve) => {
          const request = db.transaction(store).objectStore(store).count();
          request.onsuccess = () => resolve(request.result);
        }));
      }
      db.close();
      return [...counts, (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length];
    });
    assert.deepEqual(left, [0, 0, 0, 0, 0, 0]);
    await page.context().close();
  });

  test("on the home screen it is a book of notes, by name, by icon, by title", async () => {
    const page = await open("/saku/periksa");
    assert.equal(await page.title(), "Catatan");
    const manifest = await page.evaluate(async () => (await fetch(document.querySelector("link[rel=manifest]").href)).json());
    assert.deepEqual([manifest.name, manifest.short_name, manifest.display, manifest.icons.length], ["Catatan", "Catatan", "standalone", 1]);
    assert.ok(!/simpul|korban|tppo|lapor/i.test(JSON.stringify(manifest)));
    await page.context().close();
  });
}

/** Everything a report can hold, with a photo that knows too much. */
async function fillReport(page) {
  await page.locator("[data-foto]").waitFor();
  await page.fill("[name=teks]", TOLD);
  await page.fill("[name=kontak]", "lewat warung Kenanga");
  await page.fill("[name=pendapat]", "Ia menunduk terus");
  await choose(page, "setuju.C2", "agreed");
  const buffer = await cameraPicture(page, 640, 480);
  await page.setInputFiles("[name=foto]", { name: `${CAMERA}.jpg`, mimeType: "image/jpeg", buffer });
  await page.getByText(/Foto 1, \d+ KB/).waitFor();
}
