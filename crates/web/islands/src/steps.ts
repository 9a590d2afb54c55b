// Which question comes next: pure, so that it can be tested without a page.

import { asked, type Answers, type Pack, type Stage } from "./screening";

/** Names of the fields in the order asked, without those this stage does not ask; `stage` is a field of its own. */
export function path(fields: string[], pack: Pack, stage: Stage | undefined): string[] {
  if (!stage) return fields;
  const open = asked(pack, stage).map((question) => question.id);
  const known = pack.questions.map((question) => question.id);
  return fields.filter((name) => open.includes(name) || !known.includes(name));
}

/** The answers that count: only questions of this stage, only those answered. */
export function given(values: Record<string, string | undefined>, pack: Pack, stage: Stage): Answers {
  const answers: Answers = {};
  for (const { id } of asked(pack, stage)) {
    const value = values[id];
    if (value) answers[id] = value;
  }
  return answers;
}
