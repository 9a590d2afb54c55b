// Pages that share one frame: the phone keeps the frame of each language once, and of each page only its words, in every
// language. Here both become the page that the server would send.

/** Path, SHA-256 in hex (or `~` and a mark where each answer has its own key), bytes, the page whose words a file holds. */
export type Berkas = [string, string, number, string?];

type Frames = Record<string, string>;
type Words = Record<string, [title: string, main: string]>;

/** The language of an address, and the page below `/saku`. */
export function pageOf(pathname: string, frames: Frames): [lang: string, page: string] {
  const [, tag = "", rest = ""] = /^\/saku(?:\/([a-z]{2,3})(?=\/|$))?(.*)$/.exec(pathname) || [];
  return tag in frames ? [tag, rest] : ["id", pathname.slice("/saku".length)];
}

/** Frame and words put together. */
export function filled(frame: string, page: string, [title, main]: [string, string]): string {
  // Functions, because `$` in a text would mean something to `replace`.
  return frame
    .split("{jalan}")
    .join(page)
    .replace("{judul}", () => title)
    .replace("{isi}", () => main);
}

/** The page of an address, if the phone holds its words; its headers are those of the one page that is kept whole. */
export async function composed(cache: Cache, files: Berkas[], pathname: string, search: string): Promise<Response | null> {
  const json = async <T>(path: string): Promise<T | null> => (await cache.match(path))?.json() ?? null;
  const frames = await json<Frames>("/saku/paket/kerangka.json");
  if (!frames) return null;
  const [lang, page] = pageOf(pathname, frames);
  const file = files.find(([, , , of]) => of === page + search);
  const words = file && (await json<Words>(file[0]))?.[lang];
  const frame = frames[lang];
  const whole = await cache.match("/saku/lapor");
  if (!words || !frame || !whole) return null;
  const headers = new Headers(whole.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(filled(frame, page, words), { headers });
}
