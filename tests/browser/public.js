// The public window: for everybody, without a name, without script.
import assert from "node:assert/strict";
import { newPage } from "./house.js";
import { crawl, firstVisitBytes, keepRules, picture } from "./rules.js";

const FIRST_VISIT_BYTES_MAX = 14_000;

export function publicTests(test, house) {
  test("public pages are sound, open to all and fit a narrow window", async () => {
    const base = house().base("batam");
    const bare = await newPage(house());
    const pages = await crawl(bare, base, ["/", "/en/"], 40);
    assert.ok(pages.length >= 2, "the start page leads on");
    const page = await newPage(house(), { script: true });
    await keepRules(page, base, pages.filter(({ path }) => !path.includes("/saku")));
    assert.deepEqual(page.faults, []);
    assert.deepEqual(bare.faults, []);
    assert.deepEqual(await bare.context().cookies(), [], "public pages set no cookie");
    await bare.context().close();
    await page.context().close();
  });

  test("the first visit of the start page takes at most 14 KB", async () => {
    const bytes = await firstVisitBytes(house(), `${house().base("batam")}/`);
    assert.ok(bytes > 0 && bytes <= FIRST_VISIT_BYTES_MAX, `${bytes} bytes`);
  });

  test("the start page names the emergency lines and the way out", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/`);
    for (const number of ["110", "119", "129"]) assert.ok(await page.locator(`a[href="tel:${number}"]`).count(), number);
    assert.ok(await page.locator("a[data-keluar]").count());
    await picture(page, "publik");
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
