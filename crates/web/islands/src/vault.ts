// Drafts behind a PIN. Each draft has an AES-256-GCM key of its own; that key is wrapped by the vault key, and the vault
// key by a device key that no script can read out and by PBKDF2-SHA-256 of six digits. That stops a finder, not a
// laboratory. Wrong PINs slow down; the tenth destroys the vault key, and with it every draft. Sealed reports survive.

type Bytes = Uint8Array<ArrayBuffer>;

/** OWASP's figure of 2023 for PBKDF2-SHA-256. */
const ROUNDS = 600_000;
const WRONG_MAX = 10;
/** Seconds to wait after the third wrong PIN, the fourth … */
const WAITS_S = [30, 60, 120, 300, 900, 3600, 3600];

/** What lies on the phone. */
export interface Lock {
  id: "pin";
  salt: Bytes;
  device: CryptoKey;
  wrapped: Bytes;
  wrong: number;
  /** No try before this time, ms. */
  until: number;
}

export interface Shelf {
  read(): Promise<Lock | undefined>;
  /** Changes the lock in one go and gives it as it was; `null` takes it away, and every draft with it. */
  change(alter: (lock: Lock) => Lock | null): Promise<Lock | undefined>;
  write(lock: Lock): Promise<void>;
}

/** A wrong PIN: how many tries are left, and how long to wait for the next. */
export class WrongPin extends Error {
  constructor(
    readonly left: number,
    readonly waitMs: number,
  ) {
    super("pin.wrong");
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text) as Bytes;

/** Nonce and ciphertext in one. */
export async function encrypt(key: CryptoKey, plain: Bytes): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const made = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  const whole = new Uint8Array(12 + made.length);
  whole.set(iv);
  whole.set(made, 12);
  return whole;
}

export async function decrypt(key: CryptoKey, sealed: Bytes): Promise<Bytes> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.subarray(0, 12) }, key, sealed.subarray(12));
  return new Uint8Array(plain);
}

function aes(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function ofPin(pin: string, salt: Bytes): Promise<CryptoKey> {
  const digits = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, digits, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** A new vault under a PIN; gives its key. */
export async function create(shelf: Shelf, pin: string): Promise<CryptoKey> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const device = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await encrypt(device, await encrypt(await ofPin(pin, salt), raw));
  await shelf.write({ id: "pin", salt, device, wrapped, wrong: 0, until: 0 });
  return aes(raw);
}

/** Opens the vault. The try counts before it is made, so that closing the page does not take it back. */
export async function unlock(shelf: Shelf, pin: string, now: number): Promise<CryptoKey> {
  const wait = (wrong: number) => 1000 * (wrong < 3 ? 0 : (WAITS_S[wrong - 3] ?? 3600));
  const before = await shelf.change((lock) => {
    if (now < lock.until) return lock;
    const wrong = lock.wrong + 1;
    return { ...lock, wrong, until: now + wait(wrong) };
  });
  if (!before) throw new WrongPin(0, 0);
  if (now < before.until) throw new WrongPin(WRONG_MAX - before.wrong, before.until - now);
  try {
    const raw = await decrypt(await ofPin(pin, before.salt), await decrypt(before.device, before.wrapped));
    await shelf.change((lock) => ({ ...lock, wrong: 0, until: 0 }));
    return aes(raw);
  } catch {
    const wrong = before.wrong + 1;
    if (wrong >= WRONG_MAX) await shelf.change(() => null);
    throw new WrongPin(Math.max(0, WRONG_MAX - wrong), wait(wrong));
  }
}

/** A draft under a key of its own, and that key under the vault's. */
export async function close(vault: CryptoKey, text: string): Promise<{ key: Bytes; body: Bytes }> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  return { body: await encrypt(await aes(raw), utf8(text)), key: await encrypt(vault, raw) };
}

export async function reopen(vault: CryptoKey, { key, body }: { key: Bytes; body: Bytes }): Promise<string> {
  return new TextDecoder().decode(await decrypt(await aes(await decrypt(vault, key)), body));
}
