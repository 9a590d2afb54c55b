// The public window; and the walks through the casebook, so that all files take about as long.
import { test } from "node:test";
import { houseOf } from "./house.js";
import { casebookTests } from "./casebook.js";
import { boxTests } from "./kotak.js";
import { checkTests } from "./periksa.js";
import { publicTests } from "./public.js";
import { sealTests } from "./segel.js";
import { windowTests } from "./window.js";

const house = houseOf();

casebookTests(test, house);
publicTests(test, house);
checkTests(test, house);
windowTests(test, house);
boxTests(test, house);
sealTests(test, house);
