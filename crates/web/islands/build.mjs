// Builds the islands into ../dist (plain files; the server makes the packed copies) and, for the tests, the parts that
// need no page into build/; the outline of maps into ../dist/garis.txt. Prints what each weighs on the wire.
import { build } from "esbuild";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { outline } from "./outline.mjs";

const here = new URL(".", import.meta.url).pathname;
const islands = ["dasar", "saku", "saku-sw", "kirim", "brankas", "kunci", "ucap", "tanpa-nama"];
const parts = ["screening", "seal", "outbox", "steps", "base64", "report", "slip", "chunks", "vault", "kerangka", "bertutur"];
const shared = { absWorkingDir: here, bundle: true, format: "esm", charset: "utf8", legalComments: "none", logLevel: "warning" };

rmSync(`${here}../dist`, { recursive: true, force: true });
mkdirSync(`${here}../dist`, { recursive: true });
await build({
  ...shared,
  entryPoints: islands.map((name) => `src/${name}.ts`),
  outdir: "../dist",
  target: "es2020",
  minify: true,
});
await build({ ...shared, entryPoints: parts.map((name) => `src/${name}.ts`), outdir: "build", outExtension: { ".js": ".mjs" } });

writeFileSync(`${here}../dist/garis.txt`, outline());

for (const name of [...islands.map((name) => `${name}.js`), "garis.txt"]) {
  const bytes = readFileSync(`${here}../dist/${name}`);
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  console.log(`${name} ${bytes.length} bytes, ${packed.length} packed`);
}
