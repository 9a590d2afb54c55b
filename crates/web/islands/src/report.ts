// The JSON inside a sealed report (`simpul schema report`).

import type { FileRef } from "./chunks";
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
  /** What the officer thinks, apart from what was said. */
  opinion: string;
  /** The reporter says that somebody is in danger now. */
  danger?: boolean;
}

/** What the screening asks before its questions: C1, the interview. The report asks for each further use apart. */
export const INTERVIEW = "setuju.C1";
const CONSENT = "setuju.";
const GIVEN: Record<string, boolean> = { agreed: true, refused: false };

/** Sealed as it stands: what nobody wrote takes no room. */
export function reportJson({ opinion, danger, ...draft }: Draft, files: FileRef[] = []): string {
  return JSON.stringify({ report: 1, ...draft, files, ...(opinion ? { opinion } : {}), ...(danger ? { danger } : {}) });
}

/** Code → given, of all fields `setuju.C…` that were answered. */
export function consents(fields: [string, string][]): Record<string, boolean> {
  const answered = fields.filter(([name, value]) => name.startsWith(CONSENT) && value in GIVEN);
  return Object.fromEntries(answered.map(([name, value]) => [name.slice(CONSENT.length), GIVEN[value] as boolean]));
}

/** What a form says; the answers of a screening stand in it as `j.ID` and `j.stage`, its consent as `j.setuju.C1`. */
export function fromForm(fields: [string, string][], pack: string): Draft {
  const value = (name: string) => (fields.find(([known]) => known === name)?.[1] ?? "").trim();
  const carried = fields.filter(([name]) => name.startsWith("j.")).map(([name, answer]): [string, string] => [name.slice(2), answer]);
  const answers = carried.filter(([name]) => /^[A-Z]\d$/.test(name));
  const contact = value("kontak");
  return {
    pack,
    stage: value("j.stage") || null,
    answers: answers.length ? Object.fromEntries(answers) : null,
    place: value("tempat") || null,
    consent: consents([...carried, ...fields]),
    text: value("teks"),
    contact: contact ? { safe_way: contact } : {},
    opinion: value("pendapat"),
  };
}
