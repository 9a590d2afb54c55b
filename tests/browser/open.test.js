// The pocketbook. Nodes of its own: `desks.test.js` runs beside it.
import { after, before, test } from "node:test";
import { openHouse } from "./house.js";
import { guideTests } from "./panduan.js";
import { sakuTests } from "./saku.js";
import { linkTests } from "./saku-link.js";
import { safetyTests } from "./saku-safety.js";
import { vaultTests } from "./saku-vault.js";
import { openPictures } from "./screens.js";

let house;
before(async () => {
  house = await openHouse();
});
after(async () => {
  try {
    if (house) await openPictures(house);
  } finally {
    await house?.close();
  }
});

sakuTests(test, () => house);
guideTests(test, () => house);
safetyTests(test, () => house);
vaultTests(test, () => house);
linkTests(test, () => house);
