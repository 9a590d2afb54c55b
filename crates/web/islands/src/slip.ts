// The number by which people speak of a report, on the phone as at every desk: the code of its slip (crates/seal/src/wire/slip.rs),
// made from the report's id alone: 55 bits of a hash in eleven characters, and a twelfth that finds typing errors.

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Twice, in the field of 32 elements. */
const twice = (s: number) => (s < 16 ? 2 * s : (2 * s) ^ 37);

/** Three groups of four. */
export async function slip(rid: Uint8Array): Promise<string> {
  const named = Uint8Array.of(...new TextEncoder().encode("simpul/slip/1"), ...rid);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", named));
  const bits = (at: number) => ((((hash[at >> 3] ?? 0) << 8) | (hash[(at >> 3) + 1] ?? 0)) >> (11 - (at & 7))) & 31;
  const digits = Array.from({ length: 11 }, (_, n) => bits(5 * n));
  digits.push(twice(digits.reduce((sum, digit) => twice(sum) ^ digit, 0)));
  return digits.map((digit, n) => (n && n % 4 === 0 ? " " : "") + DIGITS[digit]).join("");
}
