// Lighthouse over the public start page, as a phone sees it (WEB.md 12).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { FLAGS } from "./house.js";
import { startNode } from "./node.js";

const LIGHTHOUSE = join(import.meta.dirname, "node_modules/.bin/lighthouse");
/** Performance hangs on the machine: it is asserted in the long run alone. */
const PERFORMANCE_MIN = 0.99;

export function lighthouseTests(test) {
  for (const path of ["/", "/en"]) {
    test(`Lighthouse finds nothing to mend on ${path}`, async () => {
      const node = await startNode();
      try {
        const words = [
          `${node.base}${path}`, "--quiet", `--chrome-flags=--headless=new ${FLAGS.join(" ")}`, "--output=json", "--form-factor=mobile", "--no-enable-error-reporting",
          "--throttling-method=simulate",
        ];
        const env = { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" };
        const report = JSON.parse(execFileSync(LIGHTHOUSE, words, { encoding: "utf8", env, maxBuffer: 1 << 27, stdio: ["ignore", "pipe", "ignore"] }));
        const failed = (category) =>
          report.categories[category].auditRefs
            .filter(({ id, weight }) => weight > 0 && (report.audits[id].score ?? 1) < 1)
            .map(({ id }) => `${category}: ${id}: ${report.audits[id].title}`);
        const asserted = ["accessibility", "best-practices", "seo"];
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
