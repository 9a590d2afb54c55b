// Somebody who has a keyboard and nothing else: the focus is led by Tab, shows at every stop, and is never hidden.
import assert from "node:assert/strict";

/** More stops than this no one presses Tab for. */
const STOPS_MAX = 80;
/** More choices than this no one walks through by arrow keys. */
const CHOICES_MAX = 40;

/** Presses Tab, or Shift and Tab, until the focus is on a control. No other control has its name. */
export async function tabTo(page, named, { key = "Tab", most = STOPS_MAX } = {}) {
  const [wanted, ...others] = await named.filter({ visible: true }).elementHandles();
  assert.ok(wanted, `${named} stands on ${page.url()}`);
  for (const other of others) assert.ok(await wanted.evaluate(leadsTo, other), `${named} stands once on ${page.url()}`);
  for (let stops = 0; stops < most; stops++) {
    await page.keyboard.press(key);
    const { here, fault } = await page.evaluate(standing, wanted);
    assert.equal(fault, "", new URL(page.url()).pathname);
    if (here) return;
  }
  assert.fail(`${named} is not reached by ${most} times ${key} on ${page.url()}`);
}

/** Runs in the page: whether a link leads where another does. */
function leadsTo(one, other) {
  return Boolean(one.href) && one.href === other.href;
}

/** Runs in the page: whether the focus is where it should go, and what keeps it from being seen. */
function standing(wanted) {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const faults = [
    [outlineStyle === "none" || parseFloat(outlineWidth) < 2, "shows no focus"],
    [right <= left || bottom <= top, "is outside the window"],
    [!hit || !(one.contains(hit) || hit.contains(one) || hit.control === one), "is covered"],
  ];
  const fault = faults.find(([holds]) => holds)?.[1];
  // A group of radios is one stop: the arrow keys do the rest.
  const isGroup = one.type === "radio" && wanted.type === "radio" && wanted.name === one.name;
  const what = `${one.tagName} ${one.name || one.textContent.trim().slice(0, 40)}`;
  return { here: isGroup || one === wanted || (wanted.href && one.href === wanted.href), fault: fault ? `${what} ${fault}` : "" };
}

/** Goes to a link or a button and presses Enter; gives the answer that follows, once its page stands there. */
export async function press(page, role, name, how = {}) {
  await tabTo(page, page.getByRole(role, { name, exact: typeof name === "string" }), how);
  const loaded = page.waitForEvent("load");
  await page.keyboard.press("Enter");
  await loaded;
}

/** The field of a label; words are all of the label, a pattern is a part of it. */
function labelled(page, label) {
  return page.getByLabel(label, { exact: typeof label === "string" });
}

/** Types into a field. What stands there is replaced. */
export async function write(page, label, words) {
  await tabTo(page, labelled(page, label));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(words);
}

/** Types into a field of a day, in the order in which this browser shows its parts. */
export async function writeDay(page, label, { day, month, year }) {
  const field = labelled(page, label);
  await tabTo(page, field);
  await page.keyboard.type(`${day}${month}${year}`);
  assert.equal(await field.inputValue(), `${year}-${month}-${day}`);
}

/** Picks one of several with the arrow keys, or ticks a box with Space. */
export async function pick(page, label) {
  const choice = labelled(page, label);
  await tabTo(page, choice);
  const isHere = () => choice.evaluate((one) => one === document.activeElement);
  for (let at = 0; !(await isHere()); at++) {
    assert.ok(at < CHOICES_MAX, `${choice} is not reached by arrow keys`);
    await page.keyboard.press("ArrowDown");
  }
  if (!(await choice.isChecked())) await page.keyboard.press("Space");
  assert.ok(await choice.isChecked(), `${choice} is chosen`);
}

/** Picks from a list by the first letters, as a keyboard does. */
export async function select(page, label, letters) {
  const list = labelled(page, label);
  await tabTo(page, list);
  await page.keyboard.type(letters);
  const chosen = await list.evaluate((one) => one.selectedOptions[0].label);
  assert.ok(chosen.startsWith(letters), `${letters} is picked, not ${chosen}`);
}

/** Gives a file to the field that has the focus; the window in which the system asks for it is not ours. */
export async function give(page, label, file) {
  await tabTo(page, labelled(page, label));
  await page.locator(":focus").setInputFiles(file);
}
