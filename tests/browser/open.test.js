// The pocketbook.
import { test } from "node:test";
import { houseOf } from "./house.js";
import { guideTests } from "./panduan.js";
import { sakuTests } from "./saku.js";
import { linkTests } from "./saku-link.js";
import { safetyTests } from "./saku-safety.js";
import { vaultTests } from "./saku-vault.js";
import { openPictures } from "./screens.js";

const house = houseOf(openPictures);

sakuTests(test, house);
guideTests(test, house);
safetyTests(test, house);
vaultTests(test, house);
linkTests(test, house);
