// A matter of counsel by keyboard alone: a hearing, a loss, the claim on paper; with script and without it.
import assert from "node:assert/strict";
import { signedIn } from "./house.js";
import { pick, press, select, write, writeDay } from "./keyboard.js";
import { overhang } from "./rules.js";

const WALKS = [
  { script: true, width: 1280 },
  { script: false, width: 360 },
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
  for (const { script, width } of WALKS) {
    test(`a matter is walked by keyboard alone, ${script ? "with" : "without"} script`, async () => {
      const page = await signedIn(house(), "lbh-bahari", "COUNSEL", { script, width, reducedMotion: "reduce" });
      await page.goto(`${house().base("lbh-bahari")}/perkara`);
      const alias = await page.locator('main a[href$="/perkara"]').first().innerText();
      await press(page, "link", alias);
      await press(page, "link", "Jadwalkan sidang");
      const { day, month, year } = sameDayAndMonth(house().now());
      await writeDay(page, "Hari sidang", { day, month, year });
      await write(page, /^Pukul/, "10.00");
      await select(page, "Tempat pemeriksaan", "Kejaksaan");
      await write(page, "Tentang apa", "pemeriksaan tambahan");
      await press(page, "button", "Simpan jadwal");
      assert.match(await page.innerText("main"), /10\.00 WIB · Kejaksaan/);
      await press(page, "link", "Buku kerja restitusi");
      await pick(page, "Perawatan medis dan psikologis");
      await write(page, "Apa yang hilang", "biaya dokter");
      await write(page, "Jumlah rupiah", "1.250.000");
      await press(page, "button", "Tambah kerugian");
      assert.match(await page.innerText("main"), /biaya dokter: Rp 1\.250\.000/);
      await press(page, "link", "Cetak permohonan");
      const paper = await page.innerText("main");
      assert.match(paper, /Tidak terutang/);
      assert.match(paper, /Lampiran 1/);
      const total = /Jumlah yang diminta seluruhnya\s+Rp ([\d.]+)/.exec(paper)[1].replaceAll(".", "");
      assert.equal(Number(total) % 1_250_000, 28_000_000 % 1_250_000, "the wages and the doctor, and no debt");
      assert.equal(await overhang(page), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}
