// One node of its own, with packs, and a link of its own to it: for what must be counted on the wire or seen to change.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { BINARY, BROWSER, FLAGS } from "./house.js";

const SLOWLINK = process.env.SLOWLINK_BIN ?? join(import.meta.dirname, "../../target/debug/slowlink");
const PACKS = join(import.meta.dirname, "../../crates/pocketbook/packs");
/** The node answers at the first address, a link at the second, both under one name and port. */
const [DIRECT, LINKED] = ["127.0.0.1", "127.0.0.2"];
const HOST = "batam.localhost";

/** Founds a node; `prepare` may put packs into it before it starts. */
export async function startNode(prepare = () => {}) {
  const dir = mkdtempSync(join(tmpdir(), "simpul-node-"));
  const secret = join(dir, "frasa");
  writeFileSync(secret, "ombak tenang di pagi hari");
  const [web, carrier] = [await freePort(), await freePort()];
  const run = (...words) => execFileSync(BINARY, words, { cwd: dir, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  run("init", "n", "--place", "21.71", "--name", "batam", "--title", "Gugus Tugas PP-TPPO Kota Batam", "--passphrase-file", secret,
    "--port", String(web), "--carrier-port", String(carrier));
  const publisher = run("handbook", "key", "penerbit.key").trim();
  const config = join(dir, "n/simpul.toml");
  writeFileSync(config, readFileSync(config, "utf8").replace("publishers = []", `publishers = ["${publisher}"]`));
  const node = {
    dir,
    port: web,
    base: `http://${HOST}:${web}`,
    sign: (pack) => run("handbook", "sign", pack, "--key", "penerbit.key"),
    child: null,
    async start() {
      node.child = spawn(BINARY, ["serve", "n", "--passphrase-file", secret], { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
      for await (const line of createInterface({ input: node.child.stderr })) if (line.includes("node serves")) break;
      node.child.stderr.resume();
    },
    async stop() {
      const ended = once(node.child, "exit");
      node.child.kill("SIGTERM");
      await ended;
    },
    async close() {
      await node.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  prepare(node);
  await node.start();
  return node;
}

/** The public window of a node as a process of its own. */
export async function openWindow(node) {
  const port = await freePort();
  await node.stop();
  appendFileSync(join(node.dir, "n/simpul.toml"), `\n[public]\nhost = "publik.localhost"\nport = ${port}\n`);
  await node.start();
  const child = spawn(BINARY, ["serve", "n", "--public"], { cwd: node.dir, stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface({ input: child.stderr })) if (line.includes("public window serves")) break;
  child.stderr.resume();
  return {
    base: `http://publik.localhost:${port}`,
    async close() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, DIRECT);
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Puts a pack into a node, with changes to its files, and signs it. */
export function putPack(node, name, files) {
  const folder = join(node.dir, "n/packs", name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  node.sign(folder);
}

/** The guidance of the binary under another version, with one text of one chapter changed. */
export function putGuidance(node, version, chapter, from, to) {
  const folder = join(node.dir, "n/packs", `panduan-${version}`);
  cpSync(join(PACKS, "guidance"), folder, { recursive: true });
  const edit = (path, change) => writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
  edit("pack.json", (text) => JSON.stringify({ ...JSON.parse(text), version, checked_on: "2026-01-02" }));
  edit(`chapters/${chapter}.json`, (text) => {
    if (!text.includes(from)) throw new Error(`${from} is not in ${chapter}`);
    return text.replace(from, to);
  });
  node.sign(folder);
}

/** A language as its pack would be: every sentence of the length of the Indonesian one. Not a translation of anything. */
export function putLanguage(node, tag) {
  const { groups } = JSON.parse(readFileSync(join(PACKS, "guidance/sentences.json"), "utf8"));
  const like = (text) => {
    const letters = createHash("sha256").update(tag + text).digest("hex").replace(/\d/g, (digit) => "ghijklmnop"[digit]);
    return [...text].map((letter, place) => (/[a-z]/i.test(letter) ? letters[place % letters.length] : letter)).join("");
  };
  const sentences = Object.fromEntries(
    groups.flatMap(({ id, sentences: all }) => all.map(({ key, text }) => [`${id}.${key}`, like(text.id)])),
  );
  const manifest = {
    pack: 1, kind: "language", id: `uji-${tag}`, version: "1", previous: null, checked_on: "2026-01-02", sources: ["uji"], files: [],
  };
  putPack(node, `bahasa-${tag}`, {
    "pack.json": JSON.stringify(manifest),
    "sentences.json": JSON.stringify({ language: tag, sentences }),
  });
}

/** A link to a node, as slow as asked; closing it tells how much went through. */
export async function openLink(node, quality = []) {
  if (!existsSync(SLOWLINK)) throw new Error(`${SLOWLINK} is missing: cargo build -p slowlink`);
  const words = ["--listen", `${LINKED}:${node.port}`, "--to", `${DIRECT}:${node.port}`, ...quality];
  const child = spawn(SLOWLINK, words, { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async close() {
      child.kill("SIGTERM");
      const { value } = await lines.next();
      const [, connections, down, up] = /connections (\d+) down (\d+) up (\d+)/.exec(value).map(Number);
      return { connections, down, up };
    },
  };
}

/** A browser that reaches nodes through links. */
export function openBrowser() {
  return chromium.launch({
    executablePath: BROWSER,
    args: [...FLAGS, `--host-resolver-rules=MAP ${HOST} ${LINKED}`],
    headless: true,
  });
}
