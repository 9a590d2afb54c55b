// The public check of an agency, without script: three answers, one length, official facts alone.
import assert from "node:assert/strict";
import { newPage } from "./house.js";
import { isSound, overhang, walkedPast } from "./rules.js";

/** What is asked at a demo node, and the heading of the answer. All agencies are made up. */
const ASKED = [
  ["PT. Karja Samudera Rekaan", "Ada catatan resmi", "There is an official record"],
  ["bahtera timur rekaan", "Ada sanksi resmi", "There is an official sanction"],
  ["Sentosa Abadi", "Tidak ada catatan resmi", "There is no official record"],
];

export function checkTests(test, house) {
  test("anybody checks an agency from the start page, without script, and all answers weigh the same", async () => {
    const page = await newPage(house());
    const base = house().base("batam");
    const faults = [];
    const lengths = new Set();
    for (const [start, column] of [["/", 1], ["/en", 2]]) {
      for (const asked of ASKED) {
        await page.goto(base + start);
        await page.click("ul.cards li:first-child a");
        await page.fill("[name=cari]", asked[0]);
        const [answer] = await Promise.all([page.waitForResponse(/periksa\/hasil$/), page.click("main form button")]);
        assert.equal(await page.textContent("h1"), asked[column], asked[0]);
        assert.ok(!page.url().includes("cari"), "what is asked stands in no address");
        lengths.add((await answer.body()).length);
        faults.push(...(await isSound({ path: page.url(), status: answer.status(), html: await answer.text() })));
        faults.push(...(await walkedPast(page, `${page.url()} ${asked[column]}`, false)));
        assert.ok((await overhang(page)) <= 0, "it fits 320 px");
      }
    }
    assert.deepEqual(faults, []);
    assert.equal(lengths.size, 1, [...lengths].join(" "));
    assert.deepEqual(page.faults, []);
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  });
}
