// Starts the demo nodes and a browser, and lets people in.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

// Each keeps Chromium from looking for hosts of its maker, or from needing what a test machine lacks.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Nodes with their addresses and people, and a browser. */
export async function openHouse() {
  const nodes = await startNodes();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    headless: true,
  });
  return {
    browser,
    base: (name) => found(nodes.addresses.nodes.find((node) => node.name === name), `node ${name}`).url,
    person: (node, role) =>
      found(
        nodes.addresses.people.find((person) => person.node === node && person.role === role),
        `a person with role ${role} at ${node}`,
      ),
    now: () => Date.now() + (nodes.read().clock_offset_ms ?? 0),
    async close() {
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
  const binary = process.env.SIMPUL_BIN;
  if (!binary || !existsSync(binary)) throw new Error("SIMPUL_BIN names no binary: run `cargo xtask test browser`");
  const dir = mkdtempSync(join(tmpdir(), "simpul-browser-"));
  const file = join(dir, "addresses.json");
  const child = spawn(binary, ["demo", "--dir", join(dir, "demo"), "--addresses", file], {
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

/** A page of its own context; script off unless asked for. */
export async function newPage(house, { script = false, width = 360, ...more } = {}) {
  const context = await house.browser.newContext({
    javaScriptEnabled: script,
    viewport: { width, height: 640 },
    locale: "id-ID",
    ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && !hostname.endsWith(".localhost")) page.faults.push(`third party: ${request.url()}`);
  });
  return page;
}

/** Lets a person in by name, password and one-time code, in one form. */
export async function signIn(house, page, node, role) {
  const person = house.person(node, role);
  await page.goto(`${house.base(node)}/masuk`);
  await page.fill("[name=nama]", person.name);
  await page.fill("[name=sandi]", person.password);
  await page.fill("[name=totp]", totp(person.totp, house.now()));
  await Promise.all([page.waitForURL("**/hari-ini"), page.click("main form button.button:not([data-kunci])")]);
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
