// The way from the phone to the node over a link that breaks: nothing lost, nothing doubled, little sent twice.
import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { overBadLink, reports, signedIn } from "./house.js";
import { CAMERA, cameraPicture, isReady, offlinePhone, openPhone, sealReport } from "./phone.js";
import { picture } from "./screens.js";

const RUNS = process.env.SIMPUL_LONG ? 200 : 20;
const MARK = `tebing-${process.pid}`;
const PHOTO_BYTES_MIN = 2_900_000;
const TWICE_MAX = 0.05;

/** splitmix32: the same breaks for the same number. */
function drawn(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % below;
  };
}

/** Tries at once instead of by its clock, until the page says that the report has arrived. */
async function untilArrived(page) {
  const arrived = page.locator("main [role=status] .tag", { hasText: /^\W*sudah tiba$/ });
  for (let tries = 0; tries < 400; tries++) {
    if (await arrived.count()) return;
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await arrived.waitFor({ timeout: 300 }).catch(() => {});
  }
  assert.fail(`the report does not arrive: ${await page.innerText("main")}`);
}

export function linkTests(test, house) {
  test(`${RUNS} sealed reports over a link that breaks at random: none lost, none doubled`, { timeout: RUNS * 30_000 }, async (t) => {
    const chance = drawn(RUNS);
    const breaks = Array.from({ length: RUNS * 3 }, () => {
      const bytes = 300 + chance(6_000);
      return chance(2) ? [`after ${bytes}B: reset`] : [`after ${bytes}B: cut`, `after ${20 + chance(200)}ms: restore`];
    });
    // The phone takes the pocketbook in first; then the link begins to break.
    const far = await overBadLink(house(), "batam", ["after 200000B: reset", ...breaks.flat()]);
    const page = await openPhone(far, "/saku");
    await isReady(page);
    for (let run = 0; run < RUNS; run++) {
      await page.goto(`${house().base("batam")}/saku/lapor`);
      await page.locator("form[data-saku=lapor]").getByRole("button", { name: "Simpan sebagai draf" }).waitFor();
      await page.fill("[name=teks]", `Perahu ${run} di ${MARK}.`);
      await sealReport(page);
      await untilArrived(page);
    }
    await page.context().close();
    const carried = await far.close();
    t.diagnostic(`${carried.connections} connections, ${carried.up} bytes up, ${carried.down} bytes down`);
    assert.ok(carried.connections > RUNS, "the link did break");

    const desk = await signedIn(house(), "batam", "INTAKE_OFFICER");
    const told = (await reports(house(), desk, "batam")).map(({ text }) => /Perahu (\d+) di (tebing-\d+)/.exec(text)).filter((match) => match?.[2] === MARK);
    await desk.context().close();
    const numbers = told.map(([, number]) => Number(number)).sort((a, b) => a - b);
    assert.deepEqual(numbers, Array.from({ length: RUNS }, (_, n) => n));
  });

  test("a photo of 3 MB over a link that breaks five times arrives whole, and at most 5 % is sent twice", { timeout: 240_000 }, async (t) => {
    const breaks = [500_000, 450_000, 600_000, 550_000, 400_000].flatMap((bytes) => [`after ${bytes}B: cut`, "after 200ms: restore"]);
    const far = await overBadLink(house(), "batam", ["after 200000B: stall 1ms", ...breaks]);
    const page = await openPhone(far, "/saku");
    await isReady(page);
    await page.goto(`${house().base("batam")}/saku/lapor`);
    await page.locator("[data-foto]").waitFor();
    await page.fill("[name=teks]", `Surat dari ${MARK}.`);
    // Noise does not shrink: the largest picture that this makes.
    const sizes = [];
    for (let number = 1; number <= 2; number++) {
      const buffer = await cameraPicture(page, 1600, 1600, true);
      await page.setInputFiles("[name=foto]", { name: "a.jpg", mimeType: "image/jpeg", buffer });
      sizes.push(Number(/(\d+) KB/.exec(await page.getByText(new RegExp(`Foto ${number}, `)).innerText())[1]) * 1000);
    }
    const size = sizes.reduce((sum, each) => sum + each, 0);
    assert.ok(size > PHOTO_BYTES_MIN, `${size} bytes`);
    const chunks = new Map();
    page.context().on("request", (request) => {
      const at = /berkas\/[0-9a-f]+\/\d+$/.exec(request.url());
      if (at && request.method() === "PUT") chunks.set(at[0], (chunks.get(at[0]) ?? 0) + 1);
    });
    await sealReport(page);
    await picture(page, "saku-foto-terkirim");
    await untilArrived(page);
    await page.context().close();
    const carried = await far.close();
    const sent = [...chunks.values()].reduce((sum, count) => sum + count, 0);
    t.diagnostic(`${size} bytes of photos, ${chunks.size} chunks, ${sent} sent; the link carried ${carried.up} bytes up`);
    assert.ok(chunks.size >= size / 16_384);
    assert.ok(sent > chunks.size, "the breaks fell into chunks");
    assert.ok(sent - chunks.size <= chunks.size * TWICE_MAX, `${sent - chunks.size} of ${chunks.size} twice`);

    const desk = await signedIn(house(), "batam", "INTAKE_OFFICER");
    const [report] = (await reports(house(), desk, "batam")).filter(({ text }) => text.includes(`Surat dari ${MARK}`));
    assert.ok(report, "the report is here");
    await desk.goto(report.address);
    assert.equal(await desk.locator("main li", { hasText: /utuh/ }).count(), 2, "both pictures are whole");
    await desk.context().close();
  });

  test("a picture leaves the phone upright, at most 1,600 px, and without what the camera wrote", async () => {
    const page = await openPhone(house(), "/saku/lapor");
    await page.locator("[data-foto]").waitFor();
    const picked = await cameraPicture(page, 2400, 1200);
    assert.ok(picked.includes(CAMERA));
    const made = await page.evaluate(async (base64) => {
      const kirim = await import("/aset/kirim.js");
      const brankas = await import("/aset/brankas.js");
      brankas.begin(kirim, {});
      const { ref, sealed, view } = await brankas.photo(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
      const pen = view.getContext("2d");
      const colour = (x, y) => [...pen.getImageData(x, y, 1, 1).data].slice(0, 3);
      return { ref, sealed: [...sealed], size: [view.width, view.height], top: colour(400, 50), bottom: colour(400, 1500) };
    }, picked.toString("base64"));
    assert.deepEqual(made.size, [800, 1600], "turned upright and made smaller");
    assert.ok(made.top[0] > 200 && made.top[2] < 60 && made.bottom[2] > 200, `red is up: ${made.top} ${made.bottom}`);
    const jpeg = opened(made.ref, Buffer.from(made.sealed));
    assert.equal(jpeg.length, made.ref[1]);
    // Those of the picture itself, and the colour space that every canvas has.
    const odd = segments(jpeg).filter(([kind, name]) => ((kind > 0xe0 && kind <= 0xef) || kind === 0xfe) && name !== "ICC_PROFILE");
    assert.deepEqual(odd, []);
    for (const trace of ["Exif", "KameraRahasia", "http", "GPS"]) assert.ok(!jpeg.includes(trace), trace);
    await page.context().close();
  });

  test("what is no picture is refused in words, and nothing of it stays", async () => {
    const page = await openPhone(house(), "/saku/lapor");
    await page.locator("[data-foto]").waitFor();
    for (const buffer of [Buffer.from("%PDF-1.7 bukan foto"), Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), Buffer.alloc(0)]) {
      await page.setInputFiles("[name=foto]", { name: "a.jpg", mimeType: "image/jpeg", buffer });
      await page.getByText("Foto ini tidak dapat dibaca").waitFor();
      assert.equal(await page.inputValue("[name=foto]"), "");
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("without any network a report leaves as a sealed file, which is the bytes that the node takes", async () => {
    const page = await offlinePhone(house(), { acceptDownloads: true });
    await page.click('a[href="/saku/lapor"]');
    await page.fill("[name=teks]", `Kartu memori dari ${MARK}.`);
    await sealReport(page);
    const number = (await page.locator("main .code").innerText()).replaceAll(" ", "");
    await page.getByRole("link", { name: "Lihat kotak kirim" }).click();
    const row = page.locator("main li").filter({ hasText: "menunggu sinyal" });
    await row.waitFor();
    await picture(page, "saku-kotak");
    await page.evaluate(() => {
      // A desktop browser has no sharing, or one that a test cannot answer: the file is saved.
      navigator.canShare = undefined;
    });
    const saved = page.waitForEvent("download");
    await row.getByRole("button", { name: "Bagikan sebagai berkas" }).click();
    const download = await saved;
    assert.equal(download.suggestedFilename(), `catatan-${number}.spr`);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    assert.equal(bytes.subarray(0, 5).toString("latin1"), "SPR1\u0002");
    assert.equal(bytes.length, 29 + 65 + 1024 + 16);
    assert.ok(!bytes.includes(MARK));
    await row.getByRole("button", { name: "Hapus" }).click();
    await row.getByRole("button", { name: "Hapus selamanya" }).click();
    await page.locator("main li").filter({ hasText: "dihapus" }).waitFor();
    await page.context().close();
  });
}

/** A file of a report, opened with the key that stands in the report. */
function opened([id, bytes, , key], sealed) {
  const parts = [];
  for (let n = 0, at = 0; at < sealed.length; n++, at += 16_400) {
    const piece = sealed.subarray(at, at + 16_400);
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(n, 7);
    nonce[11] = at + 16_400 >= sealed.length ? 1 : 0;
    const open = createDecipheriv("aes-128-gcm", Buffer.from(key, "hex"), nonce);
    open.setAAD(Buffer.concat([Buffer.from("simpul/chunk/1"), Buffer.from(id, "hex")]));
    open.setAuthTag(piece.subarray(-16));
    parts.push(open.update(piece.subarray(0, -16)), open.final());
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

/** Kind and name of the segments of a JPEG before its picture. */
function segments(jpeg) {
  const all = [];
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    all.push([jpeg[at + 1], jpeg.subarray(at + 4, at + 15).toString("latin1")]);
  }
  return all;
}
