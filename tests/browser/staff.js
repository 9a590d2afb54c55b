// The casebook: signed in, on an office PC, without script.
import assert from "node:assert/strict";
import { newPage, signIn } from "./house.js";
import { crawl, keepRules, picture } from "./rules.js";

export function staffTests(test, house) {
  test("a case manager signs in without script, and her pages are sound and open to all", async () => {
    const base = house().base("batam");
    const bare = await newPage(house(), { width: 1280 });
    await signIn(house(), bare, "batam", "CASE_MANAGER");
    await picture(bare, "hari-ini");
    const pages = await crawl(bare, base, ["/hari-ini", "/kasus", "/laporan", "/rujukan"], 25);
    const signedIn = pages.filter(({ path }) => !/^\/(en\/|saku|masuk|$)/.test(path));
    assert.ok(signedIn.length >= 4, `met ${signedIn.map(({ path }) => path)}`);
    const page = await newPage(house(), { script: true, width: 1280, storageState: await bare.context().storageState() });
    await keepRules(page, base, signedIn);
    const oneCase = signedIn.find(({ path }) => /^\/kasus\/[^/]+$/.test(path) && !path.endsWith("/baru"));
    if (oneCase) {
      await bare.goto(base + oneCase.path);
      await picture(bare, "kasus");
    }
    assert.deepEqual(page.faults, []);
    await bare.context().close();
    await page.context().close();
  });

  test("who is not signed in is led to the door, and a wrong name looks like a wrong password", async () => {
    const page = await newPage(house());
    const base = house().base("batam");
    await page.goto(`${base}/hari-ini`);
    assert.match(page.url(), /\/masuk/);
    const say = async (name) => {
      await page.goto(`${base}/masuk`);
      await page.fill("[name=nama]", name);
      await page.fill("[name=sandi]", "bukan sandinya");
      await page.fill("[name=totp]", "000000");
      await page.click("main form button.button:not([data-kunci])");
      return (await page.innerText("main")).replaceAll(name, "");
    };
    assert.equal(await say(house().person("batam", "CASE_MANAGER").name), await say("tidak-dikenal"));
    await page.context().close();
  });

  test("a page of the casebook may not be kept by the browser", async () => {
    const page = await newPage(house());
    await signIn(house(), page, "batam", "CASE_MANAGER");
    const answer = await page.goto(`${house().base("batam")}/hari-ini`);
    assert.match(answer.headers()["cache-control"], /no-store/);
    assert.match(answer.headers()["content-security-policy"], /default-src 'none'/);
    await page.context().close();
  });
}
