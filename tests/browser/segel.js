// A report without a name with script: sealed on the phone, answered, added to. Nothing of it crosses in clear or stays in the
// browser, and where sealing fails the person chooses.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { choose, newPage, reports, reportsThatSay, signedIn } from "./house.js";
import { press, write } from "./keyboard.js";
import { openWindow, startNode } from "./node.js";
import { barriers, overhang } from "./rules.js";
import { picture } from "./screens.js";

/** A form younger than this is taken for a machine. */
const YOUNG_MS = 3_100;
const WHOLE_BYTES_MAX = 40_000;
const CHECK = "Lihat jawaban saya";
const SEND = "Segel dan kirim";
const AGAIN = "Coba lagi";
const ON_ARRIVAL = "Kirim, disegel saat tiba";

let nth = 0;
/** Made up and of this run alone. */
const canary = () => `kakaktua${process.pid}x${nth++}`;

/** A page with script, and all that it asks: method, path, body. */
async function watchedPage(house, more = {}) {
  const page = await newPage(house, { script: true, reducedMotion: "reduce", ...more });
  page.asked = [];
  page.on("request", (request) => page.asked.push([request.method(), new URL(request.url()).pathname, request.postDataBuffer()]));
  page.posted = () => page.asked.filter(([method]) => method !== "GET").map(([method, path]) => `${method} ${path.replace(/[0-9a-f]{32}/, "id")}`);
  page.said = (words) => page.asked.filter(([, path, body]) => path.includes(words) || body?.includes(words));
  return page;
}

async function fill(page, words) {
  await choose(page, "bahaya", "no");
  await page.fill("[name=apa]", `Rumah ${words} di ujung dermaga`);
  await page.fill("[name=kapan]", "semalam");
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Opens the questions, answers, and looks at the answers. */
async function checked(page, base, words) {
  await page.goto(`${base}/lapor`);
  await fill(page, words);
  await button(page, CHECK).click();
  await button(page, SEND).waitFor();
  await page.waitForTimeout(YOUNG_MS);
}

const code = async (page) => (await page.locator("p.code").innerText()).trim();

/** A picture with a word beside it, as a camera writes it, made by the page itself. */
async function photograph(page, words) {
  const png = await page.evaluate(() => {
    const view = document.createElement("canvas");
    [view.width, view.height] = [40, 30];
    view.getContext("2d").fillRect(5, 5, 20, 10);
    return view.toDataURL("image/png").split(",")[1];
  });
  const plain = Buffer.from(png, "base64");
  const text = Buffer.from(`tEXtComment\0${words}`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length - 4);
  // The check at the end of the block is wrong; readers pass over such a block.
  const block = Buffer.concat([length, text, Buffer.alloc(4)]);
  return { name: "a.png", mimeType: "image/png", buffer: Buffer.concat([plain.subarray(0, 33), block, plain.subarray(33)]) };
}

/** Brings a request of a page to the node and keeps the answer. */
async function arrives(asked) {
  const { host, port } = new URL(asked.url());
  const headers = { ...(await asked.allHeaders()), host };
  const body = asked.postDataBuffer();
  for (const name of Object.keys(headers)) if (name.startsWith(":")) delete headers[name];
  const sent = request({ host: "127.0.0.1", port, method: asked.method(), path: new URL(asked.url()).pathname, headers });
  sent.end(body);
  const [answer] = await once(sent, "response");
  answer.resume();
  await once(answer, "end");
  assert.equal(answer.statusCode, 200);
}

export function sealTests(test, house) {
  test("with script a report is sealed on the phone, answered and added to, and no word of it crosses in clear", async () => {
    const base = house().base("batam");
    const [told, added] = [canary(), canary()];
    const page = await watchedPage(house());
    await page.goto(`${base}/lapor`, { waitUntil: "networkidle" });
    const entries = await page.evaluate(() => history.length);
    assert.deepEqual(page.said("tanpa-nama"), [], "the sealing part does not come before the first answer");
    await Promise.all([page.waitForResponse(/tanpa-nama/), choose(page, "bahaya", "no")]);
    await button(page, CHECK).click();
    await page.getByText("Tulis dulu apa yang terjadi.").waitFor();
    await fill(page, told);
    await button(page, CHECK).click();
    await page.getByRole("heading", { name: "Periksa jawaban Anda" }).waitFor();
    await page.goBack();
    assert.match(await page.inputValue("[name=apa]"), new RegExp(told), "one step back leads to the questions, as they were");
    await button(page, CHECK).click();
    await page.locator("#f-gambar").setInputFiles(await photograph(page, told));
    await button(page, "Buang foto 1").waitFor();
    const faults = await barriers(page, "/lapor, answers");
    await picture(page, "lapor-segel");
    await page.waitForTimeout(YOUNG_MS);
    await button(page, SEND).click();
    const shown = await code(page);
    assert.match(shown, /^\d{4} \d{4} \d{4} \d{4}$/);
    assert.match(await page.innerText("main"), /disegel di ponsel ini/);
    faults.push(...(await barriers(page, "/lapor, code")));
    await picture(page, "lapor-segel-kode");
    assert.ok((await page.evaluate(() => history.length)) - entries <= 1, "the history grows by one");
    assert.deepEqual(page.posted(), ["PUT /kirim/berkas/id/0", "POST /kirim/laporan"]);
    assert.deepEqual(page.said(told), [], "no word of it in any request");
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual((await page.context().storageState({ indexedDB: true })).origins, [], "nothing is in the storage");
    await page.goBack();
    await page.waitForLoadState();
    assert.equal(await page.inputValue("[name=apa]"), "", "who goes back finds an empty form");

    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER", { reducedMotion: "reduce" });
    const [address] = await reportsThatSay(house(), dewi, "batam", told);
    assert.ok(address, "the office reads it");
    await dewi.goto(address);
    const report = await dewi.innerText("main");
    assert.ok(report.includes("4. Kapan? semalam") && report.includes("Kotak balasan pelapor"), report);
    assert.equal(await dewi.locator('form[action*="/berkas/"]').count() > 0, true, "its picture is here");
    await write(dewi, /^Jawaban atau pertanyaan/, `Terima kasih ${told}`);
    await press(dewi, "button", /Kirim ke kotak/);
    await page.goto(`${base}/balas`);
    await page.fill("[name=kode]", shown);
    await button(page, "Buka kotak").click();
    await page.getByText(`Terima kasih ${told}`).waitFor();
    await page.fill("[name=pesan]", added);
    await button(page, "Kirim pesan").click();
    await page.getByText("Pesan Anda sudah tiba").waitFor();
    await dewi.goto(address);
    assert.ok((await dewi.innerText("main")).includes(added));
    assert.deepEqual([faults, page.faults], [[], []]);
    for (const one of [page, dewi]) await one.context().close();
  });

  test("a part that does not come, a browser that cannot seal and a node that says no each leave the choice to the person", async () => {
    const base = house().base("batam");
    const lacking = async (page, words) => {
      await page.goto(`${base}/lapor`);
      const entries = await page.evaluate(() => history.length);
      await fill(page, words);
      await button(page, CHECK).click();
      await button(page, ON_ARRIVAL).waitFor();
      assert.deepEqual(page.posted(), [], "nothing was sent");
      return entries;
    };
    const far = await watchedPage(house());
    await far.route(/tanpa-nama/, (route) => route.abort());
    await lacking(far, canary());
    assert.deepEqual(await barriers(far, "/lapor, not sealed"), []);
    assert.ok((await overhang(far)) <= 0);
    await picture(far, "lapor-tidak-tersegel");
    await far.unroute(/tanpa-nama/);
    await button(far, AGAIN).click();
    await button(far, SEND).waitFor();
    await far.context().close();

    const bare = await watchedPage(house());
    await bare.addInitScript(() => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }));
    const told = canary();
    const entries = await lacking(bare, told);
    await button(bare, ON_ARRIVAL).click();
    await bare.getByText("lalu disegel saat tiba").waitFor();
    await bare.waitForTimeout(YOUNG_MS);
    await button(bare, "Kirim laporan").click();
    assert.match(await code(bare), /^\d{4} /);
    assert.match(await bare.innerText("main"), /disegel saat tiba/);
    assert.ok((await bare.evaluate(() => history.length)) - entries <= 2);
    assert.deepEqual(bare.faults, []);
    await bare.context().close();

    const refused = await watchedPage(house());
    const error = { code: "web.busy", message: "Simpul sedang sibuk.", remedy: "Coba lagi sebentar." };
    await refused.route("**/kirim/laporan", (route) => route.fulfill({ status: 503, json: { error } }));
    const words = canary();
    await refused.goto(`${base}/lapor`);
    const begun = await refused.evaluate(() => history.length);
    await checked(refused, base, words);
    await button(refused, SEND).click();
    await refused.getByText("Simpul sedang sibuk. Coba lagi sebentar.").waitFor();
    await button(refused, ON_ARRIVAL).click();
    await refused.getByText("lalu disegel saat tiba").waitFor();
    await button(refused, "Kirim laporan").click();
    assert.match(await refused.innerText("main"), /disegel saat tiba/);
    assert.ok((await refused.evaluate(() => history.length)) - begun <= 3, "one more for the second visit");
    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER", { reducedMotion: "reduce" });
    for (const one of [told, words]) assert.equal((await reportsThatSay(house(), dewi, "batam", one)).length, 1);
    for (const page of [refused, dewi]) await page.context().close();
  });

  test("an answer that is lost is asked for again, and there is one report with one text", async () => {
    const base = house().base("batam");
    const told = canary();
    const page = await watchedPage(house());
    await checked(page, base, told);
    await page.route("**/kirim/laporan", async (route) => {
      await arrives(route.request());
      await route.abort();
    });
    await button(page, SEND).click();
    await page.getByText("Laporan belum dapat dikirim. Tulisan Anda masih ada.").waitFor();
    await page.unroute("**/kirim/laporan");
    await button(page, AGAIN).click();
    await code(page);
    const dewi = await signedIn(house(), "batam", "INTAKE_OFFICER", { reducedMotion: "reduce" });
    const all = await reports(house(), dewi, "batam");
    const hers = all.filter(({ text }) => text.includes(told));
    assert.equal(hers.length, 1);
    assert.equal(hers[0].text.split(told).length, 2, "told once");
    for (const one of [page, dewi]) await one.context().close();
  });

  test("at a window of its own, which opens nothing, the phone seals as well and the code opens its box", async () => {
    const node = await startNode();
    const window = await openWindow(node);
    const page = await watchedPage(house());
    const told = canary();
    try {
      // The node leaves the key at its first visit.
      do await page.goto(`${window.base}/lapor`);
      while ((await page.locator("form[data-segel]").count()) === 0);
      await checked(page, window.base, told);
      await button(page, SEND).click();
      const shown = await code(page);
      assert.deepEqual([page.posted(), page.said(told)], [["POST /kirim/laporan"], []]);
      await page.goto(`${window.base}/balas`);
      await page.fill("[name=kode]", shown);
      await button(page, "Buka kotak").click();
      await page.getByText("Belum ada balasan.").waitFor();
      assert.equal((await page.goto(`${window.base}/masuk`)).status(), 404, "no door of staff");
    } finally {
      await window.close();
      await node.close();
    }
    await page.context().close();
  });

  test("with script too, six answers take 40 KB in all", async () => {
    const page = await watchedPage(house());
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await checked(page, house().base("batam"), canary());
    await button(page, SEND).click();
    await code(page);
    assert.ok(bytes > 10_000 && bytes <= WHOLE_BYTES_MAX, `${bytes} bytes`);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
