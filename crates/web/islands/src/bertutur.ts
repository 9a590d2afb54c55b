// What a form of the public window tells, as the report that the office reads: the same as the node makes of the same form
// without script (crates/web/src/doors/open/anonymous.rs; both are held to crates/web/tests/lapor.json).

import type { Draft } from "./report";

/** Questions that stand in the text, in their order: field, words of the office, words of each choice. */
export type Office = [name: string, question: string, choices: Record<string, string>][];

export function told(fields: [string, string][], office: Office): Draft {
  const value = (name: string) => (fields.find(([known]) => known === name)?.[1] ?? "").replace(/\r\n/g, "\n").trim();
  const answers = office.map(([name, question, choices]): [string, string] => {
    const isChoice = Object.keys(choices).length > 0;
    return [question, isChoice ? choices[value(name)] ?? "" : value(name)];
  });
  const further = answers.filter(([, answer]) => answer).map(([question, answer]) => `\n\n${question} ${answer}`);
  return {
    pack: "",
    stage: null,
    answers: null,
    place: value("tempat") || null,
    consent: {},
    text: value("apa") + further.join(""),
    contact: {},
    opinion: "",
    danger: value("bahaya") === "yes",
  };
}
