// Starts the demo nodes and a browser, and lets people in.
import { after, before } from "node:test";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

// Each keeps Chromium from looking for hosts of its maker, or from needing what a test machine lacks.
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The whole browser: for what it keeps on the disk and for going back, and for what it does over a bad link. */
export const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Its engine without windows, for all other pages: half the work for the same pages. The long run has the whole browser for all. */
const SHELL = "/usr/bin/chromium-headless-shell";
export const ENGINE = process.env.CHROMIUM || process.env.SIMPUL_LONG || !existsSync(SHELL) ? BROWSER : SHELL;

/** The binary under test: `SIMPUL_BIN`, else the one that `cargo build -p node` leaves. */
export const BINARY = process.env.SIMPUL_BIN ?? join(import.meta.dirname, "../../target/debug/simpul");

/** The proxy that makes a bad link: `SLOWLINK_BIN`, else the one that `cargo build -p slowlink` leaves. */
const SLOWLINK = process.env.SLOWLINK_BIN ?? join(import.meta.dirname, "../../target/debug/slowlink");

/** The one house of a file of tests: opened before them and closed after them, when `pictures` of it are taken. */
export function houseOf(pictures = async () => {}) {
  let house;
  before(async () => {
    house = await openHouse();
  });
  after(async () => {
    try {
      if (house) await pictures(house);
    } finally {
      await house?.close();
    }
  });
  return () => house;
}

/** Nodes with their addresses and people, and a browser. One story is played for the whole run. */
export async function openHouse() {
  const nodes = await startNodes();
  const browser = await chromium.launch({
    executablePath: ENGINE,
    args: FLAGS,
  });
  const opened = new Set();
  return {
    browser,
    opened,
    sessions: new Map(),
    steps: new Map(),
    base: (name) => found(nodes.addresses.nodes.find((node) => node.name === name), `node ${name}`).url,
    person: (node, role) =>
      found(
        nodes.addresses.people.find((person) => person.node === node && person.role === role),
        `a person with role ${role} at ${node}`,
      ),
    now: () => Date.now() + (nodes.read().clock_offset_ms ?? 0),
    async close() {
      // What a test that failed left open would keep this run from ending.
      for (const own of opened) await own.close();
      await browser.close();
      await nodes.stop();
    },
  };
}

function found(value, what) {
  if (!value) throw new Error(`the addresses do not name ${what}`);
  return value;
}

async function startNodes() {
  if (process.env.SIMPUL_ADDRESSES) {
    const read = () => JSON.parse(readFileSync(process.env.SIMPUL_ADDRESSES, "utf8"));
    return { addresses: read(), read, stop: async () => {} };
  }
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run \`cargo xtask test browser\`, or name another in SIMPUL_BIN`);
  const dir = mkdtempSync(join(tmpdir(), "simpul-browser-"));
  const file = join(dir, "addresses.json");
  const child = spawn(BINARY, ["demo", "--dir", join(dir, "demo"), "--addresses", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  const read = () => JSON.parse(readFileSync(file, "utf8"));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  // The demo writes the file whole, by renaming, once the nodes answer.
  const written = (async () => {
    for await (const { filename } of watch(dir)) if (filename === "addresses.json" && existsSync(file)) break;
  })();
  await Promise.race([written, ended]);
  if (!existsSync(file)) {
    rmSync(dir, { recursive: true, force: true });
    throw new Error("simpul demo ended before it wrote its addresses");
  }
  return { addresses: read(), read, stop };
}

/** A whole browser that reaches a node over a bad link, with the address of the node as ever; the link counts its bytes. */
export async function overBadLink(house, node, plan) {
  const { host, port } = new URL(house.base(node));
  const dir = mkdtempSync(join(tmpdir(), "simpul-link-"));
  writeFileSync(join(dir, "plan"), plan.join("\n"));
  const link = spawn(SLOWLINK, ["--listen", "127.0.0.1:0", "--to", `127.0.0.1:${port}`, "--plan", join(dir, "plan")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: link.stdout })[Symbol.asyncIterator]();
  const listening = (await lines.next()).value.replace("listening ", "");
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: [...FLAGS, `--host-resolver-rules=MAP ${host} ${listening}`],
  });
  const far = {
    ...house,
    browser,
    /** Ends browser and link; gives what the link carried. */
    async close() {
      house.opened.delete(far);
      await browser.close();
      link.kill("SIGTERM");
      const tally = (await lines.next()).value;
      rmSync(dir, { recursive: true, force: true });
      const [, connections, down, up] = /connections (\d+) down (\d+) up (\d+)/.exec(tally).map(Number);
      return { connections, down, up };
    },
  };
  house.opened.add(far);
  return far;
}

/** A whole browser of its own, for what all pages of a browser share; it ends with the house at the latest. */
export async function ownBrowser(house, options) {
  const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS, ...options });
  house.opened.add(browser);
  return browser;
}

/** A page of its own context; script off unless asked for. */
export async function newPage(house, { script = false, width = 360, ...more } = {}) {
  const context = await house.browser.newContext({
    javaScriptEnabled: script,
    viewport: { width, height: 640 },
    locale: "id-ID",
    ...more,
  });
  return watched(await context.newPage());
}

/** A page whose faults are written down. */
export function watched(page) {
  // No claim about speed: a shared machine may stand still for longer than anybody would wait.
  page.setDefaultTimeout(60_000);
  page.faults = [];
  page.on("console", (message) => message.type() === "error" && page.faults.push(`${message.text()} ${message.location().url}`));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && !hostname.endsWith(".localhost")) page.faults.push(`third party: ${request.url()}`);
  });
  return page;
}

/** Lets a person in by name, password and one-time code, in one form; gives the page of the day. */
export async function signIn(house, page, node, role) {
  const person = house.person(node, role);
  await page.goto(`${house.base(node)}/masuk`);
  await fillSignIn(page, person, oneTimeCode(house, person));
  await page.click("main form button.button:not([data-kunci])");
  await page.waitForURL("**/hari-ini");
}

export async function fillSignIn(page, person, code) {
  await page.fill("[name=nama]", person.name);
  await page.fill("[name=sandi]", person.password);
  await page.fill("[name=totp]", code);
}

/** The code of now, or the next one: a node takes each code once (RFC 6238, 5.2), and one step of drift. */
export function oneTimeCode(house, person) {
  const now = Math.floor(house.now() / 30_000);
  const step = Math.max(now, (house.steps.get(person.totp) ?? 0) + 1);
  if (step > now + 1) throw new Error(`${person.name} signs in too often for its one-time codes: use signedIn`);
  house.steps.set(person.totp, step);
  return totp(person.totp, step * 30_000);
}

/** A page of somebody who is signed in; signs in once for the whole run, without script. */
export async function signedIn(house, node, role, options = {}) {
  const { name } = house.person(node, role);
  const key = `${name}@${node}`;
  if (!house.sessions.has(key)) {
    const page = await newPage(house, { width: 1280 });
    await signIn(house, page, node, role);
    house.sessions.set(key, await page.context().storageState());
    await page.context().close();
  }
  return newPage(house, { width: 1280, storageState: house.sessions.get(key), ...options });
}

/** Chooses as a thumb does: on the words, which carry the whole line. */
export async function choose(within, name, value) {
  const choice = within.locator(`input[name="${name}"][value="${value}"]`);
  if ((await choice.count()) === 0) return false;
  const id = await choice.getAttribute("id");
  if (!(await choice.isChecked())) await within.locator(`label[for="${id}"]`).click();
  return true;
}

/** Addresses of the reports that a desk has and that say these words. */
export async function reportsThatSay(house, page, node, words) {
  const all = await reports(house, page, node);
  return all.filter(({ text }) => text.includes(words)).map(({ address }) => address);
}

/** Every open report of a desk: its address and what it says. */
export async function reports(house, page, node) {
  const addresses = [];
  for (let list = `${house.base(node)}/laporan`; list; ) {
    await page.goto(list);
    addresses.push(...(await page.locator('main a[href*="/laporan/report_"]').evaluateAll((links) => links.map((link) => link.href))));
    list = await page.evaluate(() => [...document.querySelectorAll("main p > a")].at(-1)?.href);
  }
  const all = [];
  for (const address of new Set(addresses)) {
    await page.goto(address);
    all.push({ address, text: await page.innerText("main") });
  }
  return all;
}

/** RFC 6238, SHA-1, six digits, thirty seconds. */
export function totp(secret, millis) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(millis / 30_000)));
  const hash = createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function base32(text) {
  let bits = "";
  for (const letter of text.replace(/=+$/, "").toUpperCase()) {
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  }
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
