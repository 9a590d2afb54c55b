// A report without a name, by keyboard at 320 px without script, in both languages: six questions, a code, an answer, a second
// message, the end. Nothing of it stays in the browser.
import assert from "node:assert/strict";
import { size } from "./intake.js";
import { newPage, reportsThatSay, signedIn } from "./house.js";
import { give, pick, press, write } from "./keyboard.js";
import { isSound, overhang, visitBytes, walkedPast } from "./rules.js";
import { picture } from "./screens.js";

const FIRST_BYTES_MAX = 14_000;
/** A form younger than this is taken for a machine. */
const YOUNG_MS = 3_100;
const WHOLE_BYTES_MAX = 40_000;

/** What stands on the pages, by language. */
const WORDS = [
  {
    prefix: "",
    yes: "Tidak",
    what: "2. Apa yang terjadi?",
    when: "4. Kapan?",
    who: "5. Siapa yang melakukannya?",
    known: "Saya melihatnya",
    check: "Lihat jawaban saya",
    files: /^Gambar atau berkas/,
    send: "Kirim laporan",
    open: "Buka kotak",
    code: "Kode balasan",
    text: "Pesan Anda",
    add: "Kirim pesan",
    sure: "Ya, tutup kotak ini",
    close: "Tutup kotak",
    closed: "Kotak sudah ditutup",
  },
  {
    prefix: "/en",
    yes: "No",
    what: "2. What happened?",
    when: "4. When?",
    who: "5. Who did it?",
    known: "I saw it",
    check: "Look at my answers",
    files: /^Pictures or files/,
    send: "Send the report",
    open: "Open the box",
    code: "Reply code",
    text: "Your message",
    add: "Send the message",
    sure: "Yes, close this box",
    close: "Close the box",
    closed: "The box is closed",
  },
];

export function boxTests(test, house) {
  for (const words of WORDS) {
    test(`somebody reports without a name, is answered and closes the box${words.prefix}`, async () => {
      const base = house().base("batam") + words.prefix;
      const told = `rumah tanpa nomor di ujung dermaga ${process.pid}${words.prefix}`;
      const added = `pindah ke gang sebelah ${process.pid}${words.prefix}`;
      const page = await newPage(house(), { width: 320, reducedMotion: "reduce" });
      const faults = [];
      const look = async (what) => {
        faults.push(...(await walkedPast(page, `${words.prefix}${what}`, false)));
        if ((await overhang(page)) > 0) faults.push(`${what} is wider than 320 px`);
      };
      const answer = await page.goto(`${base}/lapor`);
      faults.push(...(await isSound({ path: "/lapor", status: answer.status(), html: await answer.text() })));
      const entries = await page.evaluate(() => history.length);
      await look("/lapor");
      await picture(page, `lapor${words.prefix.replace("/", "-")}`);
      await pick(page, words.yes);
      await write(page, optional(words.what), told);
      await write(page, optional(words.when), "semalam");
      await write(page, optional(words.who), "Bang Rekaan");
      await pick(page, words.known);
      await press(page, "button", words.check);
      await look("check");
      await give(page, words.files, { name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 rekaan\n%%EOF") });
      await page.waitForTimeout(YOUNG_MS);
      await press(page, "button", words.send);
      assert.ok((await page.evaluate(() => history.length)) - entries <= 2, "the history grows by two at most");
      await look("code");
      await picture(page, `lapor-kode${words.prefix.replace("/", "-")}`);
      const code = (await page.innerText("p.code")).trim();
      assert.match(code, /^\d{4} \d{4} \d{4} \d{4}$/);
      assert.deepEqual(await size(page), [105, 148], "printed on A6");

      const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER", { reducedMotion: "reduce" });
      const [address] = await reportsThatSay(house(), dewi, "batam", told);
      assert.ok(address, "the report is at the desk");
      await dewi.goto(address);
      await write(dewi, /^Jawaban atau pertanyaan|^Answer or question/, `Terima kasih ${process.pid}`);
      await press(dewi, "button", /Kirim ke kotak|Send to the reporter/);
      faults.push(...(await walkedPast(dewi, "the answered report", false)));
      await picture(dewi, "laporan-kotak");

      await page.goto(`${base}/balas`);
      await look("/balas");
      await write(page, words.code, code);
      await press(page, "button", words.open);
      await look("the box");
      assert.match(await page.innerText("main"), new RegExp(`Terima kasih ${process.pid}`));
      await picture(page, `balas${words.prefix.replace("/", "-")}`);
      await write(page, words.text, added);
      await press(page, "button", words.add);
      await dewi.goto(`${house().base("batam")}/hari-ini`);
      assert.ok(await dewi.locator(`a[href*="${new URL(address).pathname}"]`).count(), "a new message stands on the day");
      await dewi.goto(address);
      assert.ok((await dewi.innerText("main")).includes(added));
      await pick(page, words.sure);
      await press(page, "button", words.close);
      assert.equal(await page.textContent("h1"), words.closed);
      await look("the closed box");
      assert.deepEqual(faults, []);
      assert.deepEqual(page.faults, []);
      assert.deepEqual(await page.context().cookies(), []);
      assert.deepEqual((await page.context().storageState()).origins, [], "nothing is in the storage");
      await page.context().close();
      await dewi.context().close();
    });
  }

  test("a report without a name takes 14 KB to begin with and 40 KB in all", async () => {
    const base = house().base("batam");
    for (const path of ["/lapor", "/en/lapor", "/balas"]) {
      const page = await newPage(house(), { script: true });
      const [first] = await visitBytes(page, base + path);
      await page.context().close();
      assert.ok(first > 0 && first <= FIRST_BYTES_MAX, `${path}: ${first} bytes`);
    }
    const page = await newPage(house());
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await page.goto(`${base}/lapor`);
    await page.fill("[name=apa]", "kapal kecil tanpa nama ".repeat(20));
    await page.fill("[name=siapa]", "Bang Rekaan");
    // Nobody writes this in less; a form that comes back sooner is shown once more.
    await page.waitForTimeout(YOUNG_MS);
    await page.click("main form button");
    do await page.click("main form button.button:not(.quiet)");
    while ((await page.locator("p.code").count()) === 0);
    assert.ok(bytes > 0 && bytes <= WHOLE_BYTES_MAX, `${bytes} bytes`);
    await page.context().close();
  });
}

/** A label, whether or not "optional" stands behind it. */
function optional(label) {
  return new RegExp(`^${label.replaceAll(/[.?]/g, "\\$&")}`);
}
