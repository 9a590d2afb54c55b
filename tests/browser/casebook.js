// The casebook from a report to a closed calendar link, by three officers who have a keyboard and nothing else; once with
// script and once without it.
import assert from "node:assert/strict";
import { newPage, oneTimeCode } from "./house.js";
import { give, pick, press, select, tabTo, write, writeDay } from "./keyboard.js";
import { isSound, overhang, walkedPast } from "./rules.js";

/** Nodes that no other test writes to: their officers sign in by hand here. */
const WALKS = [
  { node: "kupang", script: true, width: 1280 },
  { node: "indramayu", script: false, width: 360 },
];
/** Made up, and of this run alone. */
const REASON = "menghubungi keluarganya hari ini";
/** One dot, blue. */
const PICTURE = {
  name: "pintu.png",
  mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC", "base64"),
};
const ALIAS = /^[A-Z][a-z]+-\d+$/;
const TOLD = `Gaji ditahan di kapal kenanga-${process.pid}.`;

export function casebookTests(test, house) {
  for (const walk of WALKS) {
    test(`the casebook is walked by keyboard alone, ${walk.script ? "with" : "without"} script`, async () => {
      const number = await reported(house(), walk.node);
      const alias = await asOfficer(house(), walk, "INTAKE_OFFICER", (dewi) => opensCase(dewi, number));
      await asOfficer(house(), walk, "TASKFORCE_COORDINATOR", (hasan) => assigns(hasan, alias));
      await asOfficer(house(), walk, "CASE_MANAGER", (sari) => worksOn(sari, alias));
      await asOfficer(house(), walk, "TASKFORCE_COORDINATOR", (hasan) => decides(hasan, alias));
    });
  }
}

/** A responder sends a report, without script. */
async function reported(house, node) {
  const phone = await newPage(house);
  await phone.goto(`${house.base(node)}/saku/lapor`);
  await phone.fill("[name=teks]", TOLD);
  await phone.locator("form[data-saku=lapor] button.button").last().click();
  const number = await phone.innerText(".slip .code");
  await phone.context().close();
  return number;
}

/** An officer comes in by the log-in page, works, and signs out; every page that she meets keeps the rules. */
async function asOfficer(house, { node, script, width }, role, work) {
  const page = await newPage(house, { script, width, reducedMotion: "reduce" });
  const person = house.person(node, role);
  const officer = { page, script, seen: new Set(), faults: [], last: lastDocument(page) };
  await page.goto(`${house.base(node)}/masuk`);
  await meets(officer, "Masuk untuk petugas");
  await write(page, "Nama pengguna", person.name);
  await write(page, "Kata sandi", person.password);
  await write(page, "Kode 6 angka", oneTimeCode(house, person));
  await press(page, "button", "Masuk");
  await meets(officer, "Hari ini");
  const done = await work(officer);
  await press(page, "button", "Keluar");
  await meets(officer, "Masuk untuk petugas");
  assert.deepEqual(officer.faults, []);
  // That a form came back is no fault of the page.
  assert.deepEqual(page.faults.filter((fault) => !fault.includes("status of 422")), [], "nothing in the console, nobody else asked");
  await page.context().close();
  return done;
}

/** Waits for the page that came, and looks at its HTML, axe and width; at one of the same parts not again. */
async function meets({ page, script, seen, faults, last }, heading) {
  const said = await page.locator("h1").innerText();
  assert.ok(heading === said || (heading instanceof RegExp && heading.test(said)), `${heading} is ${said}`);
  const path = new URL(page.url()).pathname;
  const answer = last();
  const parts = await page.locator("main").evaluate(partsOf);
  const kind = [answer.request().method(), path.replace(/_[^/]+/g, ""), parts].join(" ");
  if (seen.has(kind)) return;
  seen.add(kind);
  faults.push(...(await isSound({ path, status: 200, html: await answer.text() })));
  faults.push(...(await walkedPast(page, path, script)));
  const over = await overhang(page);
  if (over > 0) faults.push(`${path} is ${over} px wider than 320 px`);
}

/** Runs in the page: of what elements its content is made, and how many forms it holds. */
function partsOf(main) {
  const names = new Set([...main.querySelectorAll("*")].map((one) => one.tagName));
  return `${document.forms.length} ${[...names].sort()}`;
}

/** Keeps hold of the document that came last. */
function lastDocument(page) {
  let last;
  page.on("response", (answer) => {
    const isPage = answer.request().isNavigationRequest() && answer.frame() === page.mainFrame();
    if (isPage && (answer.status() < 300 || answer.status() >= 400)) last = answer;
  });
  return () => last;
}

/** From the top of a page to its content, past what each page has. */
async function skips(page) {
  await tabTo(page, page.locator("a.skip"), { most: 1 });
  await page.keyboard.press("Enter");
}

/** The intake officer finds the report in her day, opens a case, and does the first step of it. */
async function opensCase(dewi, number) {
  const { page } = dewi;
  await skips(page);
  await press(page, "link", `Laporan ${number}`);
  await meets(dewi, `Laporan ${number}`);
  await skips(page);
  await select(page, "Asal", "52.03");
  await press(page, "button", "Buka kasus");
  await meets(dewi, ALIAS);
  const alias = await page.locator("h1").innerText();
  await toPart(dewi, /^IN-2 /);
  await write(page, "Jawaban triase", "S1-S4: tidak");
  await press(page, "button", "Periksa jawaban");
  await meets(dewi, "Periksa jawaban");
  assert.match(await page.innerText("main"), /S1-S4: tidak/);
  await skips(page);
  await press(page, "button", "Tandai selesai");
  await meets(dewi, alias);
  return alias;
}

/** The coordinator finds the case in the list and gives it to its manager. */
async function assigns(hasan, alias) {
  const { page } = hasan;
  await press(page, "link", "Kasus");
  await meets(hasan, "Kasus");
  await toPart(hasan, alias);
  await press(page, "link", "Penugasan");
  await meets(hasan, "Penugasan");
  await skips(page);
  await select(page, "Manajer kasus", "Sari");
  await press(page, "button", "Penugasan");
  await meets(hasan, alias);
}

/** The manager: a step, what was told, consent and check before sending, notes, who she is, papers, looking for it again. */
async function worksOn(sari, alias) {
  for (const work of [doesStep, tells, shares, notes, opensIdentity, addsPaper, finds, takesCalendar, seesLooks]) await work(sari, alias);
}

/** From her day to a step, which she takes and fills in; what she wrote stands there afterwards. */
async function doesStep(sari, alias) {
  const { page } = sari;
  await toPart(sari, new RegExp(`^${alias}: IN-3 `), /^IN-3 /);
  await press(page, "button", "Saya kerjakan");
  await meets(sari, /^IN-3 /);
  await skips(page);
  await pick(page, "Kuning");
  await select(page, "Daerah yang berwenang", "53.01");
  await write(page, /^Alasan/, "upah ditahan");
  await press(page, "button", "Periksa jawaban");
  await meets(sari, "Periksa jawaban");
  assert.match(await page.innerText("main"), /Kuning[\s\S]*53\.01 [\s\S]*upah ditahan/);
  await changes(sari, /^Ubah: Alasan/, "F-01.reason", "upahnya ditahan");
  await skips(page);
  await press(page, "button", "Tandai selesai");
  await meets(sari, alias);
  await toPart(sari, /^IN-3 /);
  assert.match(await page.innerText("main"), /upahnya ditahan/);
  await press(page, "link", alias);
  await meets(sari, alias);
}

/** From the answers back to one of them: what was answered stands there, and the focus is on its field. */
async function changes(officer, button, field, words) {
  const { page } = officer;
  await skips(page);
  await press(page, "button", button);
  await meets(officer, /^IN-3 /);
  assert.ok(await page.getByLabel("Kuning").isChecked(), "the other answers stand");
  assert.equal(await page.locator(":focus").getAttribute("name"), field, "the focus is where one wanted to go");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(words);
  await press(page, "button", "Periksa jawaban");
  await meets(officer, "Periksa jawaban");
  assert.match(await page.innerText("main"), new RegExp(words));
}

/** What was told goes into the fields of the case; that it is stuck calls a conference. */
async function tells(sari, alias) {
  const { page } = sari;
  await toPart(sari, "Isian kasus");
  await follow(page, "Kebutuhan");
  await write(page, /^Perlu pemulangan/, "ingin pulang ke anaknya");
  await pick(page, "Kasus macet");
  await press(page, "button", "Simpan");
  await meets(sari, alias);
}

/** A consent for one purpose and receiver, the check of each field before anything is sent, and the consent taken back. */
async function shares(sari, alias) {
  const { page } = sari;
  await toPart(sari, "Catat atau tarik persetujuan", "Persetujuan");
  await select(page, "Jenis persetujuan", "C4");
  await select(page, "Kepada siapa", "Gugus Tugas PP-TPPO Kota Batam");
  await select(page, "Untuk tujuan", "pemulangan");
  await pick(page, "Kebutuhan");
  await pick(page, "Wali");
  await pick(page, "Anak ini juga setuju");
  await writeDay(page, "Berlaku sampai", { day: "01", month: "01", year: "2036" });
  await press(page, "button", "Catat persetujuan");
  await meets(sari, "Persetujuan");
  await toPart(sari, alias);
  await press(page, "link", "Rujuk");
  await meets(sari, "Rujuk");
  await skips(page);
  await pick(page, /^Gugus Tugas PP-TPPO Kota Batam/);
  await pick(page, "pemulangan");
  await press(page, "button", "Lihat apa yang akan dikirim");
  await meets(sari, "Yang akan dikirim ke Gugus Tugas PP-TPPO Kota Batam");
  assert.match(await page.innerText("main"), /Perlu pemulangan/);
  await skips(page);
  await press(page, "link", "Jangan kirim");
  await meets(sari, alias);
  await toPart(sari, "Catat atau tarik persetujuan", "Persetujuan");
  await press(page, "button", /^Tarik: C4 /);
  await meets(sari, "Persetujuan");
  assert.match(await page.innerText("main"), /Ditarik/);
  await toPart(sari, alias);
}

/** A form that comes back leads to what it lacks: the focus is on what is wrong, and its link on the field. */
async function notes(sari, alias) {
  const { page } = sari;
  await press(page, "link", "Catatan");
  await meets(sari, "Catatan");
  await skips(page);
  await press(page, "button", "Simpan catatan");
  await meets(sari, "Catatan");
  const wrong = page.getByRole("alert");
  assert.ok(await wrong.evaluate((box) => box === document.activeElement), "the focus is on what is wrong");
  await follow(page, /wajib/);
  assert.ok(await page.getByLabel("Isi catatan").evaluate((field) => field === document.activeElement));
  await page.keyboard.type("Kakaknya menelepon, ia menunggu di rumah.");
  await press(page, "button", "Simpan catatan");
  await meets(sari, "Catatan");
  assert.match(await page.innerText("main"), /Kakaknya menelepon/);
  await toPart(sari, alias);
}

/** Who she is stands behind a warning and a reason. */
async function opensIdentity(sari, alias) {
  const { page } = sari;
  await press(page, "link", "Tampilkan identitas (dicatat)");
  await meets(sari, "Identitas");
  assert.match(await page.innerText("main .note"), /dipidana 3 sampai 7 tahun/);
  await skips(page);
  await write(page, "Mengapa Anda perlu melihatnya?", REASON);
  await press(page, "button", "Tampilkan identitas (dicatat)");
  await meets(sari, "Identitas");
  await skips(page);
  await write(page, /^Nama/, "Wahyuni rekaan");
  await press(page, "button", "Simpan");
  await meets(sari, alias);
}

/** A picture is sealed, and shown without what a camera writes beside it. */
async function addsPaper(sari, alias) {
  const { page } = sari;
  await toPart(sari, "Berkas");
  await give(page, "Berkas dari perangkat ini", PICTURE);
  await pick(page, "Foto tanpa wajahnya");
  await write(page, /^Judul/, "Pintu yang dikunci");
  await press(page, "button", "Segel dan simpan");
  await meets(sari, "Berkas");
  const name = "Foto tanpa wajahnya: Pintu yang dikunci";
  await toPart(sari, name);
  await press(page, "button", "Lihat");
  await meets(sari, name);
  await toPart(sari, name);
  await press(page, "link", "Berkas");
  await meets(sari, "Berkas");
  await toPart(sari, alias);
}

/** The case is found again by a word, and by a filter under a name of her own. */
async function finds(sari, alias) {
  const { page } = sari;
  await press(page, "link", "Kasus", { key: "Shift+Tab" });
  await meets(sari, "Kasus");
  await skips(page);
  await write(page, /^Samaran, nama, nomor/, alias);
  await press(page, "button", "Cari");
  await meets(sari, "Kasus");
  await skips(page);
  await press(page, "link", alias);
  await meets(sari, alias);
  await press(page, "link", "Kasus");
  await meets(sari, "Kasus");
  await toPart(sari, "Saringan saya");
  await write(page, /^Nama/, "Punya saya");
  await pick(page, "Milik saya");
  await press(page, "button", "Simpan");
  await meets(sari, "Kasus");
  await toPart(sari, "Punya saya", "Kasus");
  await press(page, "link", alias);
  await meets(sari, alias);
}

/** The link for her own calendar, made and ended. */
async function takesCalendar(sari) {
  const { page } = sari;
  await press(page, "link", /^Sari/);
  await meets(sari, "Akun saya");
  await toPart(sari, "Tenggat saya dalam kalender di ponsel atau komputer", "Kalender tenggat");
  await press(page, "button", "Buat tautan");
  await meets(sari, "Kalender tenggat");
  assert.match(await page.innerText("main"), /\/kalender\/[0-9a-f]{64}\.ics/);
  await skips(page);
  await press(page, "button", "Akhiri tautan");
  await meets(sari, "Kalender tenggat");
}

/** Who looked, and why, stands with the case. */
async function seesLooks(sari, alias) {
  const { page } = sari;
  await press(page, "link", "Kasus");
  await meets(sari, "Kasus");
  await toPart(sari, alias);
  await press(page, "link", /catatan akses$/);
  await meets(sari, "Siapa yang melihat");
  assert.match(await page.innerText("main"), new RegExp(REASON));
}

/** The conference decides by alias alone; its decision becomes a step that somebody holds. */
async function decides(hasan, alias) {
  const { page } = hasan;
  await press(page, "link", "Konferensi");
  await meets(hasan, "Konferensi");
  await toPart(hasan, alias, "Konferensi kasus");
  await write(page, "Apa yang diputuskan", "Sari menelepon keluarganya");
  await press(page, "button", "Catat putusan");
  await meets(hasan, "Konferensi kasus");
  assert.match(await page.innerText("main"), /Sari menelepon keluarganya/);
}

/** From the top of a page past what each page has, to one of its parts. */
async function toPart(officer, link, heading = link) {
  await skips(officer.page);
  await press(officer.page, "link", link);
  await meets(officer, heading);
  await skips(officer.page);
}

/** Follows a link to another place of the same page. */
async function follow(page, name) {
  await tabTo(page, page.getByRole("link", { name }));
  await page.keyboard.press("Enter");
}
