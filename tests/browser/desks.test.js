// The desks, from a report that comes to a case that goes home. Nodes of their own, as each file here has: they run side by side.
import { test } from "node:test";
import assert from "node:assert/strict";
import { houseOf, totp } from "./house.js";
import { bodyTests } from "./bodies.js";
import { intakeTests } from "./intake.js";
import { journeyTests } from "./journeys.js";
import { lighthouseTests } from "./lighthouse.js";
import { matterTests } from "./matters.js";
import { recruiterTests } from "./recruiters.js";
import { staffPictures } from "./screens.js";
import { staffTests } from "./staff.js";

const house = houseOf(staffPictures);

test("one-time codes are those of RFC 6238", () => {
  assert.equal(totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59_000), "287082");
});
journeyTests(test, house);
intakeTests(test, house);
matterTests(test, house);
bodyTests(test, house);
recruiterTests(test, house);
staffTests(test, house);
lighthouseTests(test);
