// Journeys from a phone over several desks and nodes: from a sealed report to counsel and the way home. The desks without
// script, but for passkeys.
import assert from "node:assert/strict";
import { aidTests } from "./aid.js";
import { choose, newPage, oneTimeCode, reportsThatSay, signedIn, signIn } from "./house.js";
import * as keys from "./keyboard.js";
import { ANSWERS, answer, lies, offlinePhone, sealReport } from "./phone.js";
import { barriers, walkedPast } from "./rules.js";
import { picture } from "./screens.js";

/** How long a message may take over a link that is up. */
const ARRIVE_MS = 60_000;
/** Made up, rare, and of this run alone: finding one of them on the phone is proof. */
const TOLD = `Paspor ditahan di gudang kakaktua-${process.pid}.`;
const SAFE_WAY = "lewat warung Sumiyatun, sore";
const WORDS = [TOLD, "kakaktua", SAFE_WAY, "Sumiyatun"];
/** Made up and rare. */
const SHELTER = "Rumah Aman Cendana Jalan Beringin 9914";
const FIELDS = {
  "contact.safe_way": "lewat bibi Sumiyatun, sore",
  "profile.language": "Sasak",
  "needs.legal": "upah 14 bulan belum dibayar",
  "needs.return": "ingin pulang ke anaknya",
  "legal.problem": "upah dan ganti rugi",
  "placement.route": "Lombok Timur, Batam, Johor",
  "shelter.location": SHELTER,
};
const SHARED = ["contact", "profile", "needs", "chronology", "legal", "placement", "status", "shelter"];

export function journeyTests(test, house) {
  let caseOfHers;

  test("offline a ferry officer screens and seals; the report waits, goes when the link returns, and is answered", async () => {
    const page = await offlinePhone(house());
    await page.click('a[href="/saku/periksa"]');
    await answer(page, ANSWERS);
    const result = await page.innerText("main");
    assert.ok(!/bukan korban|\d ?%/i.test(result), "never a score, never 'no victim'");
    assert.match(result, /Langkah berikut/);
    await page.getByRole("heading", { name: "Dekat Kota Batam" }).waitFor();
    const near = (await page.evaluate(async () => (await fetch("/saku/paket/isi/kontak.json")).json())).id[1];
    const words = (html) => html.replace(/<[^>]*>/g, " ").replace(/&[^;]+;/g, " ").replace(/\s+/g, " ").trim();
    const wanted = words(/data-dekat>([^]*?)<\/div>/.exec(near)[1]);
    const shown = words(await page.innerHTML("main"));
    assert.ok(wanted.length > 20 && shown.includes(wanted), `whom to call near here, as the pack has it: ${wanted} | ${shown}`);
    await picture(page, "saku-hasil");
    await page.getByRole("button", { name: "Tulis laporan" }).click();
    await page.fill("[name=teks]", TOLD);
    await page.fill("[name=kontak]", SAFE_WAY);
    await choose(page, "setuju.C2", "agreed");
    await sealReport(page);
    const state = page.locator("main [role=status] .tag");
    await state.filter({ hasText: "menunggu sinyal" }).waitFor();
    await picture(page, "saku-menunggu");
    const reference = await page.locator("main .code").innerText();
    assert.deepEqual(await lies(page, WORDS), [], "nothing of the report lies on the phone in clear");
    await page.context().setOffline(false);
    await state.filter({ hasText: /^\W*sudah tiba$/ }).waitFor();
    await page.goto(`${house().base("batam")}/saku/kotak`);
    await page.locator("main li", { hasText: reference }).filter({ hasText: "sudah tiba" }).waitFor();
    assert.deepEqual(await lies(page, WORDS), []);
    await page.context().close();

    const desk = await signedIn(house(), "batam", "INTAKE_OFFICER");
    const reports = await reportsThatSay(house(), desk, "batam", TOLD);
    assert.equal(reports.length, 1, "the officer reads it, once");
    await desk.goto(reports[0]);
    assert.match(await desk.innerText("h1"), new RegExp(reference), "by the number that stands on the phone");
    await desk.context().close();
  });

  test("a report becomes a case with a manager, consents and what she told, and shows no identity", async () => {
    const base = house().base("batam");
    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER");
    await dewi.goto(`${base}/laporan`);
    await picture(dewi, "laporan");
    const [report] = await reportsThatSay(house(), dewi, "batam", TOLD);
    assert.ok(report, "the report of the ferry officer is here");
    await dewi.goto(report);
    await picture(dewi, "laporan-satu");
    await dewi.selectOption("[name=ditemukan]", "21.71");
    await dewi.selectOption("[name=asal]", "52.03");
    await choose(dewi, "peran", "victim");
    await submit(dewi, "/kasus");
    await dewi.waitForURL(/\/kasus\/case_/);
    caseOfHers = dewi.url();

    const hasan = await signedIn(house(), "batam", "TASKFORCE_COORDINATOR");
    await hasan.goto(`${caseOfHers}/penugasan`);
    await pick(hasan, "manajer", "Sari");
    await pick(hasan, "pendamping", "Joko");
    await submit(hasan, "/penugasan");

    const sari = await signedIn(house(), "batam", "CASE_MANAGER");
    for (const kode of ["C1", "C2"]) await consent(sari, caseOfHers, { kode });
    await consent(sari, caseOfHers, { kode: "C4", tujuan: "legal_aid", penerima: "lbh-bahari" }, SHARED);
    await consent(sari, caseOfHers, { kode: "C4", tujuan: "return", penerima: "lotim" }, SHARED);
    await picture(sari, "persetujuan");
    await sari.goto(`${caseOfHers}/isian`);
    for (const [name, words] of Object.entries(FIELDS)) await sari.fill(`[name="${name}"]`, words);
    await submit(sari, "/isian");
    await sari.goto(caseOfHers);
    const shown = await sari.innerText("main");
    assert.match(shown, /^\S*\s*Kasus\s+[A-Z][a-z]+-\d+/, "an alias stands for her");
    assert.ok(!shown.includes(FIELDS["contact.safe_way"]) && !shown.includes(SHELTER));
    assert.match(shown, /Langkah berikut/);
    await picture(sari, "kasus");
    await sari.goto(await sari.locator("ul.tasks a").first().evaluate((link) => link.href));
    await picture(sari, "langkah");
    for (const page of [dewi, hasan, sari]) await page.context().close();
  });

  test("a referral shows each field with its clause or refusal before it is sent, and counsel sees no more", async () => {
    const sari = await signedIn(house(), "batam", "CASE_MANAGER");
    await offer(sari, caseOfHers, "rujuk", "LBH Bahari", "legal_aid");
    const preview = await sari.innerText("main");
    assert.match(preview, /batam-bantuan-hukum-lbh-bahari\/1#4\.2/, "what leaves names its clause");
    assert.match(preview, /floor\.shelter/, "what stays says why");
    assert.ok(!(await leaving(sari)).includes(SHELTER), "the place of the shelter does not leave");
    assert.ok(!(await leaving(sari)).includes(FIELDS["contact.safe_way"]), "who she is stays closed, also to the sender");
    await picture(sari, "rujuk-pratinjau");
    const sent = await send(sari, "/rujuk");
    await picture(sari, "rujukan-pengirim");

    const ratih = await signedIn(house(), "lbh-bahari", "COUNSEL");
    await arrives(ratih, house().base("lbh-bahari") + sent, "upah dan ganti rugi");
    const offered = await ratih.innerText("main");
    assert.match(offered, /4\.2/);
    assert.ok(!offered.includes(FIELDS["contact.safe_way"]), "before acceptance only the preview");
    await picture(ratih, "rujukan-penerima");
    await submit(ratih, "/kesanggupan");
    await arrives(ratih, ratih.url(), "contact.safe_way");
    assert.ok(!(await ratih.innerText("main")).includes(FIELDS["contact.safe_way"]), "closed until it is asked for");
    await picture(ratih, "rujukan-tertutup", ratih.locator("section.wide"));
    await reveal(house(), ratih, ["lbh-bahari", "COUNSEL"]);
    assert.ok((await ratih.innerText("main")).includes(FIELDS["contact.safe_way"]));
    await picture(ratih, "rujukan-terbuka", ratih.locator("section.wide"));
    assert.ok(!(await ratih.innerText("main")).includes(SHELTER));
    await sari.context().close();
    await ratih.context().close();
  });

  aidTests(test, house, () => caseOfHers);

  test("a handover is previewed at home before it is taken, and until then the case stays where it is", async () => {
    const sari = await signedIn(house(), "batam", "CASE_MANAGER");
    await offer(sari, caseOfHers, "serah", "Lombok Timur", "return");
    assert.match(await sari.innerText("main"), /floor\.shelter/);
    const sent = await send(sari, "/serah");

    const home = await signedIn(house(), "lotim", "CASE_MANAGER");
    await arrives(home, house().base("lotim") + sent, "ingin pulang");
    assert.equal(await home.locator('form[action$="/kesanggupan"] button').count(), 1);
    assert.ok(!(await home.innerText("main")).includes(SHELTER));
    await picture(home, "serah-penerima");
    await sari.goto(caseOfHers);
    assert.equal(await sari.locator('a[href$="/rujuk"]').count(), 1, "until acceptance Batam works on");
    await sari.context().close();
    await home.context().close();
  });

  test("counsel without a node comes by a link and a code, makes a passkey, and sees her matter until it is ended", async () => {
    const sari = await signedIn(house(), "batam", "CASE_MANAGER");
    await picture(await invites(house(), sari, caseOfHers), "tamu-tautan");
    const faults = await walkedPast(sari, "link", false);
    const link = await sari.locator("main .print").innerText();
    const code = await sari.locator("main dd strong").innerText();
    const ayu = await newPage(house(), { script: true, reducedMotion: "reduce" });
    await withAuthenticator(ayu);
    await ayu.goto(link);
    await picture(ayu, "tamu-pintu");
    faults.push(...(await barriers(ayu, "door")));
    const wrong = "000000" === code ? "000001" : "000000";
    await refusedInEnglish(house(), link, wrong);
    const makesKey = async (typed, key = "Tab") => {
      await keys.tabTo(ayu, ayu.getByLabel("Kode", { exact: true }), { key });
      await ayu.keyboard.press("Control+A");
      await ayu.keyboard.type(typed);
      await keys.tabTo(ayu, ayu.getByRole("button", { name: "Buat kunci sandi" }));
      await ayu.keyboard.press("Enter");
    };
    await makesKey(wrong);
    await ayu.locator("[data-kunci-keadaan]", { hasText: "Kode tidak cocok" }).waitFor();
    await makesKey(code, "Shift+Tab");
    await ayu.waitForURL("**/kasus");
    ayu.faults.splice(0);
    assert.equal(await ayu.locator("main tbody a").count(), 1, "hers, and no other");
    await ayu.click("main tbody a");
    const before = await ayu.innerText("main");
    assert.ok(before.includes(FIELDS["legal.problem"]) && !before.includes(FIELDS["contact.safe_way"]));
    await picture(ayu, "tamu-benturan");
    faults.push(...(await barriers(ayu, "question")));
    await keys.pick(ayu, "Saya dan lembaga saya tidak memiliki benturan kepentingan dalam perkara ini");
    await keys.press(ayu, "button", "Nyatakan dan buka perkara");
    await ayu.context().addCookies([{ name: "bahasa", value: "en", url: house().base("batam") }]);
    await ayu.reload();
    await keys.write(ayu, "Why do you need to see it?", "surat kuasa");
    await keys.press(ayu, "button", "Show identity");
    const shown = await ayu.innerText("main");
    assert.ok(shown.includes(FIELDS["contact.safe_way"]) && !shown.includes(SHELTER));
    await picture(ayu, "tamu-perkara");
    faults.push(...(await barriers(ayu, "matter")));
    assert.deepEqual(faults, []);
    await ayu.click('form[action="/keluar"] button');
    await ayu.click("button[data-kunci=masuk]");
    await ayu.waitForURL("**/kasus");
    const late = await newPage(house());
    assert.equal((await late.goto(link)).status(), 404, "a link is good once");
    await late.context().close();
    await sari.goto(`${caseOfHers}/tamu`);
    await picture(sari, "tamu");
    await sari.click('form[action$="/akhir"] button[value=akhir]');
    await sari.waitForLoadState();
    await ayu.goto(caseOfHers);
    assert.match(ayu.url(), /\/masuk/, "over at once, her session too");
    assert.deepEqual(ayu.faults, []);
    for (const page of [sari, ayu]) await page.context().close();
  });

  test("a first log-in by password and code leads to a passkey, and the passkey lets in without a name", async () => {
    const page = await newPage(house(), { script: true, width: 1280 });
    await withAuthenticator(page);
    const base = house().base("jakarta");
    await signIn(house(), page, "jakarta", "INTAKE_OFFICER");
    await page.goto(`${base}/akun`);
    const own = page.locator("h2", { hasText: /kunci sandi/i }).locator("xpath=following-sibling::ul[1]/li");
    assert.equal(await own.count(), 0);
    await page.click("button[data-kunci=daftar]");
    await own.first().waitFor();
    await page.click('form[action="/keluar"] button');
    await page.goto(`${base}/masuk`);
    await page.click("button[data-kunci=masuk]");
    await page.waitForURL("**/hari-ini");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

/** The door in English, without script and by keyboard: a wrong code is said in words and uses nothing up. */
async function refusedInEnglish(house, link, wrong) {
  const page = await newPage(house, { reducedMotion: "reduce" });
  await page.goto(link.replace("/l/", "/en/l/"));
  await keys.write(page, "Code", wrong);
  await keys.press(page, "button", "Give me a password");
  assert.match(await page.locator(".faults").innerText(), /The code does not fit/);
  assert.deepEqual(await walkedPast(page, "door, wrong code", false), []);
  await page.context().close();
}

/** A device that keeps passkeys and knows its owner. */
async function withAuthenticator(page) {
  const devices = await page.context().newCDPSession(page);
  await devices.send("WebAuthn.enable");
  await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Lets counsel of LBH Bahari in; presence is proved again where the log-in was a while ago. */
async function invites(house, page, address) {
  for (const proved of [false, true]) {
    await page.goto(`${address}/tamu`);
    await pick(page, "lembaga", "LBH Bahari");
    await page.fill("[name=nama]", "Ayu Tanpasimpul");
    await submit(page, "/tamu");
    if (!page.url().includes("/konfirmasi")) return page;
    assert.ok(!proved, "proved just now");
    const person = house.person("batam", "CASE_MANAGER");
    await page.fill("[name=sandi]", person.password);
    await page.fill("[name=totp]", oneTimeCode(house, person));
    await submit(page, "/konfirmasi");
  }
}

/** Presses the button of the form that leads there. */
async function submit(page, action) {
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  await page.locator(`form[action$="${action}"] button`).first().click();
  const status = (await answered).status();
  assert.ok(status < 400, `${action}: ${status}: ${await page.locator(".faults").allInnerTexts()}`);
  await page.waitForLoadState();
}

/** Has the identity shown on the page of an offer; presence is proved again where the log-in was a while ago. */
async function reveal(house, page, [node, role]) {
  const offer = page.url();
  await submit(page, "/identitas");
  if (!page.url().includes("/konfirmasi")) return;
  const person = house.person(node, role);
  await page.fill("[name=sandi]", person.password);
  await page.fill("[name=totp]", oneTimeCode(house, person));
  await submit(page, "/konfirmasi");
  await page.goto(offer);
  await submit(page, "/identitas");
}

/** Picks somebody or something by the words a person reads, in a select or among buttons. */
async function pick(page, name, words) {
  const select = page.locator(`select[name="${name}"]`);
  if (await select.count()) {
    const option = select.locator("option", { hasText: words });
    return select.selectOption(await option.first().getAttribute("value"));
  }
  return page.locator(`.pick:has(input[name="${name}"]) label`, { hasText: words }).first().click();
}

async function consent(page, address, named, categories = []) {
  await page.goto(`${address}/persetujuan`);
  for (const [name, value] of Object.entries(named)) await page.selectOption(`[name="${name}"]`, value);
  for (const category of categories) await choose(page, "kategori", category);
  await choose(page, "oleh", "person");
  await choose(page, "cara", "written");
  await page.fill("[name=bahasa]", "id");
  await page.fill("[name=sampai]", "2036-01-01");
  await submit(page, "/persetujuan");
}

/** Chooses receiver and purpose, and shows the preview. */
async function offer(page, address, kind, receiver, purpose) {
  await page.goto(`${address}/${kind}`);
  await pick(page, "penerima", receiver);
  await choose(page, "tujuan", purpose);
  await submit(page, "/pratinjau");
}

/** What the first table of a preview says. */
function leaving(page) {
  return page.locator("table:not(.refused)").first().innerText();
}

/** Sends what a preview shows; gives the address of the offer, which is the same at both nodes. */
async function send(page, action) {
  await submit(page, action);
  await page.waitForURL(/\/rujukan\/ref_/);
  return new URL(page.url()).pathname;
}

/** Opens a page again until words stand on it, as somebody does who waits for a message. */
async function arrives(page, url, words) {
  const until = Date.now() + ARRIVE_MS;
  for (;;) {
    await page.goto(url);
    if ((await page.innerText("main")).includes(words)) return;
    assert.ok(Date.now() < until, `${words} does not arrive at ${url}`);
  }
}
