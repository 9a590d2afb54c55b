// The desks, from a report that comes to a case that goes home; and the public window, so that both files take as long.
// Nodes of their own: `open.test.js` runs beside it.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { openHouse, totp } from "./house.js";
import { bodyTests } from "./bodies.js";
import { casebookTests } from "./casebook.js";
import { intakeTests } from "./intake.js";
import { journeyTests } from "./journeys.js";
import { lighthouseTests } from "./lighthouse.js";
import { matterTests } from "./matters.js";
import { boxTests } from "./kotak.js";
import { checkTests } from "./periksa.js";
import { publicTests } from "./public.js";
import { recruiterTests } from "./recruiters.js";
import { staffPictures } from "./screens.js";
import { sealTests } from "./segel.js";
import { staffTests } from "./staff.js";
import { windowTests } from "./window.js";

let house;
before(async () => {
  house = await openHouse();
});
after(async () => {
  try {
    if (house) await staffPictures(house);
  } finally {
    await house?.close();
  }
});

test("one-time codes are those of RFC 6238", () => {
  assert.equal(totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59_000), "287082");
});
journeyTests(test, () => house);
intakeTests(test, () => house);
casebookTests(test, () => house);
matterTests(test, () => house);
bodyTests(test, () => house);
recruiterTests(test, () => house);
staffTests(test, () => house);
publicTests(test, () => house);
checkTests(test, () => house);
windowTests(test, () => house);
boxTests(test, () => house);
sealTests(test, () => house);
lighthouseTests(test);
