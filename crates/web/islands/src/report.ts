// The JSON inside a sealed report (`simpul schema report`).

import type { Answers } from "./screening";

export interface Draft {
  pack: string | null;
  stage: string | null;
  answers: Answers;
  place: string | null;
  consent: string | null;
  text: string | null;
  contact: string | null;
}

export function reportJson(draft: Draft): string {
  return JSON.stringify({ report: 1, ...draft, files: [] });
}

/** What a form says, with empty fields as nothing, and the answers a screening without script carried along. */
export function fromForm(value: (name: string) => string, carried: [string, string][], pack: string | null): Draft {
  const text = (name: string) => value(name).trim() || null;
  const answers = carried.map(([name, answer]): [string, string] => [name.slice(2), answer]);
  const stage = answers.find(([name]) => name === "stage");
  return {
    pack,
    stage: stage ? stage[1] : null,
    answers: Object.fromEntries(answers.filter(([name]) => name !== "stage")),
    place: text("tempat"),
    consent: text("persetujuan"),
    text: text("teks"),
    contact: text("kontak"),
  };
}
