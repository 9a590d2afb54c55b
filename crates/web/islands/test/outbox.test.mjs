// The outbox: nothing lost, nothing doubled, whatever the connection does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sealFile } from "../build/chunks.mjs";
import { delay, dropped, sealedItem, send, waiting } from "../build/outbox.mjs";
import { slip } from "../build/slip.mjs";

const kunci = new Uint8Array(16);
const bytes = Uint8Array.of(1, 2, 3);

function phone(...items) {
  const kept = new Map(items.map((item) => [item.rid, item]));
  const files = new Map();
  return {
    kept,
    files,
    all: async () => [...kept.values()],
    change: async (rid, alter) => {
      const item = kept.get(rid);
      if (!item || item.state === "dropped") return null;
      kept.set(rid, alter(item));
      return kept.get(rid);
    },
    forget: async (rid) => void kept.delete(rid),
    file: async (id) => files.get(id),
    dropFile: async (id) => void files.delete(id),
  };
}

const parcel = (name, files = []) => ({ rid: Uint8Array.of(name), slip: "7F3K", sealed: bytes, kunci, files });
const item = (name, held = false) => sealedItem(parcel(name), 0, held);
const receipt = (rid) => ({ rid, seq: 9, at: "2026-11-23T03:00:00Z", signature: "s" });
const no = () => 0;
const nothing = { have: async () => ({ status: 404, body: null }), put: async () => assert.fail("no file") };

/** One round with what the node answers (an error is thrown: no connection). */
async function round(store, answer, now = 0, all = true) {
  const posted = [];
  const post = async (sealed, key) => {
    posted.push(key);
    const given = typeof answer === "function" ? answer(sealed) : answer;
    if (given instanceof Error) throw given;
    return given;
  };
  const next = await send(store, { ...nothing, post }, () => now, no, all);
  return { next, posted: posted.length };
}

test("with a receipt the report is recorded and its bytes are gone", async () => {
  for (const status of [200, 201]) {
    const store = phone(item(1));
    const { next } = await round(store, { status, body: receipt("01") });
    assert.equal(next, null);
    assert.deepEqual(store.kept.get("01"), { rid: "01", slip: "7F3K", made: 0, tries: 0, next: 0, state: "recorded", receipt: receipt("01") });
  }
});

test("without connection it waits, and tries after 30 s, 1, 2, 5, 15, 60 min, then every hour", async () => {
  const store = phone(item(1));
  const seconds = [];
  let now = 0;
  for (let i = 0; i < 8; i++) {
    const { next, posted } = await round(store, new Error("offline"), now, false);
    assert.equal(posted, 1);
    assert.equal(store.kept.get("01").state, "waiting");
    assert.deepEqual(store.kept.get("01").sealed, bytes);
    seconds.push((next - now) / 1000);
    assert.equal((await round(store, new Error("offline"), next - 1, false)).posted, 0);
    now = next;
  }
  assert.deepEqual(seconds, [30, 60, 120, 300, 900, 3600, 3600, 3600]);
  assert.equal(delay(1, 1), 36_000);
});

test("a locked node has it, unrecorded: the bytes stay and the phone asks again", async () => {
  const store = phone(item(1));
  await round(store, { status: 202, body: null });
  assert.equal(store.kept.get("01").state, "arrived");
  await round(store, new Error("offline"), 60_000);
  assert.equal(store.kept.get("01").state, "arrived");
  assert.deepEqual(store.kept.get("01").sealed, bytes);
  await round(store, { status: 200, body: receipt("01") }, 120_000);
  assert.equal(store.kept.get("01").state, "recorded");
});

test("an answer that is no receipt for this report changes nothing", async () => {
  for (const body of [null, "<html>", {}, receipt("02")]) {
    const store = phone(item(1));
    await round(store, { status: 200, body });
    assert.equal(store.kept.get("01").state, "waiting");
    assert.deepEqual(store.kept.get("01").sealed, bytes);
  }
});

test("a final refusal stops with its remedy and keeps the bytes; a busy node does not stop it", async () => {
  const store = phone(item(1));
  await round(store, { status: 413, body: { error: { remedy: "Ringkas laporan." } } });
  assert.equal(store.kept.get("01").state, "refused");
  assert.equal(store.kept.get("01").remedy, "Ringkas laporan.");
  assert.deepEqual(store.kept.get("01").sealed, bytes);
  assert.equal((await round(store, { status: 201, body: receipt("01") })).posted, 0);
  for (const status of [408, 425, 429, 500, 503]) {
    const busy = phone(item(1));
    await round(busy, { status, body: null });
    assert.equal(busy.kept.get("01").state, "waiting", String(status));
  }
});

test("a held report waits for the responder and is not sent", async () => {
  const store = phone(item(1, true));
  assert.deepEqual(await round(store, { status: 201, body: receipt("01") }), { next: null, posted: 0 });
  assert.equal(waiting(await store.all()), 1);
});

test("a page that died while sending sends again", async () => {
  const store = phone({ ...item(1), state: "sending" });
  await round(store, { status: 200, body: receipt("01") });
  assert.equal(store.kept.get("01").state, "recorded");
});

test("one that is deleted while it is sent stays deleted, and only its number is left", async () => {
  const store = phone(item(1));
  await round(store, () => {
    store.kept.set("01", dropped(store.kept.get("01")));
    return { status: 202, body: null };
  });
  assert.deepEqual(store.kept.get("01"), { rid: "01", slip: "7F3K", made: 0, state: "dropped", tries: 0, next: 0 });
});

test("30 days after, what is recorded or deleted is forgotten; what still has its bytes is not", async () => {
  const { sealed: _, ...bare } = item(1);
  const store = phone({ ...bare, state: "recorded" }, item(2), { ...item(3), state: "refused" }, item(4, true), dropped(item(5)));
  await round(store, new Error("offline"), 31 * 24 * 3600_000);
  assert.deepEqual([...store.kept.keys()], ["02", "03", "04"]);
});

test("200 runs with cuts at random: none lost, none doubled at a node that knows the key", async () => {
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let run = 0; run < 200; run++) {
    const store = phone(item(1), item(2), item(3));
    const node = new Set();
    let now = 0;
    for (let i = 0; i < 60 && waiting(await store.all()); i++) {
      const post = async () => {
        const rid = [...store.kept.values()].find((known) => known.state === "sending" || known.state === "arrived")?.rid;
        if (chance() < 0.3) throw new Error("cut before");
        node.add(rid);
        if (chance() < 0.3) throw new Error("cut after");
        return chance() < 0.3 ? { status: 202, body: null } : { status: 201, body: receipt(rid) };
      };
      now = (await send(store, { ...nothing, post }, () => now, chance, false)) ?? now;
    }
    assert.equal(waiting(await store.all()), 0);
    assert.deepEqual([...node].sort(), ["01", "02", "03"]);
  }
});

/** A node that takes files as CONTRACTS has it, over a link that `luck` may cut before or after the node hears. */
function filing(luck = () => "through") {
  const node = { chunks: new Map(), posts: 0, bytes: 0, asked: 0 };
  const over = async (answer) => {
    const what = luck();
    if (what === "before") throw new Error("cut before");
    const given = answer();
    if (what === "after") throw new Error("cut after");
    return given;
  };
  const list = (id) => [...(node.chunks.get(id)?.keys() ?? [])].sort((a, b) => a - b).join(",");
  const net = {
    post: () =>
      over(() => {
        node.posts++;
        return { status: 201, body: receipt("01") };
      }),
    have: (id) => {
      node.asked++;
      return over(() => (node.chunks.has(id) ? { status: 200, body: list(id) } : { status: 404, body: null }));
    },
    put: (id, n, last, chunk) => {
      node.bytes += chunk.length;
      return over(() => {
        assert.ok(node.posts > 0, "the report goes first");
        const kept = node.chunks.get(id) ?? node.chunks.set(id, new Map()).get(id);
        const status = kept.has(n) ? 200 : 201;
        kept.set(n, { last, chunk });
        return { status, body: null };
      });
    },
  };
  return { node, net };
}

async function withPhoto(size) {
  const { ref, sealed } = await sealFile(new Uint8Array(size).fill(7));
  const store = phone(sealedItem(parcel(1, [{ id: ref[0], size: sealed.length }]), 0, false));
  store.files.set(ref[0], sealed);
  return { store, id: ref[0], sealed };
}

test("the report goes first, its photo follows in chunks, and only then has it arrived", async () => {
  const { store, id, sealed } = await withPhoto(40_000);
  const { node, net } = filing();
  const states = [];
  const put = async (...all) => {
    states.push(store.kept.get("01").state);
    return net.put(...all);
  };
  assert.equal(await send(store, { ...net, put }, () => 0, no, true), null);
  assert.deepEqual(states, ["sending", "sending", "sending"]);
  assert.deepEqual([...node.chunks.get(id).values()].map(({ last }) => last), [false, false, true]);
  assert.deepEqual(Buffer.concat([...node.chunks.get(id).values()].map(({ chunk }) => chunk)), Buffer.from(sealed));
  assert.deepEqual(store.kept.get("01"), { rid: "01", slip: "7F3K", made: 0, tries: 0, next: 0, state: "recorded", receipt: receipt("01") });
  assert.equal(store.files.size, 0, "the phone keeps no picture");
});

test("a photo of 3 MB over a link that breaks five times: at most 5 % is sent twice, nothing is missing", async () => {
  for (const side of ["before", "after"]) {
    const { store, id, sealed } = await withPhoto(3_000_000);
    let calls = 0;
    const { node, net } = filing(() => (++calls % 35 === 0 && calls <= 175 ? side : "through"));
    let now = 0;
    let rounds = 0;
    while (store.kept.get("01").state !== "recorded") {
      now = (await send(store, net, () => now, no, false)) ?? now;
      rounds++;
    }
    assert.equal(rounds, 6);
    assert.equal(node.chunks.get(id).size, 184);
    assert.ok(node.bytes <= sealed.length * 1.05, `${node.bytes} of ${sealed.length}`);
    assert.equal(node.posts, 1, "the report itself is not sent again");
  }
});

test("with the receipt here and the photo on its way, the report waits with its progress and without its bytes", async () => {
  const { store } = await withPhoto(40_000);
  let calls = 0;
  const { net } = filing(() => (++calls > 4 ? "before" : "through"));
  await send(store, net, () => 0, no, true);
  const { state, receipt: has, sealed, sent, files } = store.kept.get("01");
  assert.deepEqual({ state, has: !!has, sealed, sent, files: files.length }, { state: "waiting", has: true, sealed: undefined, sent: [2, 3], files: 1 });
  assert.equal(waiting(await store.all()), 1);
});

test("a node that takes no photo for good stops it with its remedy; a full or busy one does not", async () => {
  for (const [status, state] of [[413, "refused"], [409, "refused"], [429, "waiting"], [503, "waiting"]]) {
    const { store } = await withPhoto(100);
    const { net } = filing();
    const put = async () => ({ status, body: { error: { remedy: "Perkecil foto." } } });
    await send(store, { ...net, put }, () => 0, no, true);
    assert.equal(store.kept.get("01").state, state, String(status));
    assert.equal(store.kept.get("01").remedy, state === "refused" ? "Perkecil foto." : undefined);
    assert.equal(store.files.size, 1, "nothing is lost");
  }
});

test("a locked node takes the photo, too, and the receipt is asked for again", async () => {
  const { store, id } = await withPhoto(100);
  const { node, net } = filing();
  node.posts = 1;
  await send(store, { ...net, post: async () => ({ status: 202, body: null }) }, () => 0, no, true);
  assert.equal(store.kept.get("01").state, "arrived");
  assert.equal(node.chunks.get(id).size, 1);
  await send(store, net, () => 60_000, no, true);
  assert.equal(store.kept.get("01").state, "recorded");
});

test("deleting a report stops its photo between two chunks", async () => {
  const { store } = await withPhoto(100_000);
  const { node, net } = filing();
  const put = async (id, n, ...rest) => {
    if (n === 2) store.kept.set("01", dropped(store.kept.get("01")));
    return net.put(id, n, ...rest);
  };
  await send(store, { ...net, put }, () => 0, no, true);
  assert.equal([...node.chunks.values()][0].size, 3);
  assert.equal(store.kept.get("01").state, "dropped");
});

test("a report has one number, on the phone and at the desk", async () => {
  const { cases } = JSON.parse(readFileSync(new URL("../../../seal/vectors/slip.json", import.meta.url), "utf8"));
  assert.ok(cases.length > 1);
  for (const { rid, shown } of cases) assert.equal(await slip(Buffer.from(rid, "hex")), shown);
});
