// The pocketbook: at a port, perhaps offline, two minutes.
import assert from "node:assert/strict";
import { choose, newPage, overBadLink, ownBrowser } from "./house.js";
import { ANSWERS, BEGUN, answer, isReady, onward, openPhone, question } from "./phone.js";
import { barriers, crawl, keepRules, visitBytes } from "./rules.js";
import { picture } from "./screens.js";

/** Everything until the first question is asked, and all that is kept for later. */
const USABLE_BYTES_MAX = 40_000;
const ALL_BYTES_MAX = 150_000;
const REPEAT_BYTES_MAX = 4_000;
/** Made up and rare. */
const TOLD = `Paspor ditahan di gudang kakaktua-${process.pid}.`;

export function sakuTests(test, house) {
  const open = (path, options) => openPhone(house(), path, options);

  test("pocketbook pages are sound, open to all and fit a narrow window", async () => {
    const base = house().base("batam");
    const bare = await newPage(house());
    const first = ["/saku", "/saku/periksa", "/saku/lapor", "/saku/en", "/saku/en/periksa"];
    const pages = await crawl(bare, base, first, { max: 40, skip: /keluar|^\/(en\/?)?$|^\/masuk/ });
    const page = await newPage(house(), { script: true, serviceWorkers: "block" });
    await keepRules(page, base, pages);
    assert.deepEqual(bare.faults, []);
    assert.deepEqual(await bare.context().cookies(), []);
    await bare.context().close();
    await page.context().close();
  });

  test("the pocketbook asks its first question after 40 KB", async () => {
    const page = await newPage(house(), { script: true, serviceWorkers: "block" });
    const asked = () => page.getByText(/Pertanyaan 1 dari/).waitFor();
    const [first, repeat] = await visitBytes(page, `${house().base("batam")}/saku/periksa`, asked);
    await page.context().close();
    assert.ok(first > 0 && first <= USABLE_BYTES_MAX, `${first} bytes`);
    // Two documents of its own are asked for anew: the form, and the list of the pack.
    assert.ok(repeat <= 2 * REPEAT_BYTES_MAX, `${repeat} bytes the second time`);
  });

  test("the whole install takes at most 150 KB, everything that crosses the wire", async (t) => {
    const far = await overBadLink(house(), "batam", []);
    const page = await openPhone(far, "/saku");
    await isReady(page);
    const kept = await page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).length);
    await page.context().close();
    const { down } = await far.close();
    t.diagnostic(`${kept} files, ${down} bytes`);
    assert.ok(kept > 30 && down > 0 && down <= ALL_BYTES_MAX, `${kept} files, ${down} bytes`);
  });

  test("without script a screening is one form and one answer, and nothing says that she is no victim", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/saku/periksa`);
    for (const [id, answer] of Object.entries(ANSWERS)) await choose(page, id, answer);
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.click("form[data-saku=periksa] button.button");
    assert.equal((await answered).status(), 200);
    const text = await page.innerText("main");
    assert.ok(!/bukan korban/i.test(text));
    assert.match(text, /Langkah berikut/i);
    await page.context().close();
  });

  test("without script a report is sealed on arrival and answered", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await page.fill("[name=teks]", "Seorang perempuan di pelabuhan, tanpa paspor, dijemput orang yang tidak ia kenal.");
    await choose(page, "setuju.C2", "agreed");
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.click("form[data-saku=lapor] button.button");
    const status = (await answered).status();
    assert.ok([200, 201, 202].includes(status), `status ${status}`);
    assert.ok(!(await page.content()).includes("dijemput orang"), "what was told is not shown again");
    await page.context().close();
  });

  test("once opened, every page of the pocketbook starts without a signal", async () => {
    const page = await open("/saku");
    await isReady(page);
    const { berkas } = await page.evaluate(async () => (await fetch("/saku/paket.json")).json());
    const pages = berkas.flatMap(([path, , , of]) => (of === undefined ? (path.endsWith("/lapor") ? [path] : []) : [`/saku${of}`, `/saku/en${of}`]));
    assert.ok(pages.length >= 30, `${pages.length} pages`);
    await page.context().setOffline(true);
    await page.close();
    const later = await page.context().newPage();
    for (const path of pages) {
      await later.goto(house().base("batam") + path);
      assert.equal(await later.locator("main h1").count(), 1, path);
      assert.ok(!/^(id|en)$/.test(path) && (await later.getAttribute("html", "lang")) === (path.startsWith("/saku/en") ? "en" : "id"), path);
    }
    await later.goto(`${house().base("batam")}/saku/periksa`);
    await later.getByText(/Pertanyaan 1 dari/).waitFor();
    await later.context().close();
  });

  test("back and history keep nothing: one entry with script, two without, and neither brings an answer back", async () => {
    const script = await open("/saku/periksa");
    const before = await script.evaluate(() => history.length);
    await answer(script, ANSWERS);
    await script.getByRole("button", { name: "Tulis laporan" }).click();
    await script.fill("[name=teks]", TOLD);
    await script.click("form[data-saku=lapor] button.button:not([type=button])");
    await script.getByText("Periksa sebelum mengirim").waitFor();
    assert.equal(await script.evaluate(() => history.length), before, "from the first question to the last check");
    await script.goto(`${house().base("batam")}/saku`);
    await script.goBack();
    await script.getByText(/Pertanyaan 1 dari/).waitFor();
    assert.equal(await script.locator("input:checked").count(), 0);
    assert.deepEqual(script.faults, []);
    await script.context().close();

    const bare = await newPage(house());
    await bare.goto(`${house().base("batam")}/saku/periksa`);
    for (const [id, value] of Object.entries({ ...BEGUN, A1: "adult" })) await choose(bare, id, value);
    const entries = await bare.evaluate(() => history.length);
    await bare.click("form[data-saku=periksa] button.button");
    await bare.locator("h1", { hasText: "Yang perlu dilakukan" }).waitFor();
    assert.equal(await bare.evaluate(() => history.length), entries + 1, "form and answer");
    await bare.goBack();
    assert.ok((await bare.locator("main h1").innerText()).includes("Penapisan"));
    assert.equal(await bare.locator("input:checked").count(), 0, "the form is as it was before");
    // The answer itself is not kept: going forward asks the person, not a store.
    await bare.goForward().catch((error) => assert.match(String(error), /ERR_CACHE_MISS/));
    await bare.waitForLoadState();
    assert.equal(await bare.getByText("Langkah berikut").count(), 0);
    await bare.context().close();
  });

  test("where a browser keeps whole pages for going back, the answers are gone all the same", async () => {
    const browser = await ownBrowser(house(), { ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    const page = await openPhone({ ...house(), browser }, "/saku");
    // A worker that takes over while a page is kept throws it away.
    await isReady(page);
    const base = house().base("batam");
    // Whether it keeps a page is the browser's own matter, so a few tries; a page that it had kept whole is asked for again.
    let kept = false;
    for (let attempt = 0; attempt < 6 && !kept; attempt++) {
      await page.goto(`${base}/saku/periksa`);
      await answer(page, { S1: "yes" }, "S2");
      await page.goto(`${base}/saku/panduan`);
      await page.goBack();
      await page.getByText(/Pertanyaan 1 dari/).waitFor();
      assert.equal(await page.locator("input:checked").count(), 0);
      kept = await page.evaluate(() => performance.getEntriesByType("navigation")[0]?.type === "reload");
    }
    assert.ok(kept, "the browser kept no page, so nothing was tried");
    await browser.close();
  });

  test("whom to call is read beside the result, and coming back the result is still there", async () => {
    const page = await open("/saku/periksa");
    await answer(page, ANSWERS);
    // The contacts come to the result a moment after it.
    await page.getByRole("heading", { name: "Dekat Kota Batam" }).waitFor();
    const result = await page.innerText("main");
    await page.getByRole("button", { name: "Nomor bantuan" }).click();
    await page.getByRole("heading", { name: "Jika ada bahaya" }).waitFor();
    await page.getByRole("button", { name: "Kembali" }).click();
    await page.getByRole("heading", { name: "Langkah berikut" }).waitFor();
    await page.getByRole("heading", { name: "Dekat Kota Batam" }).waitFor();
    assert.equal(await page.innerText("main"), result);
    await page.context().close();
  });

  test("by keyboard alone a responder screens, writes, seals and finds the report in the outbox", async () => {
    const page = await open("/saku/periksa");
    await page.getByText(/Pertanyaan 1 dari/).waitFor();
    /** Tabs until something has the focus. */
    const reach = async (what) => {
      for (let press = 0; press < 60; press++) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector), what)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`${what} cannot be reached`);
    };
    for (const [name, value] of Object.entries(BEGUN)) {
      await question(page).locator(`input[name="${name}"]`).first().waitFor();
      await reach(`input[name="${name}"]`);
      for (let press = 0; press < 7 && !(await page.locator(`input[name="${name}"][value="${value}"]`).isChecked()); press++) await page.keyboard.press("ArrowDown");
      assert.ok(await page.locator(`input[name="${name}"][value="${value}"]`).isChecked(), name);
      await page.keyboard.press("Enter");
    }
    await question(page).locator("input[name=A1]").first().waitFor();
    const press = async (words) => {
      const target = page.getByRole("button", { name: words });
      await target.waitFor();
      for (let count = 0; count < 80 && !(await target.evaluate((node) => node === document.activeElement)); count++) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    };
    await press("Berhenti");
    await press("Lihat apa yang dilakukan");
    await press("Tulis laporan");
    await reach("textarea[name=teks]");
    await page.keyboard.type(`Dengan papan tombol ${process.pid}.`);
    await press("Kirim laporan ke gugus tugas");
    await press("Segel dan kirim");
    await page.locator("main .tag", { hasText: "sudah tiba" }).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("no screen that a script makes has a barrier, in both languages", async () => {
    const faults = [];
    for (const prefix of ["/saku", "/saku/en"]) {
      const page = await open(`${prefix}/periksa`);
      const english = prefix === "/saku/en";
      const look = async (name, shown) => {
        if (shown && english) await picture(page, `saku-${shown}-en`);
        faults.push(...(await barriers(page, `${prefix} ${name}`)));
      };
      await question(page).waitFor();
      await look("first question");
      await answer(page, ANSWERS, "juru");
      await choose(page, "juru", "employer");
      await onward(page);
      await look("barred interpreter", "juru-bahasa");
      await answer(page, ANSWERS, "A2");
      await page.getByRole("button", { name: /^(Berhenti|Stop)$/ }).click();
      await look("stopped");
      await page.locator("main .acts .button").first().click();
      await page.getByRole("heading", { name: /^(Dekat|Near)/ }).waitFor();
      await look("result", "hasil");
      await page.locator("main .acts .button").first().click();
      await page.locator("form[data-saku=lapor]").waitFor();
      await look("report");
      await page.fill("[name=teks]", "Seorang perempuan menunggu di dermaga.");
      await page.getByRole("button", { name: /^(Simpan sebagai draf|Keep as a draft)$/ }).click();
      await page.locator("#f-pin").waitFor();
      await look("new PIN");
      await page.locator("#f-pin").fill("1");
      await page.locator("#f-pin").press("Enter");
      await look("a PIN that is none");
      await page.click("form[data-saku=lapor] button.button:not([type=button])");
      await page.locator("main dl").waitFor();
      await look("check", "cek-laporan");
      await page.context().setOffline(true);
      await page.locator("main .acts .button").first().click();
      await page.locator("main .code").waitFor();
      await look("sealed", "menunggu");
      await page.context().setOffline(false);
      await page.goto(`${house().base("batam")}${prefix}/kotak`);
      await page.locator("main ul.rows li").first().waitFor();
      await look("outbox", "kotak");
      await page.context().close();
    }
    assert.deepEqual(faults, []);
  });
}
