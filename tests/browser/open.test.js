// What anybody opens: the public window and the pocketbook. Nodes of their own: `desks.test.js` runs beside it.
import { after, before, test } from "node:test";
import { openHouse } from "./house.js";
import { lighthouseTests } from "./lighthouse.js";
import { guideTests } from "./panduan.js";
import { publicTests } from "./public.js";
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
  if (house) await openPictures(house);
  await house?.close();
});

publicTests(test, () => house);
sakuTests(test, () => house);
guideTests(test, () => house);
lighthouseTests(test);
safetyTests(test, () => house);
vaultTests(test, () => house);
linkTests(test, () => house);
