// What the pocketbook weighs on the wire and how soon it asks, counted at a node of its own. The tests assert the bytes;
// `make bench` prints bytes and times (bench.js).
import { openBrowser, openLink, putGuidance } from "./node.js";

/** GPRS: 50 and 20 kbit/s, half a second there and back; and a phone six times slower than this machine. */
export const GPRS = ["--down", "50k", "--up", "20k", "--delay", "250ms"];
const SLOW_PHONE = 6;
const WINDOW = { viewport: { width: 360, height: 640 }, locale: "id-ID" };
const READY = "Siap dipakai tanpa sinyal";

/** A context of its own in a browser that reaches the node through links. */
async function visit(browser, options = {}) {
  const context = await browser.newContext({ ...WINDOW, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  return page;
}

/** Bytes of the first document; and of all until the first question is asked, without what is kept for later. */
export async function firstBytes(browser, node) {
  const link = await openLink(node);
  const page = await visit(browser, { serviceWorkers: "block" });
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const paths = new Map();
  const bytes = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => paths.set(requestId, new URL(request.url).pathname));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(paths.get(requestId), encodedDataLength));
  await page.goto(`${node.base}/saku/periksa`, { waitUntil: "networkidle" });
  await page.getByText(/Pertanyaan 1 dari/).waitFor();
  const usable = [...bytes.values()].reduce((sum, each) => sum + each, 0);
  const document = bytes.get("/saku/periksa");
  await page.context().close();
  await link.close();
  return { document, usable };
}

/** Opens the pocketbook until it is kept whole; gives the page and every byte that came down for it. */
export async function install(browser, node) {
  const link = await openLink(node);
  const page = await visit(browser);
  await page.goto(`${node.base}/saku`);
  await page.locator("[data-saku-keadaan]", { hasText: READY }).waitFor();
  const { down } = await link.close();
  return { page, all: down };
}

/** Publishes a changed chapter, opens the pocketbook again, and counts what came down until the chapter is here. */
export async function updateChapter(page, node, version) {
  await node.stop();
  putGuidance(node, version, "hak", "Anda berhak atas kerahasiaan", "Anda selalu berhak atas kerahasiaan");
  await node.start();
  const link = await openLink(node);
  await page.goto(`${node.base}/saku`);
  const arrived = () =>
    page.evaluate(async () => {
      const [name, ...older] = await caches.keys();
      const kept = await (await caches.open(name)).match("/saku/paket/isi/panduan/hak.json");
      return older.length === 0 && (await kept.text()).includes("Anda selalu berhak");
    });
  for (let tries = 0; !(await arrived()); tries++) {
    if (tries > 300) throw new Error("the changed chapter does not arrive");
    await page.waitForTimeout(200);
  }
  return (await link.close()).down;
}

/** Seconds from the address to the first question on the screen, and to one question at a time. */
async function firstQuestion(page, node) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW_PHONE });
  const begun = performance.now();
  const gone = page.goto(`${node.base}/saku/periksa`, { waitUntil: "commit" });
  await page.locator("form[data-saku=periksa] fieldset legend").first().waitFor();
  const shown = (performance.now() - begun) / 1000;
  await gone;
  await page.getByText(/Pertanyaan 1 dari/).waitFor();
  return { shown, apart: (performance.now() - begun) / 1000 };
}

/** Over GPRS, for the first time. */
export async function overGprs(node) {
  const browser = await openBrowser();
  const link = await openLink(node, GPRS);
  const page = await visit(browser);
  const times = await firstQuestion(page, node);
  await browser.close();
  await link.close();
  return times;
}

/** Over GPRS, for the first time: seconds until the public start page is read, and seconds that a report without a name spends on the link. */
export async function windowOverGprs(node, script) {
  const browser = await openBrowser();
  const link = await openLink(node, GPRS);
  const page = await visit(browser, { javaScriptEnabled: script });
  const spent = async (act, shown) => {
    const begun = performance.now();
    await act();
    await shown.waitFor();
    return (performance.now() - begun) / 1000;
  };
  const start = await spent(() => page.goto(node.base, { waitUntil: "commit" }), page.locator("h1"));
  await page.waitForLoadState();
  let report = await spent(() => page.goto(`${node.base}/lapor`), page.locator("h1"));
  await page.fill("[name=apa]", "Rekaan: kamar terkunci di ujung gang. ".repeat(5));
  // Who answers takes longer than that; a form that is younger is not taken.
  await page.waitForTimeout(4_000);
  report += await spent(() => page.locator("form[action$='/lapor'] .acts button").first().click(), page.getByText("Periksa jawaban Anda"));
  report += await spent(() => page.locator("main .acts button").first().click(), page.locator("p.code"));
  await browser.close();
  await link.close();
  return { start, report };
}

/** With the link closed and the worker stopped, from what the phone keeps. */
export async function offlineStart(node) {
  const browser = await openBrowser();
  const { page: first } = await install(browser, node);
  const context = first.context();
  const session = await context.newCDPSession(first);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await first.close();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const times = await firstQuestion(page, node);
  await browser.close();
  return times;
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
