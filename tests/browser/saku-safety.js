// Do no harm: what the pocketbook may not do to the person in front of it (screening.md 4).
import assert from "node:assert/strict";
import { choose, newPage } from "./house.js";
import { ANSWERS, BEGUN, answer, inOutbox, keepDraft, lies, onward, openPhone, question, sealReport } from "./phone.js";
import { picture } from "./screens.js";

const MINUTE = 60_000;
const TOLD = `Ia menyebut kapal kuntul-${process.pid}.`;

export function safetyTests(test, house) {
  const open = (path, options) => openPhone(house(), path, options);
  const covered = (page) => page.getByRole("heading", { name: "Daftar telepon pelabuhan" }).waitFor();

  test("somebody is watching: a list of telephone numbers at once, and nothing of before", async () => {
    const page = await open("/saku/periksa");
    await answer(page, { S1: "no" }, "S2");
    await choose(page, "S2", "yes");
    await covered(page);
    await inOutbox(page);
    assert.equal(await page.locator("input, form, header, .exit").count(), 0);
    assert.equal(await page.title(), "Daftar telepon pelabuhan");
    assert.ok(page.url().endsWith("/saku/kontak"), page.url());
    assert.ok(!/Simpul|korban|TPPO|periksa/i.test(await page.innerText("body")));
    await picture(page, "saku-tirai");
    assert.deepEqual(await lies(page, ['"S2":"yes"', '"answers":{"']), []);
    await page.goBack().catch(() => null);
    assert.equal(await page.locator("input:checked").count(), 0, "going back shows no answer");
    await page.goto(`${house().base("batam")}/saku/kotak`);
    const held = page.locator("main li").filter({ hasText: "Anda yang memutuskan" });
    await held.waitFor();
    assert.equal(await held.getByRole("button", { name: "Kirim" }).count(), 1, "it waits for the responder");
    await picture(page, "saku-kotak-ditahan");
    await page.context().close();
  });

  test("Shift three times hides whatever is written and seals it; a draft of it is gone", async () => {
    const page = await open("/saku/lapor");
    await page.fill("[name=teks]", TOLD);
    await keepDraft(page);
    for (let press = 0; press < 3; press++) await page.keyboard.press("Shift");
    await covered(page);
    await inOutbox(page);
    assert.ok(!(await page.content()).includes("kuntul"));
    await page.goto(`${house().base("batam")}/saku/kotak`);
    await page.locator("#f-pin").fill("271828");
    await page.locator("#f-pin").press("Enter");
    await page.locator("main li").filter({ hasText: "Anda yang memutuskan" }).waitFor();
    assert.equal(await page.locator("main li").filter({ hasText: "draf, terkunci" }).count(), 0);
    assert.deepEqual(await lies(page, [TOLD, "kuntul"]), []);
    await page.context().close();
  });

  test("Shift three times hides a screening and the first page, also while the words are on their way", async () => {
    for (const [path, come] of [["/saku/periksa", true], ["/saku", true], ["/saku", false]]) {
      const page = await newPage(house(), { script: true });
      let arrive;
      const pressed = new Promise((resolve) => (arrive = resolve));
      await page.route("**/saku/kata.json", async (route) => {
        await pressed;
        await (come ? route.continue() : route.abort());
      });
      const asked = page.waitForRequest("**/saku/kata.json");
      await page.goto(house().base("batam") + path);
      await asked;
      for (let press = 0; press < 3; press++) await page.keyboard.press("Shift");
      assert.equal(await page.locator("body").isVisible(), false, "blank at once");
      const left = come ? null : page.waitForRequest("**/keluar-cepat");
      arrive();
      await (left ?? covered(page));
      await page.context().close();
    }
  });

  test("safety comes first, then where she is, who interprets and whether she wants to be asked", async () => {
    const page = await open("/saku/periksa");
    const names = [];
    for (let number = 0; number < 8; number++) {
      const name = await question(page).locator("input").first().getAttribute("name");
      names.push(name);
      if (BEGUN[name]) await choose(page, name, BEGUN[name]);
      await onward(page);
    }
    assert.deepEqual(names, ["S1", "S2", "S3", "S4", "stage", "juru", "setuju.C1", "A1"]);
    await page.context().close();
  });

  test("a relative, an employer or a fellow traveller does not interpret; the page says why and goes no further", async () => {
    const page = await open("/saku/periksa");
    await answer(page, BEGUN, "juru");
    for (const barred of ["relative", "employer", "traveller"]) {
      await choose(page, "juru", barred);
      await onward(page);
      await page.getByRole("alert").filter({ hasText: "Jangan pakai orang ini" }).waitFor();
      assert.equal(await question(page).locator("input[name=juru]").count(), 6, "the question stays");
    }
    await picture(page, "saku-juru-bahasa");
    await choose(page, "juru", "phone");
    assert.equal(await page.getByRole("alert").count(), 0);
    await onward(page);
    await question(page).locator('input[name="setuju.C1"]').first().waitFor();
    await page.context().close();
  });

  test("who does not want to be asked is asked nothing more and is helped all the same", async () => {
    const page = await open("/saku/periksa");
    await answer(page, { ...BEGUN, S1: "yes" }, "setuju.C1");
    await choose(page, "setuju.C1", "refused");
    await onward(page);
    await page.getByText("Orangnya tidak mau ditanya").waitFor();
    assert.equal(await question(page).count(), 0);
    await page.getByRole("button", { name: "Lihat apa yang dilakukan" }).click();
    await page.getByText("119").first().waitFor();
    // Consent taken back after it was given: what was answered in between does not count.
    await page.getByRole("button", { name: "Ubah jawaban" }).click();
    await choose(page, "setuju.C1", "agreed");
    await onward(page);
    await choose(page, "A1", "child");
    await onward(page);
    for (let back = 0; back < 2; back++) await page.getByRole("button", { name: "Kembali" }).click();
    await choose(page, "setuju.C1", "refused");
    await onward(page);
    await page.getByRole("button", { name: "Lihat apa yang dilakukan" }).click();
    await page.getByRole("button", { name: "Tulis laporan" }).click();
    await page.click("form[data-saku=lapor] button.button:not([type=button])");
    await page.getByText("4 jawaban penapisan ikut terkirim").waitFor();
    await page.context().close();
  });

  test("stopping is always possible, loses nothing, and the answers can be erased", async () => {
    const page = await open("/saku/periksa");
    await answer(page, ANSWERS, "B1");
    await page.getByRole("button", { name: "Berhenti" }).click();
    await page.getByRole("heading", { name: "Berhenti di sini" }).waitFor();
    await picture(page, "saku-berhenti");
    await page.getByRole("button", { name: "Kembali" }).click();
    await question(page).locator("input[name=B1]").first().waitFor();
    await page.getByRole("button", { name: "Kembali" }).click();
    assert.ok(await page.locator("input[name=A3][value=yes]").isChecked());
    await page.getByRole("button", { name: "Berhenti" }).click();
    await page.getByRole("button", { name: "Hapus jawaban ini" }).click();
    await page.waitForURL("**/saku");
    await page.goto(`${house().base("batam")}/saku/kotak`);
    await page.getByText("Tidak ada laporan di ponsel ini").waitFor();
    await page.context().close();
  });

  test("every question can be skipped or answered with 'not known' and 'rather not'", async () => {
    const page = await open("/saku/periksa?bentuk=panjang");
    await answer(page, BEGUN, "A2");
    for (let number = 0; number < 3; number++) {
      for (const value of ["unknown", "refused"]) assert.equal(await question(page).locator(`input[value=${value}]`).count(), 1);
      assert.equal(await page.locator("form[data-saku=periksa] .acts .button").first().innerText(), "Lewati");
      await onward(page);
    }
    await page.context().close();
  });

  test("answers of the short form are shown in the full one and not asked again; nor is what the full form adds lost", async () => {
    const page = await open("/saku/periksa");
    await answer(page, ANSWERS);
    await page.getByRole("button", { name: "Lanjutkan dengan daftar lengkap" }).click();
    await page.getByText(/Jawaban yang sudah ada: \d+/).waitFor();
    await picture(page, "saku-lanjut");
    const asked = [];
    for (let number = 0; number < 50 && (await question(page).count()); number++) {
      const name = await question(page).locator("input").first().getAttribute("name");
      asked.push(name);
      if (ANSWERS[name]) await choose(page, name, ANSWERS[name]);
      await onward(page);
    }
    for (const known of ["S1", "stage", "juru", "setuju.C1", "A1", "A2", "K1"]) assert.ok(!asked.includes(known), `${known} is not asked again`);
    for (const more of ["B2", "E2", "H1"]) assert.ok(asked.includes(more), `${more} is asked`);
    await page.getByText("Ada tanda kuat").first().or(page.locator("main .lead")).first().waitFor();
    await page.getByRole("button", { name: "Tulis laporan" }).click();
    await page.fill("[name=teks]", TOLD);
    await page.click("form[data-saku=lapor] button.button:not([type=button])");
    const answers = Object.keys(ANSWERS).filter((name) => !["stage", "juru", "setuju.C1"].includes(name)).length;
    await page.getByText(`${answers} jawaban penapisan ikut terkirim`).waitFor();
    await page.context().close();
  });

  test("the link to the full form takes the answers along", async () => {
    const page = await open("/saku/periksa");
    await question(page).waitFor();
    await choose(page, "S1", "yes");
    await page.getByRole("link", { name: "Pakai bentuk lengkap" }).click();
    await page.getByText("Ini bentuk lengkap, 45 pertanyaan").waitFor();
    await page.getByText("Jawaban yang sudah ada: 1").waitFor();
    assert.equal(await question(page).locator("input").first().getAttribute("name"), "S2");
    await page.context().close();
  });

  test("after 45 minutes the page calls for rest, with a child or an unsure age after 30", async () => {
    for (const [age, minutes] of [["adult", 45], ["unsure", 30], ["child", 30]]) {
      const page = await newPage(house(), { script: true, serviceWorkers: "block" });
      await page.clock.install();
      await page.goto(`${house().base("batam")}/saku/periksa`);
      await answer(page, { ...BEGUN, A1: age }, "A2");
      await page.clock.fastForward((minutes - 1) * MINUTE);
      assert.equal(await page.getByText("Waktunya istirahat").isVisible(), false, age);
      await page.clock.fastForward(2 * MINUTE);
      await page.getByRole("alert").filter({ hasText: "Waktunya istirahat" }).waitFor();
      assert.equal(await question(page).count(), 0, "no question beside it");
      if (age === "child") await picture(page, "saku-istirahat");
      await page.getByRole("button", { name: "Orangnya ingin lanjut" }).click();
      await question(page).waitFor();
      await page.clock.fastForward((minutes + 1) * MINUTE);
      await page.getByRole("button", { name: "Berhenti dan istirahat" }).click();
      await page.getByRole("heading", { name: "Berhenti di sini" }).waitFor();
      await page.context().close();
    }
  });

  test("about violence and sexual use the page asks yes or no and says so; the photo field says: no face", async () => {
    const page = await newPage(house());
    await page.goto(`${house().base("batam")}/saku/periksa?bentuk=panjang`);
    for (const id of ["C1", "K4", "E6"]) {
      assert.equal(await page.locator(`#f-${id} input`).count(), 4);
      assert.match(await page.locator(`#f-${id}`).innerText(), /Cukup ya atau tidak/);
      assert.equal(await page.locator(`#f-${id}`).locator("textarea, input[type=text]").count(), 0);
    }
    await page.context().close();
    const report = await open("/saku/lapor");
    await report.getByText("Jangan foto wajah orangnya").waitFor();
    for (const name of ["nama", "nik"]) assert.equal(await report.locator(`[name=${name}]`).count(), 0, "no field for a name");
    await report.context().close();
  });

  test("each use has its own consent, and a refusal is answered with what to take out", async () => {
    const page = await open("/saku/lapor");
    await page.fill("[name=teks]", TOLD);
    for (const [code, value] of [["C2", "refused"], ["C3", "refused"], ["C8", "not_asked"]]) await choose(page, `setuju.${code}`, value);
    await page.fill("[name=pendapat]", "Ia menjawab pelan.");
    await page.click("form[data-saku=lapor] button.button:not([type=button])");
    await page.getByText("Orangnya tidak setuju dicatat").waitFor();
    const shown = await page.innerText("main dl");
    assert.match(shown, /Pendapat Anda sebagai petugas[^\n]*\s+Ia menjawab pelan/);
    await picture(page, "saku-cek-laporan");
    await page.getByRole("button", { name: "Ubah jawaban" }).click();
    assert.equal(await page.inputValue("[name=teks]"), TOLD);
    await sealReport(page);
    await page.context().close();
  });
}
