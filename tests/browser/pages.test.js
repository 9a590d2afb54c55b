import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { casebookTests } from "./casebook.js";
import { openHouse, totp } from "./house.js";
import { intakeTests } from "./intake.js";
import { journeyTests } from "./journeys.js";
import { lighthouseTests } from "./lighthouse.js";
import { guideTests } from "./panduan.js";
import { publicTests } from "./public.js";
import { sakuTests } from "./saku.js";
import { linkTests } from "./saku-link.js";
import { safetyTests } from "./saku-safety.js";
import { vaultTests } from "./saku-vault.js";
import { openPictures, staffPictures } from "./screens.js";
import { staffTests } from "./staff.js";

let house;
before(async () => {
  house = await openHouse();
});
after(async () => {
  if (house) await openPictures(house);
  if (house) await staffPictures(house);
  await house?.close();
});

test("one-time codes are those of RFC 6238", () => {
  assert.equal(totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59_000), "287082");
});
publicTests(test, () => house);
sakuTests(test, () => house);
guideTests(test, () => house);
lighthouseTests(test);
safetyTests(test, () => house);
vaultTests(test, () => house);
linkTests(test, () => house);
journeyTests(test, () => house);
intakeTests(test, () => house);
casebookTests(test, () => house);
staffTests(test, () => house);
