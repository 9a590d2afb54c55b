// Pictures for docs/screens, when they are wanted: small, in both widths, of pages as the story leaves them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { choose, newPage, signedIn } from "./house.js";

const FOLDER = join(import.meta.dirname, "../../docs/screens");
const SIZES = { 360: 740, 1280: 720 };

export const wanted = Boolean(process.env.SIMPUL_SCREENS);

/** What stands in the window, in both widths; from the top, or where something is. */
export async function picture(page, name, at) {
  if (!wanted) return;
  mkdirSync(FOLDER, { recursive: true });
  const before = page.viewportSize();
  for (const [width, height] of Object.entries(SIZES)) {
    await page.setViewportSize({ width: Number(width), height });
    await page.evaluate(() => window.scrollTo(0, 0));
    await at?.evaluate((node) => node.scrollIntoView({ behavior: "instant" }));
    await page.screenshot({ path: join(FOLDER, `${name}-${width}.png`), animations: "disabled" });
  }
  await page.setViewportSize(before);
}

/** Public pages and the pocketbook, in both languages. */
const OPEN = { publik: "/", "hak-topik": "/hak/surat", bantuan: "/bantuan/21.71", saku: "/saku", "saku-periksa": "/saku/periksa", "saku-lapor": "/saku/lapor" };

export async function openPictures(house) {
  if (!wanted) return;
  const page = await newPage(house, { script: true, serviceWorkers: "block" });
  for (const [name, path] of Object.entries(OPEN)) {
    for (const language of ["", "en"]) {
      const url = !language ? path : path.startsWith("/saku") ? path.replace("/saku", "/saku/en") : `/en${path}`.replace(/\/$/, "");
      await page.goto(house.base("batam") + url, { waitUntil: "networkidle" });
      await picture(page, language ? `${name}-${language}` : name);
    }
  }
  await page.goto(`${house.base("batam")}/masuk`, { waitUntil: "networkidle" });
  await picture(page, "masuk");
  await page.context().close();
}

/** Desks as the story leaves them: node, role, name of the picture, page; and what of the first link of its list is opened, or how its address is made another's. */
const DESKS = [
  ["batam", "TASKFORCE_COORDINATOR", "hari-ini-koordinator", "/hari-ini"],
  ["lotim", "CASE_MANAGER", "hari-ini", "/hari-ini"],
  ["batam", "CASE_MANAGER", "kasus-daftar", "/kasus"],
  ["batam", "CASE_MANAGER", "kasus-saringan", "/kasus/saringan"],
  ["batam", "CASE_MANAGER", "kalender", "/akun/kalender"],
  ["batam", "CASE_MANAGER", "rujukan-daftar", "/rujukan"],
  ["lbh-bahari", "COUNSEL", "perkara-daftar", "/perkara"],
  ["lbh-bahari", "COUNSEL", "perkara", "/kasus", "/perkara"],
  ["lbh-bahari", "COUNSEL", "perkara-sidang", "/kasus", "/perkara/sidang/1"],
  ["lbh-bahari", "COUNSEL", "restitusi", "/kasus", "/restitusi"],
  ["lbh-bahari", "COUNSEL", "restitusi-cetak", "/kasus", "/restitusi/cetak"],
  ["batam", "ANALYST", "perekrut-daftar", "/perekrut"],
  ["batam", "ANALYST", "perekrut", "/perekrut", ""],
  ["batam", "ANALYST", "jaringan", "/perekrut", (href) => href.replace("/perekrut/", "/jaringan/")],
  ["kupang", "ANALYST", "peringatan-daftar", "/peringatan"],
  ["kupang", "ANALYST", "peringatan", "/peringatan", ""],
  ["batam", "TASKFORCE_COORDINATOR", "koridor", "/koridor"],
  ["batam", "TASKFORCE_COORDINATOR", "wawasan", "/wawasan"],
  ["batam", "TASKFORCE_COORDINATOR", "mou", "/mou/daftar", ""],
  ["batam", "TASKFORCE_COORDINATOR", "simpul", "/simpul"],
  ["batam", "TASKFORCE_COORDINATOR", "kunci", "/simpul/kunci"],
  ["batam", "TASKFORCE_COORDINATOR", "hilang", "/simpul/hilang"],
  ["batam", "TASKFORCE_COORDINATOR", "pelindungan", "/pelindungan"],
  ["lotim", "CASE_MANAGER", "hak", "/kasus", "/hak"],
  ["lotim", "CASE_MANAGER", "penghapusan", "/kasus", "/penghapusan"],
  ["batam", "AUDITOR", "jurnal", "/jurnal"],
  ["batam", "TASKFORCE_COORDINATOR", "konferensi", "/konferensi"],
  ["batam", "TASKFORCE_COORDINATOR", "triwulan", "/wawasan/triwulan"],
  ["lotim", "CASE_MANAGER", "catatan", "/kasus", "/catatan"],
  ["lotim", "CASE_MANAGER", "akses", "/kasus", "/akses"],
  ["lotim", "CASE_MANAGER", "petugas", "/kasus", "/petugas"],
  ["lotim", "CASE_MANAGER", "darurat", "/kasus", "/darurat"],
  ["batam", "CASE_MANAGER", "bantuan-hukum", "/kasus?keadaan=given", "/bantuan-hukum"],
  ["lbh-bahari", "COUNSEL", "lembaga", "/lembaga"],
  ["batam", "CASE_MANAGER", "direktori", "/direktori"],
  ["batam", "TASKFORCE_COORDINATOR", "direktori-milik", "/direktori/milik"],
];

export async function staffPictures(house) {
  if (!wanted) return;
  await searchPicture(house);
  await documentPicture(house);
  for (const [node, role, name, path, opens] of DESKS) {
    const page = await signedIn(house, node, role);
    await page.goto(house.base(node) + path);
    if (opens !== undefined) {
      const href = await page.locator("main tbody a").first().evaluate((link) => link.href);
      await page.goto(typeof opens === "function" ? opens(href) : href + opens);
    }
    await picture(page, name);
    await page.context().close();
  }
}

/** Papers of a case, added as an officer does. */
const PAPERS = [
  ["contract", "Kontrak dari agen", "%PDF-1.7 kontrak"],
  ["medical", "", "%PDF-1.7 visum"],
  ["photo", "Kamar tempat ia dikunci", "\xff\xd8\xff kamar"],
];

export async function documentPicture(house) {
  const page = await signedIn(house, "lotim", "CASE_MANAGER");
  await page.goto(`${house.base("lotim")}/kasus`);
  await page.goto(`${await page.locator("main tbody a").first().evaluate((link) => link.href)}/berkas`);
  for (const [kind, title, words] of PAPERS) {
    await page.setInputFiles("[name=berkas]", { name: "berkas", mimeType: "application/octet-stream", buffer: Buffer.from(words, "latin1") });
    await choose(page, "jenis", kind);
    await page.fill("[name=judul]", title);
    await page.click("main form:has([name=berkas]) button");
  }
  await picture(page, "kasus-berkas");
  await page.context().close();
}

/** What a search found: the alias of a case, looked for as an officer does. */
async function searchPicture(house) {
  const page = await signedIn(house, "batam", "CASE_MANAGER");
  await page.goto(`${house.base("batam")}/kasus?keadaan=given`);
  await page.fill("[name=cari]", await page.locator("main tbody a").first().innerText());
  await page.click("main form button");
  await picture(page, "kasus-cari");
  await page.context().close();
}
