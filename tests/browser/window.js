// The public window by keyboard alone, at 320 px and without script: a number near her, a right, what the window says of itself.
import assert from "node:assert/strict";
import { newPage } from "./house.js";
import { press } from "./keyboard.js";
import { overhang } from "./rules.js";

/** What is pressed in each language: from the start to a number, and from the start to a right. */
const WALKS = [
  ["/", [/^Saya butuh bantuan/, "Kepulauan Riau", "Kota Batam"], "Bantuan di Kota Batam", [/^Hak saya/, /^Biaya penempatan/], "Biaya penempatan"],
  ["/en", [/^I need help/, "Kepulauan Riau", "Kota Batam"], "Help in Kota Batam", [/^My rights/, /^Placement fees/], "Placement fees"],
];

export function windowTests(test, house) {
  test("by keyboard, at 320 px and without script, somebody finds a number near her and reads a right", async () => {
    const page = await newPage(house(), { width: 320, reducedMotion: "reduce" });
    const walk = async (start, links, heading) => {
      await page.goto(house().base("batam") + start);
      for (const link of links) await press(page, "link", link);
      assert.equal((await page.textContent("h1")).trim(), heading);
      assert.ok((await overhang(page)) <= 0, `${heading} fits 320 px`);
      assert.ok(await page.locator('main a[href^="tel:"]').count(), `${heading} names whom to call`);
    };
    for (const [start, help, place, right, topic] of WALKS) {
      await walk(start, help, place);
      assert.ok(await page.locator("figure svg").count(), "a number for another phone");
      await walk(start, right, topic);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("with script too, the window keeps nothing in the browser and offers no voice that is not there", async () => {
    const page = await newPage(house(), { script: true });
    for (const path of ["/", "/hak/upah", "/bantuan/52.03", "/aman", "/data"]) {
      await page.goto(house().base("batam") + path, { waitUntil: "networkidle" });
      const kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
      assert.deepEqual(kept, ["", 0, 0], path);
      const voices = await page.evaluate(() => window.speechSynthesis?.getVoices().filter((one) => one.localService).length ?? 0);
      if (voices === 0) assert.equal(await page.locator("main button").count(), 0, `${path}: no source, no button`);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
