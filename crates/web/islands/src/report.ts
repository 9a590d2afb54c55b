// The JSON inside a sealed report (`simpul schema report`).

import type { Answers } from "./screening";

export interface Draft {
  /** Version of the question pack; empty when nothing was asked. */
  pack: string;
  stage: string | null;
  answers: Answers | null;
  place: string | null;
  /** Consent code → given; a code that was not asked is absent. */
  consent: Record<string, boolean>;
  text: string;
  contact: Record<string, string>;
}

/** C2: keep a record of what was told (handbook, consents). The one consent a report asks for. */
const KEEP_RECORD = "C2";

export function reportJson(draft: Draft): string {
  return JSON.stringify({ report: 1, ...draft, files: [] });
}

/** Only answers, as at "someone is watching". */
export function unfinished(pack: string, stage: string | null, answers: Answers): Draft {
  return { pack, stage, answers, place: null, consent: {}, text: "", contact: {} };
}

/** What a form says, and the answers of a screening, which stand in it as `j.ID` and `j.stage`. */
export function fromForm(value: (name: string) => string, carried: [string, string][], pack: string): Draft {
  const answers = carried.map(([name, answer]): [string, string] => [name.slice(2), answer]);
  const stage = answers.find(([name]) => name === "stage");
  const asked = answers.filter(([name]) => name !== "stage");
  const contact = value("kontak").trim();
  const consent = { agreed: true, refused: false }[value("persetujuan")];
  return {
    pack,
    stage: stage?.[1] || null,
    answers: asked.length ? Object.fromEntries(asked) : null,
    place: value("tempat") || null,
    consent: consent === undefined ? {} : { [KEEP_RECORD]: consent },
    text: value("teks").trim(),
    contact: contact ? { safe_way: contact } : {},
  };
}
