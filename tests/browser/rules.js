// What every page keeps, whoever it is for.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axePackage from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import { newPage } from "./house.js";

const AxeBuilder = axePackage.default ?? axePackage;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Space at the end of a line, the case of the doctype and the way a void element is closed are the template's matter, not the reader's.
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "doctype-style": "off",
    // Buttons in forms submit by default, on purpose.
    "no-implicit-button-type": "off",
    // Long pages of the field have long titles.
    "long-title": "off",
    // Telephone numbers are short and grouped as people know them.
    "tel-non-breaking": "off",
  },
});

/** Pages reached from the first ones by links, one of each kind, in the order they were met. */
export async function crawl(page, base, first, max) {
  const seen = new Map();
  const open = [...first];
  while (open.length > 0 && seen.size < max) {
    const path = open.shift();
    if (seen.has(kind(path))) continue;
    const answer = await page.goto(base + path);
    const type = answer.headers()["content-type"] ?? "";
    if (!type.startsWith("text/html")) continue;
    seen.set(kind(path), { path, status: answer.status(), html: await answer.text() });
    const links = await page.$$eval("a[href]", (all) => all.map((link) => link.href));
    for (const link of links) {
      const url = new URL(link);
      const stays = url.origin === new URL(base).origin;
      if (stays && !/keluar/.test(url.pathname)) open.push(url.pathname + url.search);
    }
  }
  return [...seen.values()];
}

/** Two cases differ in their number, not in their kind. */
function kind(path) {
  return path.replace(/\/(?=[^/]*\d)[^/]{6,}/g, "/{id}").replace(/\/\d\d\.\d\d/g, "/{place}");
}

/** Valid HTML, with one `h1`. */
export async function isSound({ path, status, html }) {
  assert.equal(status, 200, path);
  const report = await validator.validateString(html, path);
  const faults = report.results.flatMap((result) => result.messages.map((m) => `${path}:${m.line} ${m.ruleId}: ${m.message}`));
  assert.deepEqual(faults, []);
  assert.equal(html.match(/<h1[\s>]/g)?.length, 1, `${path} has one h1`);
  assert.ok(!/\sstyle="/.test(html), `${path} has no inline style`);
}

/** Nothing hangs out of a narrow window. */
export async function fits(page, url) {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(url);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${url} is ${over} px wider than 320 px`);
}

/** No barrier that axe can find, in ordinary and in forced colours. */
export async function isOpenToAll(page, url) {
  for (const forcedColors of ["none", "active"]) {
    await page.emulateMedia({ forcedColors });
    await page.goto(url);
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(true).analyze();
    const faults = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")}: ${n.failureSummary}`));
    assert.deepEqual(faults, [], `${url}, forced colours ${forcedColors}`);
  }
  await page.emulateMedia({ forcedColors: "none" });
}

/** A picture for docs/screens, when pictures are wanted. */
export async function picture(page, name) {
  if (!process.env.SIMPUL_SCREENS) return;
  const folder = join(import.meta.dirname, "../../docs/screens");
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: width === 360 ? 640 : 800 });
    await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
  }
  await page.setViewportSize(before);
}

/** Checks a list of pages in one context with script, signed in or not as that context is. */
export async function keepRules(page, base, pages) {
  for (const each of pages) {
    await isSound(each);
    await isOpenToAll(page, base + each.path);
    await fits(page, base + each.path);
  }
}

/** Bytes that the first visit of a page takes, everything, as they cross the wire. */
export async function firstVisitBytes(house, url) {
  const page = await newPage(house, { script: true });
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto(url, { waitUntil: "networkidle" });
  await page.context().close();
  return bytes;
}
