// A matter of counsel by keyboard alone: a hearing, a loss, the claim on paper; in one language with script, in the other without.
import assert from "node:assert/strict";
import { signedIn } from "./house.js";
import { pick, press, select, write, writeDay } from "./keyboard.js";
import { overhang, walkedPast } from "./rules.js";

const WALKS = [
  {
    lang: "id", script: true, width: 1280,
    says: {
      set: "Jadwalkan sidang", day: "Hari sidang", time: /^Pukul/, venue: "Tempat pemeriksaan", prosecutor: "Kejaksaan", about: "Tentang apa", save: "Simpan jadwal",
      workbook: "Buku kerja restitusi", medical: "Perawatan medis dan psikologis", lost: "Apa yang hilang", sum: "Jumlah rupiah", add: "Tambah kerugian",
      print: "Cetak permohonan", notOwed: /Tidak terutang/, annex: /Lampiran 1/, total: /Jumlah yang diminta seluruhnya\s+Rp ([\d.,]+)/,
    },
  },
  {
    lang: "en", script: false, width: 360,
    says: {
      set: "Set a hearing", day: "Day of the hearing", time: /^Time/, venue: "Kind of place", prosecutor: "Prosecutor", about: "What it is about", save: "Save",
      workbook: "Restitution workbook", medical: "Medical and psychological care", lost: "What was lost", sum: "Sum in rupiah", add: "Add a loss",
      print: "Print the claim", notOwed: /Not owed/, annex: /Annex 1/, total: /Sum claimed in all\s+Rp ([\d.,]+)/,
    },
  },
];
const DAY_MS = 86_400_000;

/** A day ahead whose number is that of its month: a field of a day takes it in whatever order it shows its parts. */
function sameDayAndMonth(now) {
  for (let at = now + 2 * DAY_MS; ; at += DAY_MS) {
    const [year, month, day] = new Date(at).toISOString().slice(0, 10).split("-");
    if (day === month) return { day, month, year };
  }
}

export function matterTests(test, house) {
  for (const { lang, script, width, says } of WALKS) {
    test(`a matter is walked by keyboard alone, in ${lang}, ${script ? "with" : "without"} script`, async () => {
      const page = await signedIn(house(), "lbh-bahari", "COUNSEL", { script, width, reducedMotion: "reduce" });
      await page.context().addCookies([{ name: "bahasa", value: lang, url: house().base("lbh-bahari") }]);
      const faults = [];
      const past = async () => faults.push(...(await walkedPast(page, new URL(page.url()).pathname, script)));
      await page.goto(`${house().base("lbh-bahari")}/perkara`);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      const alias = await page.locator('main a[href$="/perkara"]').first().innerText();
      await press(page, "link", alias);
      await press(page, "link", says.set);
      const { day, month, year } = sameDayAndMonth(house().now());
      await writeDay(page, says.day, { day, month, year });
      await write(page, says.time, "10.00");
      await select(page, says.venue, says.prosecutor);
      await write(page, says.about, "pemeriksaan tambahan");
      await press(page, "button", says.save);
      assert.match(await page.innerText("main"), new RegExp(`10[.:]00 WIB · ${says.prosecutor}`));
      await past();
      await press(page, "link", says.workbook);
      await pick(page, says.medical);
      await write(page, says.lost, "biaya dokter");
      await write(page, says.sum, "1.250.000");
      await press(page, "button", says.add);
      assert.match(await page.innerText("main"), /biaya dokter: Rp 1[.,]250[.,]000/);
      await past();
      await press(page, "link", says.print);
      const paper = await page.innerText("main");
      assert.match(paper, says.notOwed);
      assert.match(paper, says.annex);
      const total = says.total.exec(paper)[1].replaceAll(/[.,]/g, "");
      assert.equal(Number(total) % 1_250_000, 28_000_000 % 1_250_000, "the wages and the doctor, and no debt");
      assert.equal(await overhang(page), 0);
      assert.deepEqual(faults, []);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}
