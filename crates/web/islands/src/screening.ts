// The one copy of a rule outside Rust: `crates/pocketbook` is the rule, this must answer the same (test/screening).
// Pure: pack and answers in, result out.

export interface Text {
  id: string;
  en: string;
}
export type Stage = "pre_departure" | "transit" | "at_destination" | "returned";
export type Answers = Record<string, string>;
type Strength = "S" | "M" | "W" | "-";

export interface Question {
  id: string;
  section: string;
  text: Text;
  answers: "age" | "yes_no";
  short_form: boolean;
  feeds?: { dimension: string; indicator: string; adult: Strength; child: Strength }[];
  act?: string;
  triage?: string;
  purpose?: string;
  red_flag?: string;
}
export interface Step {
  step: string;
  text: Text;
}
/** questions.json and guidance.json of the pack, as the publisher signed them. */
export interface Pack {
  version: string;
  sections: { id: string; before_work: boolean }[];
  questions: Question[];
  guidance: {
    dimensions: Record<string, Text>;
    flags: Record<string, Text>;
    triage: { flag: string; next: Step[] }[];
    child: Step[];
    short_form: Step[];
    outcomes: Record<string, { title: Text; text: Text; next: Step[] }>;
  };
}
export interface Reason {
  dimension?: string;
  flag?: string;
  questions: string[];
  text: Text;
}
export interface Result {
  outcome: string;
  rule: string;
  urgency: "RED" | "AMBER" | "GREEN";
  triage: string[];
  profile: "adult" | "child";
  positive: string[];
  partial: string[];
  counts: Record<string, string>;
  act: boolean;
  means: boolean;
  purpose: boolean;
  red: number;
  unknown_share: number;
  because: Reason[];
  next: Step[];
  pack: string;
}

const DIMENSIONS = ["DEC", "COE", "VUL", "EXP", "DST", "DEP"];
const MEANS = ["DEC", "COE", "VUL", "DST", "DEP"];
const SERIOUS = ["PRESUMED_VICTIM", "INTERCEPT", "POSSIBLE_VICTIM"];

export function beforeWork(stage: Stage): boolean {
  return stage === "pre_departure" || stage === "transit";
}

/** The questions of a stage; those about work are not asked before work has started. */
export function asked(pack: Pack, stage: Stage): Question[] {
  const skipped = pack.sections.filter((s) => !s.before_work && beforeWork(stage)).map((s) => s.id);
  return pack.questions.filter((q) => !skipped.includes(q.section));
}

interface Counts {
  S: number;
  M: number;
  W: number;
}

function positive({ S, M, W }: Counts): boolean {
  return S >= 2 || (S >= 1 && M + W >= 1) || M >= 3 || (M >= 2 && W >= 1);
}

function partial(counts: Counts): boolean {
  return !positive(counts) && (counts.S >= 1 || counts.M + counts.W >= 2);
}

/** Distinct indicators: a second question that feeds the same one adds nothing. */
function count(yes: Question[], profile: "adult" | "child"): Record<string, Counts> {
  const counts: Record<string, Counts> = {};
  const seen = new Set<string>();
  for (const d of DIMENSIONS) counts[d] = { S: 0, M: 0, W: 0 };
  for (const question of yes) {
    for (const feed of question.feeds || []) {
      const strength = feed[profile];
      const indicator = `${feed.dimension}.${feed.indicator}`;
      const held = counts[feed.dimension];
      if (strength === "-" || seen.has(indicator) || !held) continue;
      seen.add(indicator);
      held[strength]++;
    }
  }
  return counts;
}

/** Throws the error code when a question about work is answered before work has started. */
export function screen(pack: Pack, stage: Stage, answers: Answers): Result {
  const open = asked(pack, stage);
  const given = pack.questions.filter((q) => q.answers === "yes_no" && answers[q.id] !== undefined);
  if (given.some((q) => !open.includes(q))) throw new Error("screen.not-asked-yet");
  const yes = given.filter((q) => answers[q.id] === "yes");
  const age = pack.questions.find((q) => q.answers === "age");
  const child = !age || answers[age.id] !== "adult";
  const counts = count(yes, child ? "child" : "adult");
  const is = (d: string, test: (counts: Counts) => boolean) => test(counts[d] || { S: 0, M: 0, W: 0 });
  const pre = beforeWork(stage);
  const act = yes.some((q) => q.act);
  const forced = yes.some((q) => q.purpose);
  const means = MEANS.some((d) => is(d, positive));
  const meansPartial = !means && MEANS.some((d) => is(d, partial));
  const purpose = forced || is("EXP", positive);
  const purposePartial = !purpose && is("EXP", partial);
  const red = yes.filter((q) => q.red_flag).length;
  const early = ["DEC", "COE"].some((d) => is(d, positive) || is(d, partial));
  const rules: [boolean, string, string][] = [
    [act && purpose && (child || means), "PRESUMED_VICTIM", "P1"],
    [pre && act && ((means && red >= 2) || (child && red >= 1)), "INTERCEPT", "P2"],
    [act && means, "POSSIBLE_VICTIM", "P3a"],
    [act && meansPartial && (purpose || purposePartial), "POSSIBLE_VICTIM", "P3b"],
    [forced, "POSSIBLE_VICTIM", "P3c"],
    [means && purpose, "POSSIBLE_VICTIM", "P3d"],
    [child && ((act && (purposePartial || red >= 1)) || purpose), "POSSIBLE_VICTIM", "P3e"],
    [pre && act && meansPartial && red >= 3, "POSSIBLE_VICTIM", "P3f"],
    [purpose || purposePartial, "LABOUR_VIOLATION", "P4"],
    [red >= 1 || early, "ILLICIT_RECRUITMENT", "P5"],
    [true, "NO_INDICATION", "P6"],
  ];
  const [, kept, keptRule] = rules.find(([holds]) => holds) || [true, "NO_INDICATION", "P6"];
  const unanswered = given.filter((q) => answers[q.id] === "unknown" || answers[q.id] === "refused");
  const incomplete = !SERIOUS.includes(kept) && 10 * unanswered.length > 4 * given.length;
  const outcome = incomplete ? "INCOMPLETE" : kept;
  const serious = SERIOUS.includes(outcome);
  const triage = pack.guidance.triage.map((t) => t.flag).filter((flag) => yes.some((q) => q.triage === flag));
  const counted = DIMENSIONS.filter((d) => is(d, ({ S, M, W }) => S + M + W > 0));
  const letters = ({ S, M, W }: Counts) => "S".repeat(S) + "M".repeat(M) + "W".repeat(W);
  const result: Result = {
    outcome,
    rule: incomplete ? `${keptRule}+P7` : keptRule,
    urgency: triage.length || (child && serious) ? "RED" : serious || incomplete ? "AMBER" : "GREEN",
    triage,
    profile: child ? "child" : "adult",
    positive: DIMENSIONS.filter((d) => is(d, positive)),
    partial: DIMENSIONS.filter((d) => is(d, partial)),
    counts: Object.fromEntries(counted.map((d) => [d, letters(counts[d] as Counts)])),
    act,
    means,
    purpose,
    red,
    unknown_share: given.length ? Math.floor((200 * unanswered.length + given.length) / (2 * given.length)) / 100 : 0,
    because: [],
    next: next(pack, { outcome, kept, triage, child: child && serious, given }),
    pack: pack.version,
  };
  result.because = because(pack, result, { yes, unanswered, age });
  return result;
}

/** Which answers led where, in words: triage, child, act, dimensions, purpose, red flags, what is unanswered. */
function because(
  pack: Pack,
  result: Result,
  { yes, unanswered, age }: { yes: Question[]; unanswered: Question[]; age: Question | undefined },
): Reason[] {
  const reasons: Reason[] = [];
  const flag = (name: string, questions: Question[]) => {
    const text = pack.guidance.flags[name];
    if (text) reasons.push({ flag: name, questions: questions.map((q) => q.id), text });
  };
  for (const code of result.triage) flag(code, yes.filter((q) => q.triage === code));
  if (result.profile === "child") flag("child", age ? [age] : []);
  if (result.act) flag("act", yes.filter((q) => q.act));
  for (const dimension of Object.keys(result.counts)) {
    const feeding = yes.filter((q) => q.feeds?.some((f) => f.dimension === dimension && f[result.profile] !== "-"));
    const text = pack.guidance.dimensions[dimension];
    if (text) reasons.push({ dimension, questions: feeding.map((q) => q.id), text });
  }
  const forced = yes.filter((q) => q.purpose);
  if (forced.length) flag("forced", forced);
  for (const question of yes) if (question.red_flag) flag(question.red_flag, [question]);
  if (result.outcome === "INCOMPLETE") flag("unanswered", unanswered);
  return reasons;
}

/** What to do, most urgent first, no step twice. */
function next(
  pack: Pack,
  from: { outcome: string; kept: string; triage: string[]; child: boolean; given: Question[] },
): Step[] {
  const { guidance } = pack;
  const of = (outcome: string) => guidance.outcomes[outcome]?.next || [];
  const onlyShort = from.given.length > 0 && from.given.every((q) => q.short_form);
  const all = [
    ...guidance.triage.filter((t) => from.triage.includes(t.flag)).flatMap((t) => t.next),
    ...(from.child ? guidance.child : []),
    ...of(from.outcome),
    ...(from.kept === from.outcome ? [] : of(from.kept)),
    ...(onlyShort && from.outcome !== "NO_INDICATION" ? guidance.short_form : []),
  ];
  return all.filter((step, i) => all.findIndex((other) => other.step === step.step) === i);
}
