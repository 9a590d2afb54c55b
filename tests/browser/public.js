// The public window: for everybody, without a name, without script.
import assert from "node:assert/strict";
import { newPage } from "./house.js";
import { crawl, keepRules, violations, visitBytes, walkedPast } from "./rules.js";

/** First visit and repeat, everything that crosses the wire. */
const FIRST_BYTES_MAX = 14_000;
const REPEAT_BYTES_MAX = 4_000;
/** Cumulative layout shift, as web-vitals count it: up to this it is called good. */
const MOVED_MAX = 0.1;
/** Pages that are weighed: each, and in English too where much is written or listed. The whole way of `/lapor` is weighed in `kotak.js` and `segel.js`. */
const WEIGHED = [
  ..."/ /en /periksa /en/periksa /hak /hak/surat /en/hak/surat /bantuan /bantuan/35 /en/bantuan/35 /bantuan/21.71".split(" "),
  ..."/lapor /en/lapor /balas /mou /data /tentang /keluhan /privasi /en/privasi /aksesibilitas /aman".split(" "),
];

export function publicTests(test, house) {
  test("public pages are sound, open to all and fit a narrow window", async () => {
    const base = house().base("batam");
    const bare = await newPage(house());
    const pages = await crawl(bare, base, ["/", "/en", "/masuk", "/masuk/kode"], { max: 60, skip: /keluar|saku|angka/ });
    assert.ok(pages.length >= 28, `the start page leads on: ${pages.length}`);
    const page = await newPage(house(), { script: true });
    await keepRules(page, base, pages);
    assert.deepEqual(bare.faults, []);
    assert.deepEqual(await bare.context().cookies(), [], "public pages set no cookie");
    await bare.context().close();
    await page.context().close();
  });

  test("a barrier is found where one is put, with script and without", async () => {
    for (const script of [true, false]) {
      const page = await newPage(house(), { script });
      await page.setContent('<h1>A</h1><img src="data:,"><p style="color: #aaa; background: #fff">pucat</p>');
      for (const found of [await walkedPast(page, "here", script), await violations(page, "here")]) {
        for (const rule of ["image-alt", "color-contrast"]) assert.ok(found.some((fault) => fault.includes(rule)), `${rule} in ${found}`);
      }
      await page.context().close();
    }
  });

  test("the first visit of a public page takes at most 14 KB, the next 4 KB", async () => {
    for (const path of WEIGHED) {
      const page = await newPage(house(), { script: true });
      const [first, repeat] = await visitBytes(page, house().base("batam") + path);
      await page.context().close();
      assert.ok(first > 0 && first <= FIRST_BYTES_MAX, `${path}: ${first} bytes`);
      assert.ok(repeat <= REPEAT_BYTES_MAX, `${path}: ${repeat} bytes the second time`);
    }
  });

  test("a page whose sheets come late does not jump under the reader's thumb", async () => {
    for (const [path, width] of [["/lapor", 412], ["/en/lapor", 360], ["/bantuan", 360], ["/periksa", 360]]) {
      const page = await newPage(house(), { script: true, viewport: { width, height: 820 } });
      await page.addInitScript(() => {
        self.moved = 0;
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries()) self.moved += shift.value;
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.route("**/*.css", async (route) => {
        await page.locator("h1").waitFor();
        await page.waitForTimeout(300);
        await route.continue();
      });
      await page.goto(house().base("batam") + path);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const moved = await page.evaluate(() => self.moved);
      assert.ok(moved <= MOVED_MAX, `${path} at ${width} px moved by ${moved}`);
      await page.context().close();
    }
  });

  test("the start page names the emergency lines and the way out", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/`);
    for (const number of ["110", "119", "129"]) assert.ok(await page.locator(`a[href="tel:${number}"]`).count(), number);
    assert.ok(await page.locator("a[data-keluar]").count());
    await page.context().close();
  });

  test("an unknown address answers like any absent page, and an unknown host not at all", async () => {
    const page = await newPage(house());
    const base = house().base("batam");
    const absent = await page.goto(`${base}/tidak-ada`);
    assert.equal(absent.status(), 404);
    const other = new URL(base);
    other.hostname = "asing.localhost";
    assert.equal((await page.goto(other.href)).status(), 421);
    await page.context().close();
  });
}
