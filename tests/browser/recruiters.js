// A recruiter recorded from a public source and a pair judged, by keyboard alone; with script and without it.
import assert from "node:assert/strict";
import { signedIn } from "./house.js";
import { pick, press, select, write } from "./keyboard.js";
import { overhang } from "./rules.js";
import { picture } from "./screens.js";

const WALKS = [
  { script: true, width: 1280, name: "Suparyan" },
  { script: false, width: 360, name: "Soeparjan" },
];

export function recruiterTests(test, house) {
  for (const { script, width, name } of WALKS) {
    test(`a recruiter is recorded and judged by keyboard alone, ${script ? "with" : "without"} script`, async () => {
      const page = await signedIn(house(), "batam", "ANALYST", { script, width, reducedMotion: "reduce" });
      await page.goto(`${house().base("batam")}/perekrut`);
      await press(page, "link", "Catat dari sumber terbuka");
      await write(page, /^Nama perekrut/, name);
      await write(page, /^Telepon/, "0800 1234 5678");
      await select(page, "Seberapa andal sumbernya", "C");
      await select(page, "Seberapa benar isinya", "3");
      await press(page, "button", "Simpan catatan");
      assert.match(await page.innerText("main"), /1 catatan dari 1 sumber/);
      const pair = await page.locator('main a[href^="/perekrut/tinjau/"]').first().innerText();
      await press(page, "link", pair);
      assert.match(await page.innerText("main"), /Telepon\s+sama · sangat mendukung/);
      await picture(page, "perekrut-pasangan");
      await pick(page, "Berbeda");
      await press(page, "button", "Simpan penilaian");
      assert.match(await page.innerText("main"), /Dua orang/);
      assert.equal(await overhang(page), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}
