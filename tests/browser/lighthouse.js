// Lighthouse over the public start page, as a phone sees it (WEB.md 12).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ENGINE, FLAGS } from "./house.js";
import { startNode } from "./node.js";

const LIGHTHOUSE = join(import.meta.dirname, "node_modules/.bin/lighthouse");
/** Performance hangs on the machine: it is asserted in the long run alone. */
const PERFORMANCE_MIN = 0.99;
/** Lighthouse sometimes loses its browser on a busy machine: then it has measured nothing, and is asked again. */
const TRIES = 3;
/** In the long run the whole list of pages that anybody may see. */
const PATHS = process.env.SIMPUL_LONG ? ["/", "/en", "/periksa", "/hak", "/bantuan", "/data", "/tentang", "/lapor", "/balas"] : ["/", "/en"];
/** Pages of a report have a title that tells nothing, and are kept out of search engines: what such engines want is not asked of them. */
const QUIET = { "/lapor": true, "/balas": true };
/** A run takes some 15 seconds; one that hangs is ended, so that it can be asked again. */
const LIMIT_MS = 120_000;

/** Lighthouse's report of `url`; throws with the tool's own words when it could not measure in `TRIES` runs. */
function measured(url) {
  const words = [
    url, "--quiet", `--chrome-flags=--headless=new ${FLAGS.join(" ")}`, "--output=json", "--form-factor=mobile", "--no-enable-error-reporting",
    "--throttling-method=simulate",
  ];
  const env = { ...process.env, CHROME_PATH: ENGINE };
  for (let run = 1; ; run++) {
    const { status, stdout, stderr } = spawnSync(LIGHTHOUSE, words, { encoding: "utf8", env, maxBuffer: 1 << 27, timeout: LIMIT_MS });
    if (status === 0) return JSON.parse(stdout);
    const why = stderr.trim() || "without a word";
    if (run === TRIES) throw new Error(`Lighthouse could not measure ${url} in ${TRIES} runs (exit ${status}): ${why}`);
    console.log(`# Lighthouse measured nothing in run ${run} (exit ${status}): ${why}`);
  }
}

export function lighthouseTests(test) {
  for (const path of PATHS) {
    test(`Lighthouse finds nothing to mend on ${path}`, async () => {
      const node = await startNode();
      try {
        const report = measured(`${node.base}${path}`);
        const failed = (category) =>
          report.categories[category].auditRefs
            .filter(({ id, weight }) => weight > 0 && (report.audits[id].score ?? 1) < 1)
            .map(({ id }) => `${category}: ${id}: ${report.audits[id].title}`);
        const asserted = QUIET[path] ? ["accessibility", "best-practices"] : ["accessibility", "best-practices", "seo"];
        assert.deepEqual(asserted.flatMap(failed), []);
        for (const category of asserted) assert.equal(report.categories[category].score, 1, category);
        const { score } = report.categories.performance;
        if (process.env.SIMPUL_LONG) assert.ok(score >= PERFORMANCE_MIN, `performance ${score}: ${failed("performance")}`);
        else assert.ok(score > 0, "performance was measured");
      } finally {
        await node.close();
      }
    });
  }
}
