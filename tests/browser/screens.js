// Pictures for docs/screens, when they are wanted: small, in both widths, of pages as the story leaves them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { newPage } from "./house.js";

const FOLDER = join(import.meta.dirname, "../../docs/screens");
const SIZES = { 360: 740, 1280: 800 };

export const wanted = Boolean(process.env.SIMPUL_SCREENS);

/** What stands in the window, in both widths. */
export async function picture(page, name) {
  if (!wanted) return;
  mkdirSync(FOLDER, { recursive: true });
  const before = page.viewportSize();
  for (const [width, height] of Object.entries(SIZES)) {
    await page.setViewportSize({ width: Number(width), height });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: join(FOLDER, `${name}-${width}.png`), animations: "disabled" });
  }
  await page.setViewportSize(before);
}

/** Public pages and the pocketbook, in both languages. */
const OPEN = { publik: "/", saku: "/saku", "saku-periksa": "/saku/periksa" };

export async function openPictures(house) {
  if (!wanted) return;
  const page = await newPage(house, { script: true, serviceWorkers: "block" });
  for (const [name, path] of Object.entries(OPEN)) {
    for (const language of ["", "en"]) {
      const url = path.startsWith("/saku") ? path.replace("/saku", language ? "/saku/en" : "/saku") : `/${language}`;
      await page.goto(house.base("batam") + url, { waitUntil: "networkidle" });
      await picture(page, language ? `${name}-${language}` : name);
    }
  }
  await page.goto(`${house.base("batam")}/masuk`, { waitUntil: "networkidle" });
  await picture(page, "masuk");
  await page.context().close();
}
