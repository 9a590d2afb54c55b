// The intake officer: files of sealed reports, slips, reports brought as files, what may be the same person. The phone's part
// runs with script, the desk's without.
import assert from "node:assert/strict";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { choose, newPage, signedIn } from "./house.js";
import { keepRules } from "./rules.js";
import { picture } from "./screens.js";

const CHUNK = 16_384;
/** Made up, and of this run alone. */
const WORDS = `rumah bercat hijau dekat dermaga nomor ${process.pid}`;
const PHONE = `0812 77${String(process.pid).padStart(6, "0").slice(-6)}`;
/** What a camera wrote beside a photo. */
const CAMERA = "Exif Ratna -8.6500 116.3200";

export function intakeTests(test, house) {
  let address;
  let number;

  test("a photo that came in sealed pieces is shown without what the camera wrote, and a recording is given out", async () => {
    const base = house().base("batam");
    const phone = await newPage(house(), { script: true, serviceWorkers: "block" });
    await phone.goto(`${base}/saku/lapor`);
    const photo = await photograph(phone);
    const files = [sealedFile(photo), sealedFile(Buffer.concat([Buffer.from("ID3\x04"), Buffer.alloc(40_000, 7)]))];
    const cut = sealedFile(photo.subarray(0, 900));
    await put(phone, files[0], 0);
    const rid = await send(phone, { text: WORDS, contact: { safe_way: PHONE } }, [...files, cut].map(({ ref }) => ref));
    await put(phone, files[0]);
    await put(phone, files[1], 0, 1);
    await put(phone, cut);
    assert.equal(await have(phone, files[0]), `0-${files[0].chunks.length - 1}`);
    await phone.context().close();

    number = slip(rid);
    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER");
    address = await found(dewi, base, number);
    const whole = dewi.locator(".tag", { hasText: /^\W*utuh$/ });
    await until(dewi, () => whole.count());
    await picture(dewi, "laporan-berkas-daftar");
    assert.match(await dewi.innerText("main"), /2 dari 3 potongan/);
    await put(dewi, files[1], 2);
    await until(dewi, async () => (await whole.count()) >= 2);
    await dewi.locator("li", { hasText: "Berkas 1" }).getByRole("button").click();
    const shown = dewi.locator("figure.picture img");
    await shown.waitFor();
    assert.ok((await shown.evaluate((img) => img.naturalWidth)) > 0, "it is drawn");
    const bytes = Buffer.from((await shown.getAttribute("src")).split(",")[1], "base64");
    assert.ok(photo.includes("Ratna") && !bytes.includes("Ratna") && !bytes.includes("Exif"));
    await picture(dewi, "laporan-berkas");
    await dewi.goto(address);
    const [download] = await Promise.all([
      dewi.waitForEvent("download"),
      dewi.locator("li", { hasText: "Berkas 2" }).getByRole("button").click(),
    ]);
    assert.match(download.suggestedFilename(), /-2\.mp3$/);
    await dewi.goto(address);
    await dewi.locator("li", { hasText: "Berkas 3" }).getByRole("button").click();
    assert.match(await dewi.innerText(".faults"), /rusak, terpotong/);
    await picture(dewi, "laporan-berkas-rusak");
    await dewi.context().close();
  });

  test("a slip is printed on A6 without a name, and finds its report at the desk", async () => {
    const base = house().base("batam");
    const phone = await newPage(house());
    await phone.goto(`${base}/saku/lapor`);
    await phone.fill("[name=teks]", "Tanpa JavaScript, dengan slip.");
    await phone.locator("form[data-saku=lapor] button.button").last().click();
    const card = phone.locator(".slip");
    const code = await card.locator(".code").innerText();
    assert.match(code, /^[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}$/);
    assert.equal(await card.locator("svg").count(), 1);
    await picture(phone, "saku-terkirim");
    assert.deepEqual(await size(phone), [105, 148], "A6");
    await phone.context().close();

    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER");
    const report = await found(dewi, base, code);
    await dewi.click('a[href$="/slip"]');
    assert.equal(await dewi.locator(".slip .code").innerText(), code);
    await picture(dewi, "laporan-slip");
    assert.deepEqual(await size(dewi), [105, 148]);
    await dewi.goto(`${base}/laporan`);
    await dewi.fill("[name=kode]", `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`);
    await dewi.keyboard.press("Enter");
    assert.match(await dewi.innerText(".faults"), /salah ketik/);
    await picture(dewi, "laporan-slip-salah");
    await dewi.fill("[name=kode]", `SIMPUL1/21.71/${code.replaceAll(" ", "")}`);
    await dewi.keyboard.press("Enter");
    await dewi.waitForURL(report);
    await dewi.context().close();
  });

  test("the same telephone in two reports is offered with its reason; one joins the case, a file brings no double", async () => {
    const base = house().base("batam");
    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER");
    await dewi.goto(address);
    await choose(dewi, "peran", "victim");
    await dewi.locator('form[action$="/kasus"] button').click();
    await dewi.waitForURL(/\/kasus\/case_/);
    const opened = new URL(dewi.url()).pathname;

    const phone = await newPage(house(), { script: true, serviceWorkers: "block" });
    await phone.goto(`${base}/saku/lapor`);
    const { bytes, kunci } = await sealed(phone, { text: `Adiknya menelepon dari ${PHONE}.`, contact: {} }, []);
    await dewi.goto(`${base}/laporan`);
    await picture(dewi, "laporan");
    await dewi.setInputFiles("[name=berkas]", { name: "catatan.spr", mimeType: "application/octet-stream", buffer: bytes });
    await dewi.getByRole("button", { name: "Masukkan laporan" }).click();
    await dewi.waitForURL(/\/laporan\/report_/);
    const second = dewi.url();
    assert.equal((await post(phone, bytes, kunci)).status, 200, "by the network it is known");
    await phone.context().close();

    const offered = dewi.locator("ul.tasks li", { hasText: number });
    assert.match(await offered.innerText(), /Nomor telepon yang sama/);
    await picture(dewi, "laporan-mirip");
    const page = await signedIn(house(), "batam", "INTAKE_OFFICER", { script: true });
    const paths = [new URL(second).pathname, "/laporan", `${new URL(address).pathname}/slip`];
    const pages = [];
    for (const path of paths) {
      const answer = await page.goto(base + path);
      pages.push({ path, status: answer.status(), html: await answer.text() });
    }
    await keepRules(page, base, pages);
    await page.context().close();
    await offered.getByRole("button", { name: /Masukkan ke/ }).click();
    await dewi.waitForURL(second);
    assert.equal(await dewi.locator(`a[href="${opened}"]`).count(), 1);
    await dewi.context().close();
  });
}

/** A JPEG as a camera makes it: the browser draws it, and a segment says where and who. */
async function photograph(page) {
  const data = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [900, 600];
    const paint = canvas.getContext("2d");
    [paint.fillStyle, paint.font] = ["#3b6b4f", "64px sans-serif"];
    paint.fillRect(0, 0, 900, 600);
    // Waves, so that no encoder brings it below one chunk.
    for (let n = 0; n < 3_000; n++) {
      paint.fillStyle = `hsl(${(n * 47) % 360} 60% ${20 + ((n * 13) % 60)}%)`;
      paint.fillRect((n * 97) % 900, (n * 61) % 600, 9, 7);
    }
    paint.fillStyle = "#fff";
    paint.fillText("Dermaga rekaan", 60, 320);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  });
  const plain = Buffer.from(data, "base64");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(CAMERA.length + 2);
  return Buffer.concat([plain.subarray(0, 2), Buffer.of(0xff, 0xe1), length, Buffer.from(CAMERA), plain.subarray(2)]);
}

/** A file in sealed chunks, made from the words of the islands' README alone. */
function sealedFile(plain) {
  const [id, key] = [randomBytes(16), randomBytes(16)];
  const chunks = [];
  for (let at = 0, n = 0; at === 0 || at < plain.length; at += CHUNK, n++) {
    const last = at + CHUNK >= plain.length;
    let piece = plain.subarray(at, at + CHUNK);
    if (last) piece = Buffer.concat([piece, Buffer.alloc((piece.length <= 4096 ? 4096 : CHUNK) - piece.length)]);
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(n, 7);
    nonce[11] = last ? 1 : 0;
    const cipher = createCipheriv("aes-128-gcm", key, nonce).setAAD(Buffer.concat([Buffer.from("simpul/chunk/1"), id]));
    chunks.push(Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]));
  }
  const ref = [id.toString("hex"), plain.length, createHash("sha256").update(plain).digest("hex"), key.toString("hex")];
  return { ref, chunks };
}

async function put(page, { ref: [id], chunks }, ...only) {
  const origin = new URL(page.url()).origin;
  for (const [n, data] of chunks.entries()) {
    if (only.length && !only.includes(n)) continue;
    const headers = { "simpul-last": n === chunks.length - 1 ? "1" : "0" };
    const { status } = await ask("PUT", `${origin}/kirim/berkas/${id}/${n}`, headers, data);
    assert.ok(status >= 200 && status < 300, `chunk ${n}: ${status}`);
  }
}

async function have(page, { ref: [id] }) {
  return (await ask("HEAD", `${new URL(page.url()).origin}/kirim/berkas/${id}`)).headers["simpul-have"];
}

/** Asks a node without a browser. Not every resolver knows names under `localhost`, so the address is given beside the name. */
async function ask(method, url, headers = {}, data = undefined) {
  const { host, port, pathname } = new URL(url);
  const asked = request({ host: "127.0.0.1", port, path: pathname, method, headers: { host, ...headers } }).end(data);
  const [answer] = await once(asked, "response");
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

/** Seals a report as the phone does: by its own script. */
async function sealed(page, told, files) {
  const kunci = randomBytes(16);
  const draft = { pack: "", stage: null, answers: null, place: "21.71", consent: {}, ...told };
  const bytes = await page.evaluate(
    async ([draft, files, kunci]) => {
      const from = "/aset/kirim.js";
      const { parcel } = await import(from);
      const key = document.querySelector("form[data-saku=lapor]").dataset.kunciTerima;
      const named = files.map((ref) => ({ ref, sealed: new Uint8Array(0) }));
      return [...(await parcel({ draft, files: named, kunci: Uint8Array.from(kunci), key })).sealed];
    },
    [draft, files, [...kunci]],
  );
  return { bytes: Buffer.from(bytes), kunci };
}

async function post(page, data, kunci) {
  const headers = { "simpul-kunci": kunci.toString("hex"), "content-type": "application/octet-stream" };
  const { status, body } = await ask("POST", `${new URL(page.url()).origin}/kirim/laporan`, headers, data);
  return { status, body: JSON.parse(body) };
}

async function send(page, told, files) {
  const { bytes, kunci } = await sealed(page, told, files);
  const { status, body } = await post(page, bytes, kunci);
  assert.equal(status, 201);
  return Buffer.from(body.rid, "hex");
}

/** The code of a slip, made from the words of the islands' README alone. */
function slip(rid) {
  const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const hash = createHash("sha256").update("simpul/slip/1").update(rid).digest();
  const number = hash.readBigUInt64BE(0) >> 9n;
  const twice = (value) => (value < 16 ? 2 * value : (2 * value) ^ 37);
  const values = Array.from({ length: 11 }, (_, at) => Number((number >> BigInt(5 * (10 - at))) & 31n));
  values.push(twice(values.reduce((state, value) => twice(state) ^ value, 0)));
  const code = values.map((value) => digits[value]).join("");
  return `${code.slice(0, 4)} ${code.slice(4, 8)} ${code.slice(8)}`;
}

/** Types a code into the field of the list; gives the address of its report. */
async function found(page, base, code) {
  await page.goto(`${base}/laporan`);
  await page.fill("[name=kode]", code);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/laporan\/report_/);
  return page.url();
}

/** Opens the page again until something holds: the node looks at files when it has a moment. */
async function until(page, holds) {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `it does not come to hold: ${await page.innerText("main")}`);
    await page.reload();
  }
}

/** Width and height of the printed page in millimetres. */
export async function size(page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const [, width, height] = pdf.match(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/);
  return [width, height].map((points) => Math.round((Number(points) * 25.4) / 72));
}
