// What every page keeps, whoever it is for.
import assert from "node:assert/strict";
import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import { newPage } from "./house.js";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules whose answer depends on width or colours; the others look at the document alone and are asked once a page. */
const OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"];
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
    // A set of checkboxes shares its name; the server reads them as a list.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
    // Telephone numbers are short and grouped as people know them.
    "tel-non-breaking": "off",
  },
});

/** Pages reached from the first ones by links, one of each kind, in the order they were met; those of a kind seen before lead on only. */
export async function crawl(page, base, first, { max, seen = new Set(), skip = /keluar/ }) {
  const met = [];
  const visited = new Set();
  const open = [...first];
  while (open.length > 0 && visited.size < max) {
    const path = open.shift();
    if (visited.has(kind(path)) || skip.test(path)) continue;
    visited.add(kind(path));
    const answer = await page.goto(base + path);
    const type = answer.headers()["content-type"] ?? "";
    if (!type.startsWith("text/html")) continue;
    if (!seen.has(kind(path))) met.push({ path, status: answer.status(), html: await answer.text() });
    seen.add(kind(path));
    for (const link of await page.$$eval("a[href]", (all) => all.map((one) => one.href))) {
      const url = new URL(link);
      if (url.origin === new URL(base).origin) open.push(url.pathname + url.search);
    }
  }
  return met;
}

/** Two cases differ in their number, and two filters of a list in their word, not in their kind. */
function kind(path) {
  const [name, query = ""] = path.split("?");
  const form = name
    .replace(/\/langkah\/[^/]+/, "/langkah/{step}")
    .replace(/\/panduan\/[^/]+/, "/panduan/{chapter}")
    .replace(/^(\/en)?\/hak\/[^/]+/, "$1/hak/{topic}")
    .replace(/\/bantuan\/\d\d$/, "/bantuan/{province}")
    .replace(/\/(?=[^/]*\d)[^/]{6,}/g, "/{id}")
    .replace(/\/\d\d\.\d\d/g, "/{place}");
  return query.startsWith("bentuk=") ? `${form}?${query}` : form;
}

/** Valid HTML, with one `h1` and no inline style. */
export async function isSound({ path, status, html }) {
  assert.equal(status, 200, path);
  const report = await validator.validateString(html, path);
  const faults = report.results.flatMap((result) => result.messages.map((m) => `${path}:${m.line} ${m.ruleId}: ${m.message}`));
  if (html.match(/<h1[\s>]/g)?.length !== 1) faults.push(`${path} has not one h1`);
  if (/\sstyle="/.test(html)) faults.push(`${path} has an inline style`);
  return faults;
}

/** No barrier that axe can find, narrow and wide, and wide in forced colours; and nothing hangs out at 320 px. */
async function looksRight(page, url) {
  await page.goto(url);
  return barriers(page, url);
}

/** The same of what stands there now. */
export async function barriers(page, url) {
  const before = page.viewportSize();
  const axe = (rules) => violations(page, url, rules);
  const faults = [];
  await page.setViewportSize({ width: 1280, height: 800 });
  faults.push(...(await axe()));
  await page.emulateMedia({ forcedColors: "active" });
  faults.push(...(await axe(OF_LOOKS)));
  await page.emulateMedia({ forcedColors: "none" });
  await page.setViewportSize({ width: 360, height: 640 });
  faults.push(...(await axe(OF_LOOKS)));
  const over = await overhang(page);
  if (over > 0) faults.push(`${url} is ${over} px wider than 320 px`);
  if (process.env.SIMPUL_LONG) {
    for (const media of [{ forcedColors: "active" }, { colorScheme: "dark" }, { colorScheme: "dark", forcedColors: "active" }, { contrast: "more" }]) {
      await page.emulateMedia(media);
      faults.push(...(await axe(OF_LOOKS)));
      await page.emulateMedia({ colorScheme: null, forcedColors: null, contrast: null });
    }
  }
  await page.setViewportSize(before);
  return faults;
}

/** What axe finds on the page as it stands there: all rules, or those that are named. Pages have no frames. */
export async function violations(page, url, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(askAxe, rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS });
  const where = JSON.stringify(page.viewportSize().width);
  return found.map(([rule, target, summary]) => `${url} at ${where}: ${rule}: ${target}: ${summary}`);
}

/** Runs in the page. */
async function askAxe(runOnly) {
  const { violations: found } = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
  return found.flatMap((one) => one.nodes.map((node) => [one.id, node.target.join(" "), node.failureSummary]));
}

/** What axe finds on a page in the middle of a walk, at its own width and at 360 px; it changes nothing that stands there. */
export async function walkedPast(page, url, script) {
  // axe comes through the browser's debugging protocol, which page scripts being off does not stop. Timers are stopped then:
  // those that axe waits for run at once, and nobody else on the page has any.
  if (!script) await page.evaluate(timersAtOnce);
  const faults = await violations(page, url);
  const before = page.viewportSize();
  if (before.width === 360) return faults;
  await page.setViewportSize({ width: 360, height: 640 });
  faults.push(...(await violations(page, url, OF_LOOKS)));
  await page.setViewportSize(before);
  return faults;
}

/** Runs in the page. */
function timersAtOnce() {
  const atOnce = (task, _wait, ...rest) => void Promise.resolve().then(() => task(...rest));
  window.setTimeout = atOnce;
  window.requestAnimationFrame = (task) => atOnce(task, 0, performance.now());
}

/** How far a page hangs out of a window of 320 px. */
export async function overhang(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.setViewportSize(before);
  return over;
}

/** Checks a list of pages in one context with script, signed in or not as that context is; names every fault at once. */
export async function keepRules(page, base, pages) {
  const faults = [];
  for (const each of pages) {
    faults.push(...(await isSound(each)));
    if (each.status === 200) faults.push(...(await looksRight(page, base + each.path)));
  }
  assert.deepEqual(faults, []);
  assert.deepEqual(page.faults, [], "nothing in the console, nobody else asked");
}

/** Bytes that a visit takes, everything, as they cross the wire; the second figure is of the visit after it. */
export async function visitBytes(page, url, ready = async () => {}) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const visits = [];
  for (let visit = 0; visit < 2; visit++) {
    let bytes = 0;
    const add = (event) => (bytes += event.encodedDataLength);
    session.on("Network.loadingFinished", add);
    await page.goto(url, { waitUntil: "networkidle" });
    await ready(page);
    session.off("Network.loadingFinished", add);
    visits.push(bytes);
  }
  return visits;
}
