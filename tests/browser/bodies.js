// A legal-aid body keeps its facts and its conflict list, and an officer finds a service in the directory: by keyboard alone,
// in one language with script, in the other without.
import assert from "node:assert/strict";
import { signedIn } from "./house.js";
import { press, select, tabTo, write } from "./keyboard.js";
import { overhang, walkedPast } from "./rules.js";

const WALKS = [
  {
    lang: "id", script: true, width: 1280, against: "PT Rekaan Senja",
    says: { capacity: "Daya tampung", confirm: "Simpan dan pastikan", confirmed: /dipastikan \d/, value: "Isi", add: "Tambahkan", place: "Kabupaten, kota, atau provinsi", kind: "Jenis layanan", health: "Kesehatan", search: "Cari", more: "Selengkapnya" },
  },
  {
    lang: "en", script: false, width: 360, against: "PT Rekaan Fajar",
    says: { capacity: "Capacity", confirm: "Save and confirm", confirmed: /confirmed \d/, value: "Value", add: "Add", place: "Regency, city or province", kind: "Kind of service", health: "Health", search: "Search", more: "All details" },
  },
];

export function bodyTests(test, house) {
  for (const { lang, script, width, against, says } of WALKS) {
    const open = async (node, role) => {
      const page = await signedIn(house(), node, role, { script, width, reducedMotion: "reduce" });
      await page.context().addCookies([{ name: "bahasa", value: lang, url: house().base(node) }]);
      return page;
    };
    const ends = async (page, faults) => {
      faults.push(...(await walkedPast(page, new URL(page.url()).pathname, script)));
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      assert.equal(await overhang(page), 0);
      assert.deepEqual([...faults, ...page.faults], []);
      await page.context().close();
    };

    test(`a body states its facts and whom it may not act against by keyboard alone, in ${lang}`, async () => {
      const page = await open("lbh-bahari", "COUNSEL");
      await page.goto(`${house().base("lbh-bahari")}/lembaga`);
      await write(page, says.capacity, "9");
      await press(page, "button", says.confirm);
      assert.match(await page.innerText("main"), says.confirmed);
      assert.equal(await page.getByLabel(says.capacity, { exact: true }).inputValue(), "9");
      await write(page, says.value, against);
      await press(page, "button", says.add);
      assert.ok((await page.innerText("main")).includes(against));
      await ends(page, []);
    });

    test(`a service is found in the directory by keyboard alone, in ${lang}`, async () => {
      const page = await open("batam", "CASE_MANAGER");
      const faults = [];
      await page.goto(`${house().base("batam")}/direktori`);
      await select(page, says.kind, says.health);
      await press(page, "button", says.search);
      faults.push(...(await walkedPast(page, "/direktori", script)));
      const first = page.getByRole("link", { name: says.more }).first();
      const path = await first.getAttribute("href");
      await tabTo(page, page.locator(`main a[href="${path}"]`));
      const loaded = page.waitForEvent("load");
      await page.keyboard.press("Enter");
      await loaded;
      assert.equal(new URL(page.url()).pathname, path);
      assert.equal(await page.locator("main h1").count(), 1);
      await ends(page, faults);
    });
  }
}
