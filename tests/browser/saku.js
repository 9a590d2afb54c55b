// The pocketbook: at a port, perhaps offline, two minutes.
import assert from "node:assert/strict";
import { choose, newPage, reportsThatSay, signedIn } from "./house.js";
import { crawl, keepRules, visitBytes } from "./rules.js";
import { picture } from "./screens.js";

/** Everything until the first question is asked, and all that is kept for later. */
const USABLE_BYTES_MAX = 40_000;
const ALL_BYTES_MAX = 150_000;
const REPEAT_BYTES_MAX = 4_000;
/** A domestic worker back from Johor; what is not named is skipped. */
const ANSWERS = {
  S1: "no", S2: "no", S3: "no", S4: "no", A1: "adult", A2: "yes", A3: "yes", B1: "yes", B2: "yes", B3: "yes", V1: "yes",
  E1: "yes", E2: "yes", E4: "yes", K1: "yes", K3: "yes", H1: "yes", H2: "yes", R1: "yes", R3: "yes", stage: "returned", juru: "none", "setuju.C1": "agreed",
};
/** Made up, rare, and of this run alone: finding one of them on the phone is proof. */
export const TOLD = `Paspor ditahan di gudang kakaktua-${process.pid}.`;
const SAFE_WAY = "lewat warung Sumiyatun, sore";

export function sakuTests(test, house) {
  const open = async (path, options = {}) => {
    const page = await newPage(house(), { script: true, ...options });
    await page.goto(house().base("batam") + path);
    return page;
  };

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

  test("all of the pocketbook takes at most 150 KB", async () => {
    const page = await open("/saku", { serviceWorkers: "block" });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    const files = await page.evaluate(async () => {
      const { berkas } = await (await fetch("/saku/paket.json", { cache: "no-store" })).json();
      for (const [path] of berkas) await (await fetch(path, { cache: "no-store" })).arrayBuffer();
      return berkas.length;
    });
    await page.context().close();
    assert.ok(files > 10 && bytes > 0 && bytes <= ALL_BYTES_MAX, `${files} files, ${bytes} bytes`);
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

  test("offline a ferry officer screens and seals; the report waits, goes when the link returns, and is answered", async () => {
    const page = await open("/saku");
    await page.locator("[data-saku-keadaan]", { hasText: "Siap dipakai tanpa sinyal" }).waitFor();
    await page.context().setOffline(true);
    await page.click('a[href="/saku/periksa"]');
    await answerAll(page);
    const result = await page.innerText("main");
    assert.ok(!/bukan korban/i.test(result));
    await picture(page, "saku-hasil");
    await page.getByRole("button", { name: "Tulis laporan" }).click();
    await page.fill("[name=teks]", TOLD);
    await page.fill("[name=kontak]", SAFE_WAY);
    await choose(page, "setuju.C2", "agreed");
    await page.click("form[data-saku=lapor] button.button:not([type=button])");
    await page.getByRole("button", { name: "Segel dan kirim" }).click();
    const state = page.locator("main [role=status] .tag");
    await state.filter({ hasText: "menunggu sinyal" }).waitFor();
    await picture(page, "saku-menunggu");
    const reference = await page.locator("main .code").innerText();
    assert.deepEqual(await clearText(page), [], "nothing of the report lies on the phone in clear");
    await page.context().setOffline(false);
    await state.filter({ hasText: /^\W*sudah tiba$/ }).waitFor();
    await page.goto(`${house().base("batam")}/saku/kotak`);
    await page.locator("main li", { hasText: reference }).filter({ hasText: "sudah tiba" }).waitFor();
    assert.deepEqual(await clearText(page), []);
    await page.context().close();

    const desk = await signedIn(house(), "batam", "INTAKE_OFFICER");
    const reports = await reportsThatSay(house(), desk, "batam", TOLD);
    assert.equal(reports.length, 1, "the officer reads it, once");
    await desk.goto(reports[0]);
    assert.match(await desk.innerText("h1"), new RegExp(reference), "by the number that stands on the phone");
    await desk.context().close();
  });

  test("somebody is watching: a list of telephone numbers at once, and nothing of before", async () => {
    const page = await open("/saku/periksa");
    await choose(page, "S1", "no");
    await page.getByRole("button", { name: "Lanjut" }).click();
    await choose(page, "S2", "yes");
    await page.getByRole("heading", { name: "Daftar telepon pelabuhan" }).waitFor();
    assert.equal(await page.locator("input, form, header, .exit").count(), 0);
    assert.equal(await page.title(), "Daftar telepon pelabuhan");
    assert.ok(page.url().endsWith("/saku/kontak"), page.url());
    assert.ok(!/Simpul|korban|TPPO|periksa/i.test(await page.innerText("body")));
    assert.deepEqual(await clearText(page, ['"S2":"yes"', '"answers":{"']), []);
    await page.goBack().catch(() => null);
    assert.equal(await page.locator("input:checked").count(), 0, "going back shows no answer");
    await page.context().close();
  });

  test("Shift three times hides a screening, and leaves the start page", async () => {
    const page = await open("/saku/periksa");
    await page.getByText(/Pertanyaan 1 dari/).waitFor();
    for (let press = 0; press < 3; press++) await page.keyboard.press("Shift");
    await page.getByRole("heading", { name: "Daftar telepon pelabuhan" }).waitFor();
    await page.context().close();
  });
}

/** Answers one question at a time until the result stands there. */
async function answerAll(page) {
  await page.getByText(/Pertanyaan 1 dari/).waitFor();
  for (let question = 0; question < 60; question++) {
    const field = page.locator("form[data-saku=periksa] fieldset:visible");
    if ((await field.count()) === 0) return;
    const name = await field.locator("input").first().getAttribute("name");
    if (ANSWERS[name]) await choose(field, name, ANSWERS[name]);
    await page.locator("form[data-saku=periksa] .acts .button:not(.quiet)").click();
  }
  assert.fail("the screening does not end");
}

/** Which of these words lie on the phone in clear: in its stores, its caches or its addresses. */
function clearText(page, words = [TOLD, "kakaktua", SAFE_WAY, "Sumiyatun"]) {
  return page.evaluate(async (wanted) => {
    const found = [];
    const look = (where, text) => wanted.forEach((word) => text.includes(word) && found.push(`${where}: ${word}`));
    const plain = (_, value) => (ArrayBuffer.isView(value) ? new TextDecoder().decode(value) : value);
    look("localStorage", JSON.stringify(localStorage));
    look("sessionStorage", JSON.stringify(sessionStorage));
    look("cookie", document.cookie);
    look("history", JSON.stringify(history.state) + location.href);
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
        // As JSON the words would be escaped; compare without the quotes of the outer text.
        look(`indexedDB ${name}/${store}`, JSON.stringify(rows, plain).replaceAll('\\"', '"'));
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) look(`cache ${request.url}`, request.url + (await (await cache.match(request)).text()));
    }
    return found;
  }, words);
}
