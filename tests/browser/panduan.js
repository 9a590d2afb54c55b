// The content of the pocketbook: chapters, contacts, sentences for a person who speaks another language, and paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newPage } from "./house.js";
import { firstBytes, install, updateChapter } from "./measure.js";
import { openBrowser, putLanguage, startNode } from "./node.js";
import { keepRules } from "./rules.js";
import { picture } from "./screens.js";

const CHAPTERS = [
  "keselamatan", "berbicara", "anak", "saksi", "jangan", "sehari", "hak", "bantuan-hukum", "pulang", "perekrut", "pelabuhan", "sesudah",
];
/** Budgets of WEB.md 4, everything that comes down, headers too. */
const DOCUMENT_BYTES_MAX = 12_000;
const USABLE_BYTES_MAX = 40_000;
const ALL_BYTES_MAX = 150_000;
const CHAPTER_BYTES_MAX = 10_000;
/** Millimetres to the points of a PDF. */
const POINTS = 72 / 25.4;

export function guideTests(test, house) {
  const at = (path, language = "id") => path.replace("/saku", language === "id" ? "/saku" : `/saku/${language}`);
  const open = async (path, options = {}) => {
    const page = await newPage(house(), options);
    await page.goto(house().base("batam") + path);
    return page;
  };

  for (const language of ["id", "en"]) {
    test(`every page of guidance, contacts and sentences is sound and open to all (${language})`, async () => {
      const base = house().base("batam");
      const paths = [
        "/saku/panduan", ...CHAPTERS.map((id) => `/saku/panduan/${id}`), "/saku/kontak", "/saku/kontak?tempat=53.01", "/saku/kontak?tempat=32",
        "/saku/bahasa", "/saku/bahasa?ke=jv", "/saku/bahasa?ke=aoz", "/saku/cetak", "/saku/cetak?ukuran=a4",
      ];
      const bare = await newPage(house());
      const pages = [];
      for (const path of paths) {
        const answer = await bare.goto(base + at(path, language));
        pages.push({ path: at(path, language), status: answer.status(), html: await answer.text() });
      }
      assert.deepEqual(await bare.context().cookies(), []);
      const page = await newPage(house(), { script: true, serviceWorkers: "block" });
      await keepRules(page, base, pages);
      await bare.context().close();
      await page.context().close();
    });
  }

  test("each chapter leads to the next, names its sources and its day, and marks what is not firm", async () => {
    const page = await open("/saku/panduan");
    await picture(page, "saku-panduan");
    await page.click("ul.cards a");
    for (const [number, id] of CHAPTERS.entries()) {
      assert.ok(page.url().endsWith(`/saku/panduan/${id}`), page.url());
      assert.match(await page.innerText("main"), /Dicek pada \d+ \w+ \d{4}\.\s*Sumber: /);
      if (id === "sehari") assert.match(await page.innerText("main"), /Baku gugus tugas, mohon dipastikan/i);
      if (["keselamatan", "hak", "jangan"].includes(id)) await picture(page, `saku-bab-${id}`);
      if (number + 1 < CHAPTERS.length) await page.click("main a[rel=next]");
    }
    assert.equal(await page.locator("main a[rel=next]").count(), 0);
    await page.context().close();
  });

  test("contacts of a place are found without script, nearest first, and the national lines always", async () => {
    const page = await open("/saku/kontak");
    await picture(page, "saku-kontak");
    const near = async () => (await page.locator("main h3").allInnerTexts()).map((text) => Number(/(\d+) km/.exec(text)?.[1] ?? 0));
    const first = await near();
    assert.ok(first.length > 1 && first[0] === 0, String(first));
    assert.deepEqual(first, [...first].sort((a, b) => a - b));
    assert.match(await page.innerText("main"), /Peragaan: semua nomor daerah di bawah ini rekaan/);
    await page.selectOption("[name=tempat]", "52");
    await page.click("main form button");
    await page.getByRole("link", { name: "Lombok Timur" }).click();
    assert.match(page.url(), /tempat=52\.03/);
    assert.match(await page.innerText("main"), /Dekat Kabupaten Lombok Timur/i);
    for (const number of ["110", "119", "129", "148"]) assert.ok(await page.locator(`main a[href="tel:${number}"]`).count(), number);
    await page.context().close();
  });

  test("a sentence chosen fills the window, leads to the next and back to the list, without script", async () => {
    const page = await open("/saku/bahasa?ke=en", { reducedMotion: "reduce" });
    await picture(page, "saku-bahasa");
    assert.equal(await page.locator("ul.say > li").count(), 40);
    const sentence = page.locator("#butuh-air");
    await sentence.locator("a.big").click();
    const { top, height, size } = await sentence.evaluate((li) => {
      const box = li.getBoundingClientRect();
      return { top: box.top, height: box.height, size: parseFloat(getComputedStyle(li.querySelector(".big")).fontSize) };
    });
    assert.ok(Math.abs(top) < 2 && height >= 640 && size >= 40, `${top} ${height} ${size}`);
    if (process.env.SIMPUL_SCREENS) await page.screenshot({ path: join(import.meta.dirname, "../../docs/screens/saku-kalimat-360.png") });
    await sentence.getByRole("link", { name: "Berikutnya" }).click();
    assert.ok(page.url().endsWith("#butuh-makan"));
    await page.locator("#butuh-makan").getByRole("link", { name: "Daftar" }).click();
    assert.ok(page.url().endsWith("#daftar"));
    await page.context().close();
  });

  test("a language without translations shows Indonesian, marks each sentence and counts them", async () => {
    const page = await open("/saku/bahasa?ke=sas");
    assert.match(await page.innerText("main .note"), /Sasak: 0 dari 40/);
    const big = page.locator("ul.say a.big");
    assert.deepEqual(new Set(await big.evaluateAll((all) => all.map((one) => one.lang))), new Set(["id"]));
    assert.equal(await page.getByText("belum diterjemahkan", { exact: true }).count(), 40);
    assert.equal(await page.locator("audio").count(), 0, "no source, no player");
    await page.context().close();
  });

  test("a sentence is read out by a voice of the phone alone, and without one there is no button", async () => {
    const voices = (list) => `Object.defineProperty(window, "speechSynthesis", { value: {
      getVoices: () => ${JSON.stringify(list)}, cancel() {}, addEventListener() {}, speak: (said) => (window.said = [said.lang, said.text]) } });
      window.SpeechSynthesisUtterance = function (text) { this.text = text; };`;
    for (const [list, buttons] of [[[{ lang: "en-GB", localService: true }], 40], [[{ lang: "en-GB", localService: false }], 0], [[], 0]]) {
      const page = await newPage(house(), { script: true, serviceWorkers: "block" });
      await page.addInitScript(voices(list));
      await page.goto(`${house().base("batam")}/saku/bahasa?ke=en`, { waitUntil: "networkidle" });
      assert.equal(await page.getByRole("button", { name: "Dengarkan" }).count(), buttons);
      if (buttons) {
        await page.getByRole("button", { name: "Dengarkan" }).first().click();
        assert.deepEqual(await page.evaluate(() => window.said), ["en", "I am an officer. I want to help."]);
      }
      await page.context().close();
    }
  });

  test("offline every chapter, the contacts of here and of neighbours, and the sentences are there", async () => {
    const page = await newPage(house(), { script: true });
    await page.goto(`${house().base("batam")}/saku`);
    await page.locator("[data-saku-keadaan]", { hasText: "Siap dipakai tanpa sinyal" }).waitFor();
    const direct = await newPage(house(), { script: true, serviceWorkers: "block" });
    const online = async (path) => (await (await direct.goto(house().base("batam") + path)).text()).replace(/\s+/g, " ");
    const paths = ["/saku/panduan/hak", "/saku/en/panduan/pulang", "/saku/panduan", "/saku/kontak", "/saku/bahasa", "/saku/en/bahasa"];
    const sent = new Map();
    for (const path of paths) sent.set(path, await online(path));
    await direct.context().close();
    await page.context().setOffline(true);
    for (const path of paths) {
      const answer = await page.goto(house().base("batam") + path);
      assert.ok((await answer.text()).replace(/\s+/g, " ") === sent.get(path), `${path} is not the page of the server`);
      assert.match(answer.headers()["content-security-policy"], /default-src 'none'/);
    }
    for (const id of CHAPTERS) {
      await page.goto(`${house().base("batam")}/saku/panduan/${id}`);
      assert.equal(await page.locator("main h2").count() > 1, true, id);
    }
    await page.goto(`${house().base("batam")}/saku/kontak`);
    await page.selectOption("[name=tempat]", "21.72");
    await page.click("main form button");
    assert.match(await page.innerText("main"), /Dekat Kota Tanjung Pinang/i);
    await page.goto(`${house().base("batam")}/saku/kontak?tempat=94.01`);
    assert.match(await page.innerText("main"), /Dekat Kota Batam/i, "a place that is not kept: those of here");
    assert.deepEqual(page.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault)), []);
    await page.context().close();
  });

  test("with a regional language the pocketbook keeps its bytes, and a changed chapter is a small download", async () => {
    const node = await startNode((fresh) => putLanguage(fresh, "jv"));
    const browser = await openBrowser();
    try {
      const { document, usable } = await firstBytes(browser, node);
      assert.ok(document > 0 && document <= DOCUMENT_BYTES_MAX, `first document: ${document} bytes`);
      assert.ok(usable <= USABLE_BYTES_MAX, `usable: ${usable} bytes`);
      const { page, all } = await install(browser, node);
      assert.ok(all > usable && all <= ALL_BYTES_MAX, `all: ${all} bytes`);
      const sentence = await page.evaluate(async () => {
        const words = await (await fetch("/saku/paket/isi/bahasa/jv.json")).json();
        return words.id[1].includes("40 dari 40");
      });
      assert.ok(sentence, "the regional language is kept with the others");
      const chapter = await updateChapter(page, node, "9.0.0");
      assert.ok(chapter > 0 && chapter <= CHAPTER_BYTES_MAX, `a changed chapter: ${chapter} bytes`);
      await page.goto(`${node.base}/saku/panduan/hak`);
      assert.match(await page.innerText("main"), /Anda selalu berhak atas kerahasiaan/);
    } finally {
      await browser.close();
      await node.close();
    }
  });

  test("the printed pocketbook is a booklet of A6 with every chapter, number and sentence in it, and no name", async () => {
    const page = await open("/saku/cetak");
    const shown = (selector) => page.locator(selector).allTextContents();
    const wanted = [...(await shown(".book h2")), ...(await shown(".book h3")), ...(await shown(".book li")), ...(await shown(".book td"))];
    const { pages, text } = await printed(page);
    assert.ok(pages.length > 20 && pages.length < 40, `${pages.length} pages`);
    for (const size of pages) assert.ok(near(size, [105, 148]), String(size));
    const missing = wanted.map(plain).filter((words) => words && !text.includes(words));
    assert.deepEqual(missing, []);
    assert.match(text, /Dicetak\d+\w+\d{4}olehGugusTugasPP-TPPOKotaBatam/);
    await page.goto(`${house().base("batam")}/saku/cetak?ukuran=a4`);
    const two = await printed(page);
    for (const size of two.pages) assert.ok(near(size, [297, 210]), String(size));
    assert.ok(two.pages.length < pages.length / 2 && two.text.includes(plain("Hak dalam satu halaman")));
    await page.goto(`${house().base("batam")}/saku/panduan/hak`);
    const chapter = await printed(page);
    assert.ok(near(chapter.pages[0], [210, 297]) && chapter.text.includes(plain("Dicetak oleh Gugus Tugas PP-TPPO Kota Batam.")));
    assert.ok(!chapter.text.includes(plain("Keluar cepat")), "what leads elsewhere stays off the paper");
    await page.context().close();
  });
}

/** White space and the marks of lists differ between a page and its paper. */
function plain(text) {
  return text.replace(/[\s•✕]+/g, "");
}

function near([width, height], [wide, high]) {
  return Math.abs(width - wide * POINTS) < 1.5 && Math.abs(height - high * POINTS) < 1.5;
}

/** The page as a PDF: sizes of its pages in points, and its text. */
async function printed(page) {
  const folder = mkdtempSync(join(tmpdir(), "simpul-cetak-"));
  try {
    const file = join(folder, "saku.pdf");
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true }));
    const info = execFileSync("pdfinfo", ["-f", "1", "-l", "999", file], { encoding: "utf8" });
    const pages = [...info.matchAll(/^Page +\d+ size: +([\d.]+) x ([\d.]+)/gm)].map(([, w, h]) => [Number(w), Number(h)]);
    return { pages, text: plain(execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" })) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
