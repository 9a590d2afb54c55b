// The pocketbook: at a port, perhaps offline, two minutes.
import assert from "node:assert/strict";
import { newPage } from "./house.js";
import { crawl, keepRules, picture } from "./rules.js";

const ANSWERS = { S1: "no", S2: "no", S3: "no", S4: "no" };

export function sakuTests(test, house) {
  test("pocketbook pages are sound, open to all and fit a narrow window", async () => {
    const base = house().base("batam");
    const bare = await newPage(house());
    const pages = (await crawl(bare, base, ["/saku", "/saku/periksa", "/saku/lapor"], 30)).filter(({ path }) => path.includes("saku"));
    const page = await newPage(house(), { script: true, serviceWorkers: "block" });
    await keepRules(page, base, pages);
    assert.deepEqual(page.faults, []);
    await bare.context().close();
    await page.context().close();
  });

  test("without script a screening is one form and one answer, and nothing says that she is no victim", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/saku/periksa`);
    for (const [id, answer] of Object.entries(ANSWERS)) await page.check(`input[name="${id}"][value="${answer}"]`);
    await page.check('input[name="stage"][value="transit"]');
    await picture(page, "saku-periksa");
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.click("form[data-saku=periksa] button.button");
    assert.equal((await answered).status(), 200);
    const text = await page.innerText("main");
    assert.ok(!/bukan korban/i.test(text));
    await picture(page, "saku-hasil");
    await page.context().close();
  });

  test("without script a report is sealed on arrival and answered", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await page.fill("[name=teks]", "Seorang perempuan di pelabuhan, tanpa paspor, dijemput orang yang tidak ia kenal.");
    const consent = page.locator("[name=persetujuan]").first();
    if (await consent.count()) await (await consent.evaluate((e) => e.tagName) === "SELECT" ? consent.selectOption({ index: 1 }) : consent.check());
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.click("form[data-saku=lapor] button.button");
    const status = (await answered).status();
    assert.ok([200, 201, 202].includes(status), `status ${status}`);
    await page.context().close();
  });

  test("offline the pocketbook opens and asks the first question", async () => {
    const page = await newPage(house(), { script: true });
    const base = house().base("batam");
    await page.goto(`${base}/saku`);
    await page.locator("[data-saku-keadaan]", { hasText: "Siap dipakai tanpa sinyal" }).waitFor();
    await page.context().setOffline(true);
    await page.goto(`${base}/saku/periksa`);
    await page.locator('input[name="S1"]').first().waitFor({ state: "attached" });
    await page.context().close();
  });
}
