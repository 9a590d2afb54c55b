// Called by `make bench`: bytes and times of the pocketbook, and times of the public window, as one JSON object on standard output.
import { firstBytes, install, median, offlineStart, overGprs, updateChapter, windowOverGprs } from "./measure.js";
import { openBrowser, putLanguage, startNode } from "./node.js";

const RUNS = 3;
const say = (words) => process.stderr.write(`pocketbook: ${words}\n`);

const node = await startNode((fresh) => putLanguage(fresh, "jv"));
try {
  say("installing it, counting bytes");
  const browser = await openBrowser();
  const { document, usable } = await firstBytes(browser, node);
  const { page, all } = await install(browser, node);
  const chapter = await updateChapter(page, node, "9.0.0");
  await browser.close();
  const [gprs, offline] = [[], []];
  for (let run = 1; run <= RUNS; run++) {
    say(`first question over GPRS and offline, run ${run} of ${RUNS}`);
    gprs.push(await overGprs(node));
    offline.push(await offlineStart(node));
  }
  say("the public window over GPRS");
  const [bare, scripted] = [await windowOverGprs(node, false), await windowOverGprs(node, true)];
  const of = (times, name) => median(times.map((time) => time[name]));
  console.log(
    JSON.stringify({
      start: bare.start, report: bare.report, report_sealed: scripted.report, document, usable, all, chapter,
      gprs: of(gprs, "shown"), gprs_apart: of(gprs, "apart"), offline: of(offline, "shown"), offline_apart: of(offline, "apart"),
    }),
  );
} finally {
  await node.close();
}
