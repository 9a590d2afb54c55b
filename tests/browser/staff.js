// The casebook: signed in, on an office PC, without script.
import assert from "node:assert/strict";
import { fillSignIn, newPage, oneTimeCode, signedIn } from "./house.js";
import { crawl, keepRules, visitBytes } from "./rules.js";

/** Pages that need no one's log-in, which are checked with the public window and the pocketbook, and files. */
const ELSEWHERE = /keluar|(gabung|direktori)\/berkas|^\/(en\/?)?(\?|$)|^\/(en\/)?saku|^\/masuk/;
/** Who sees pages that those before do not. */
const PEOPLE = [
  ["batam", "CASE_MANAGER"],
  ["batam", "TASKFORCE_COORDINATOR"],
  ["batam", "INTAKE_OFFICER"],
  ["lotim", "CASE_MANAGER"],
  ["batam", "AUDITOR"],
  ["lbh-bahari", "COUNSEL"],
  ["batam", "ANALYST"],
];
const START = ["/hari-ini", "/kasus", "/kasus/saringan", "/akun/kalender", "/laporan", "/rujukan", "/perkara", "/perekrut", "/peringatan", "/peringatan?keadaan=keluar", "/koridor", "/wawasan"];

export function staffTests(test, house) {
  const seen = new Set();
  for (const [node, role] of PEOPLE) {
    test(`pages of ${role} at ${node} are sound, open to all and fit a narrow window`, async () => {
      const base = house().base(node);
      const bare = await signedIn(house(), node, role);
      const pages = await crawl(bare, base, START, { max: 40, seen, skip: ELSEWHERE });
      const page = await signedIn(house(), node, role, { script: true });
      await keepRules(page, base, pages.filter(({ status }) => status !== 403));
      await bare.context().close();
      await page.context().close();
    });
  }

  test("the first visit of a staff page keeps its budget, the next 8 KB", async () => {
    const base = house().base("batam");
    const finding = await signedIn(house(), "batam", "CASE_MANAGER");
    await finding.goto(`${base}/kasus?keadaan=given`);
    const path = await finding.locator("main tbody a").first().getAttribute("href");
    await finding.context().close();
    for (const [page, kilobytes] of [["/hari-ini", 20], ["/kasus", 20], [path, 25], ["/rujukan", 20]]) {
      const visitor = await signedIn(house(), "batam", "CASE_MANAGER", { script: true });
      const [first, repeat] = await visitBytes(visitor, base + page);
      await visitor.context().close();
      assert.ok(first > 0 && first <= kilobytes * 1000, `${page}: ${first} bytes`);
      assert.ok(repeat <= 8_000, `${page}: ${repeat} bytes the second time`);
    }
  });

  test("the journal is read on a phone without moving it sideways", async () => {
    const auditor = await signedIn(house(), "batam", "AUDITOR", { width: 360 });
    await auditor.goto(`${house().base("batam")}/jurnal`);
    const [inside, window] = await auditor.locator("section.wide").evaluate((box) => [box.scrollWidth, box.clientWidth]);
    assert.ok(inside <= window, `${inside} in ${window}`);
    await auditor.context().close();
  });

  test("who is not signed in is led to the door, and a wrong name looks like a wrong password", async () => {
    const page = await newPage(house());
    const base = house().base("batam");
    await page.goto(`${base}/hari-ini`);
    assert.match(page.url(), /\/masuk/);
    const say = async (name) => {
      await page.goto(`${base}/masuk`);
      await fillSignIn(page, { name, password: "bukan sandinya" }, "000000");
      await page.click("main form button.button:not([data-kunci])");
      return (await page.innerText("main")).replaceAll(name, "");
    };
    assert.equal(await say(house().person("batam", "COMPANION").name), await say("tidak-dikenal"));
    await page.context().close();
  });

  test("by keyboard alone one signs in and opens a case", async () => {
    const page = await newPage(house(), { width: 1280 });
    const person = house().person("batam", "COMPANION");
    await page.goto(`${house().base("batam")}/masuk`);
    await tabTo(page, "[name=nama]");
    await page.keyboard.type(person.name);
    await page.keyboard.press("Tab");
    await page.keyboard.type(person.password);
    await page.keyboard.press("Tab");
    await page.keyboard.type(oneTimeCode(house(), person));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/hari-ini");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop skips to the content");
    await page.keyboard.press("Enter");
    await tabTo(page, 'a[href="/kasus"]');
    await page.keyboard.press("Enter");
    await page.waitForURL("**/kasus");
    await tabTo(page, 'a[href="/kasus?keadaan=given"]');
    await page.keyboard.press("Enter");
    await page.waitForURL("**/kasus?keadaan=given");
    await tabTo(page, "main tbody a");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/kasus\/case_/);
    await page.context().close();
  });

  test("a page of the casebook may not be kept by the browser", async () => {
    const page = await signedIn(house(), "batam", "CASE_MANAGER");
    const answer = await page.goto(`${house().base("batam")}/hari-ini`);
    assert.match(answer.headers()["cache-control"], /no-store/);
    assert.match(answer.headers()["content-security-policy"], /default-src 'none'/);
    await page.context().close();
  });
}

/** Presses Tab until the focus is on an element; the focus can be seen at every stop. */
async function tabTo(page, selector) {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press("Tab");
    const { here, ring } = await page.evaluate((wanted) => {
      const one = document.activeElement;
      return { here: one.matches(wanted), ring: getComputedStyle(one).outlineStyle !== "none" };
    }, selector);
    assert.ok(ring, "the focus shows");
    if (here) return;
  }
  assert.fail(`${selector} is not reached by Tab`);
}
