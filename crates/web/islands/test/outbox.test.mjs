// The outbox: nothing lost, nothing doubled, whatever the connection does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { delay, reference, sealedItem, send, waiting } from "../build/outbox.mjs";

const kunci = new Uint8Array(16);
const bytes = Uint8Array.of(1, 2, 3);

function phone(...items) {
  const kept = new Map(items.map((item) => [item.rid, item]));
  return {
    kept,
    all: async () => [...kept.values()],
    put: async (item) => void kept.set(item.rid, item),
    drop: async (rid) => void kept.delete(rid),
  };
}

const item = (name, held = false) => sealedItem(Uint8Array.of(name), bytes, kunci, 0, held);
const receipt = (rid) => ({ rid, seq: 9, at: "2026-11-23T03:00:00Z", signature: "s" });
const no = () => 0;

/** One round with what the node answers (an error is thrown: no connection). */
async function round(store, answer, now = 0, all = true) {
  const posted = [];
  const post = async (sealed, key) => {
    posted.push(key);
    const given = typeof answer === "function" ? answer(sealed) : answer;
    if (given instanceof Error) throw given;
    return given;
  };
  const next = await send(store, post, () => now, no, all);
  return { next, posted: posted.length };
}

test("with a receipt the report is recorded and its bytes are gone", async () => {
  for (const status of [200, 201]) {
    const store = phone(item(1));
    const { next } = await round(store, { status, body: receipt("01") });
    assert.equal(next, null);
    assert.deepEqual(store.kept.get("01"), { rid: "01", made: 0, tries: 0, next: 0, state: "recorded", receipt: receipt("01") });
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

test("one that is deleted while it is sent stays deleted", async () => {
  const store = phone(item(1));
  await round(store, () => {
    store.kept.delete("01");
    return { status: 202, body: null };
  });
  assert.equal(store.kept.size, 0);
});

test("30 days after, a recorded report is forgotten and an unsent one is not", async () => {
  const store = phone({ ...item(1), state: "recorded" }, item(2));
  await round(store, new Error("offline"), 31 * 24 * 3600_000);
  assert.deepEqual([...store.kept.keys()], ["02"]);
});

test("200 runs with cuts at random: none lost, none doubled at a node that knows the key", async () => {
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let run = 0; run < 200; run++) {
    const store = phone(item(1), item(2), item(3));
    const node = new Set();
    let now = 0;
    for (let i = 0; i < 60 && waiting(await store.all()); i++) {
      const post = async (_, __) => {
        const rid = [...store.kept.values()].find((known) => known.state === "sending" || known.state === "arrived")?.rid;
        if (chance() < 0.3) throw new Error("cut before");
        node.add(rid);
        if (chance() < 0.3) throw new Error("cut after");
        return chance() < 0.3 ? { status: 202, body: null } : { status: 201, body: receipt(rid) };
      };
      now = (await send(store, post, () => now, chance, false)) ?? now;
    }
    assert.equal(waiting(await store.all()), 0);
    assert.deepEqual([...node].sort(), ["01", "02", "03"]);
  }
});

test("a report has one number, on the phone and at the desk", () => {
  // The desk writes the low five bits of the first eight bytes as Crockford base32 (`reference` in crates/web).
  assert.equal(reference("000dbe5e1f20c0ff1122334455667788"), "0DYY Z00Z");
});
