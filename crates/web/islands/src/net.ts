// What goes over the wire to a node, sealed.

import type { Answer, Net } from "./outbox";

type Bytes = Uint8Array<ArrayBuffer>;

/** A connection that hangs is given up after two minutes and as long as the bytes take at 100 a second. */
async function ask(url: string, options: RequestInit, bytes: number): Promise<Response> {
  const stop = new AbortController();
  const timeout = setTimeout(() => stop.abort(), 120_000 + bytes * 10);
  try {
    const answer = await fetch(url, { ...options, redirect: "error", cache: "no-store", signal: stop.signal });
    // Read while the time still runs: a body can hang, too.
    return new Response(answer.body && (await answer.arrayBuffer()), answer);
  } finally {
    clearTimeout(timeout);
  }
}

async function push(method: string, url: string, headers: Record<string, string>, body: Bytes): Promise<Answer> {
  const type = { "Content-Type": "application/octet-stream" };
  const answer = await ask(url, { method, headers: { ...type, ...headers }, body }, body.length);
  return { status: answer.status, body: await answer.json().catch(() => null) };
}

export const net: Net = {
  post: (sealed, kunci) => push("POST", "/kirim/laporan", { "Simpul-Kunci": kunci }, sealed),
  put: (id, n, last, bytes) => push("PUT", `/kirim/berkas/${id}/${n}`, { "Simpul-Last": last ? "1" : "0" }, bytes),
  async have(id) {
    const answer = await ask(`/kirim/berkas/${id}`, { method: "HEAD" }, 0);
    return { status: answer.status, body: answer.headers.get("Simpul-Have") };
  },
};
