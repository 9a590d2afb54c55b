// Drafts behind a PIN: what lies on the phone says nothing, wrong PINs slow down, the tenth ends it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { close, create, reopen, unlock, WrongPin } from "../build/vault.mjs";

const PIN = "271828";
const TOLD = "Paspor Sumiyatun ditahan";

function phone() {
  const kept = { lock: undefined };
  return {
    kept,
    read: async () => kept.lock,
    write: async (lock) => void (kept.lock = lock),
    change: async (alter) => {
      const before = kept.lock;
      kept.lock = before && (alter(before) ?? undefined);
      return before;
    },
  };
}

test("a draft opens with its PIN and with no other", async () => {
  const shelf = phone();
  const draft = await close(await create(shelf, PIN), TOLD);
  assert.equal(await reopen(await unlock(shelf, PIN, 0), draft), TOLD);
  await assert.rejects(unlock(shelf, "271829", 0), (error) => error instanceof WrongPin && error.left === 9 && error.waitMs === 0);
  const other = phone();
  await assert.rejects(reopen(await create(other, PIN), draft), "the same PIN on another phone opens nothing");
});

test("T9: nothing on the phone holds the PIN, a word of the draft or a key that a script can read", async () => {
  const shelf = phone();
  const draft = await close(await create(shelf, PIN), TOLD);
  const { device, ...rest } = shelf.kept.lock;
  assert.equal(device.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", device));
  for (const bytes of [rest.salt, rest.wrapped, draft.key, draft.body]) {
    for (const word of [PIN, "Sumiyatun", "Paspor"]) assert.ok(!Buffer.from(bytes).includes(word));
  }
  assert.equal(draft.body.length, 12 + TOLD.length + 16, "and it is not stored twice");
});

test("each draft has a key of its own", async () => {
  const vault = await create(phone(), PIN);
  const [one, two] = [await close(vault, TOLD), await close(vault, TOLD)];
  assert.notDeepEqual(one.body, two.body);
  await assert.rejects(reopen(vault, { key: one.key, body: two.body }));
});

test("wrong PINs slow down: at once, then 30 s, 1, 2, 5, 15, 60 min; a right one before its time is not tried", async () => {
  const shelf = phone();
  await create(shelf, PIN);
  const waits = [];
  let now = 0;
  for (let n = 1; n < 10; n++) {
    const wrong = await unlock(shelf, "000000", now).catch((error) => error);
    assert.deepEqual([wrong.left, shelf.kept.lock.wrong], [10 - n, n]);
    waits.push(wrong.waitMs / 1000);
    if (wrong.waitMs) {
      const early = await unlock(shelf, PIN, now + wrong.waitMs - 1).catch((error) => error);
      assert.deepEqual([early.left, early.waitMs, shelf.kept.lock.wrong], [10 - n, 1, n], "it does not count either");
    }
    now += wrong.waitMs;
  }
  assert.deepEqual(waits, [0, 0, 30, 60, 120, 300, 900, 3600, 3600]);
  await unlock(shelf, PIN, now);
  assert.equal(shelf.kept.lock.wrong, 0, "the right one begins anew");
});

test("T9: the tenth wrong PIN destroys the vault key", async () => {
  const shelf = phone();
  await create(shelf, PIN);
  let now = 0;
  for (let n = 1; n <= 10; n++) {
    const wrong = await unlock(shelf, "000000", now).catch((error) => error);
    assert.equal(wrong.left, 10 - n);
    now += wrong.waitMs;
  }
  assert.equal(shelf.kept.lock, undefined);
  await assert.rejects(unlock(shelf, PIN, now), WrongPin, "not even the right one opens it");
});

test("a try counts before it is made: closing the page does not take it back", async () => {
  const shelf = phone();
  await create(shelf, PIN);
  const tried = unlock(shelf, "000000", 0).catch(() => {});
  await Promise.resolve();
  assert.equal(shelf.kept.lock.wrong, 1);
  await tried;
});
