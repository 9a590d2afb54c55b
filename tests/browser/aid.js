// Legal aid of a case by keyboard alone: what is needed, whom it can go to, whom she agrees to; in both languages.
import assert from "node:assert/strict";
import { signedIn } from "./house.js";
import { pick, press, select } from "./keyboard.js";
import { walkedPast } from "./rules.js";
import { picture } from "./screens.js";

const WALKS = [
  { lang: "id", script: true, width: 1280, about: "upah", look: "Cari lembaga", serves: /LBH Bahari\n.*sudah mendampingi/, send: "Minta lembaga pertama", waits: /Menunggu jawaban/ },
  { lang: "en", script: false, width: 360, about: "legal advice", look: "Look for an institution", serves: /LBH Bahari\n.*serves this person already/, send: "Ask the first institution", waits: /Waits for an answer/, back: "Take back and ask the next institution", none: /No institution left/ },
];

/** For the person of a case that this node has, and that LBH Bahari serves; `address` gives it. The second walk ends what the first began. */
export function aidTests(test, house, address) {
  for (const { lang, script, width, about, look, serves, send, waits, back, none } of WALKS) {
    test(`legal aid is asked for by keyboard alone, in ${lang}, ${script ? "with" : "without"} script`, async () => {
      const page = await signedIn(house(), "batam", "CASE_MANAGER", { script, width, reducedMotion: "reduce" });
      await page.context().addCookies([{ name: "bahasa", value: lang, url: house().base("batam") }]);
      const faults = [];
      const past = async () => faults.push(...(await walkedPast(page, new URL(page.url()).pathname, script)));
      await page.goto(`${address()}/bantuan-hukum`);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      if (back) {
        await press(page, "button", back);
        assert.match(await page.innerText("main"), none);
      }
      const before = await page.locator("main h2").count();
      await past();
      await select(page, /^(Jenis perkara|Kind of matter)/, about);
      await press(page, "button", look);
      const found = await page.innerText("main");
      assert.match(found, /batam-bantuan-hukum-lbh-mawar\/1#4\.2/, "each body names its clause");
      assert.match(found, serves, "who cannot be asked, and why");
      assert.equal(await page.locator("main input[name=lembaga]:checked").count(), 0, "a consent is hers to give");
      await picture(page, `bantuan-hukum-lembaga-${lang}`);
      await past();
      await pick(page, /^LBH Mawar/);
      await press(page, "button", send);
      assert.match(new URL(page.url()).pathname, /\/bantuan-hukum$/);
      assert.equal(await page.locator("main h2").count(), before + 1, "one more request stands there");
      assert.match(await page.innerText("main"), waits, "the first is asked");
      await past();
      await picture(page, `bantuan-hukum-${lang}`);
      assert.deepEqual(faults, []);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}
