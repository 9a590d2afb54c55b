// On every page: the quick exit. Blank first, then away without a history entry. Shift three times, never Escape, which
// screen readers and dialogs need. A page may take the event and show something else instead (the cover screen of /saku).

/** Presses further apart than this are typing. */
const WITHIN_MS = 1500;

const exit = document.querySelector<HTMLAnchorElement>("a[data-keluar]");
let presses: number[] = [];

function leave(): void {
  document.documentElement.hidden = true;
  document.title = "";
  location.replace(exit ? exit.href : "/keluar-cepat");
}

exit?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

addEventListener("keydown", (event) => {
  if (event.key !== "Shift" || event.repeat) {
    presses = [];
    return;
  }
  const now = event.timeStamp;
  presses = [...presses.filter((at) => now - at < WITHIN_MS), now];
  if (presses.length < 3) return;
  presses = [];
  const goes = document.dispatchEvent(new CustomEvent("simpul:tirai", { cancelable: true }));
  if (goes && exit) leave();
});

// Coming back by the history shows the page again, not a blank one.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.documentElement.hidden = false;
});
