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

// A report without a name: the part that seals comes after the first answer. Where it does not come, the person chooses.
const report = document.querySelector<HTMLFormElement>("form[data-segel]");
const note = report?.querySelector<HTMLElement>("[role=alert]");
if (report && note) {
  type Sealing = typeof import("./tanpa-nama");
  let tries = 0;
  let coming: Promise<Sealing> | undefined;
  const part = () => {
    // Some browsers remember that an address did not answer.
    const from = `${report.dataset["segel"]}${tries ? `?${tries}` : ""}`;
    coming ??= import(from) as Promise<Sealing>;
    coming.catch(() => {
      tries++;
      coming = undefined;
    });
    return coming;
  };
  report.addEventListener("input", () => void part().then((seal) => seal.ready(report)).catch(() => {}), { once: true });
  report.addEventListener("submit", (event) => {
    event.preventDefault();
    note.hidden = true;
    part()
      .then((seal) => seal.check(report))
      .catch(() => {
        note.hidden = false;
        note.focus();
      });
  });
  note.querySelector("[type=button]")?.addEventListener("click", () => report.submit());
}
