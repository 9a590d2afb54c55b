//! **accord**: agreements between organisations, as data.
//!
//! Job: read an accord and a request strictly ([`Document`], [`Request`]), say for each field whether it may leave, under
//! which clause and on which basis ([`decide`]), warn of what can never permit ([`check`]), and tell a person in plain
//! words what was agreed ([`explain`]), and say which legal-aid body can be asked, in which order and why ([`matching`]). CONTRACTS.md 3 is the rule; nothing here may be wider.
//!
//! Invariants: closed by default, every refusal has a code, a text and a cure; no floor can be lifted by an accord. This
//! room knows no clock, no case, no actor and no key: `desk` asks who may act, `seal` hashes and signs the exact bytes.
//!
//! Start reading at [`decide()`], then [`Document`]; [`commands`] is what `simpul accord` prints.

mod amend;
mod check;
pub mod commands;
mod decide;
mod decision;
mod document;
mod explain;
mod fields;
mod json;
pub mod matching;
mod request;
mod template;
mod words;

pub use amend::{Amendment, ClauseTerms, Compared, amended, compare};
pub use check::{Finding, Level, check};
pub use decide::{coverage, decide, decide_preview, floor};
pub use decision::{Answer, Decision, ENGINE, Ground, Permit, Refusal, Verdict};
pub use document::{Clause, Day, Document, Duty, Hours, Party, Persons, Task, Termination, Where};
pub use explain::{Explanation, Paragraph, explain};
pub use fields::{Class, Field, FieldList};
pub use request::{Consent, FamilyOf, Person, REQUEST_BYTES_MAX, Request, SignedBasis};
pub use template::{TEMPLATES, TemplateFill, TemplateParty, template};
pub use words::{
    AccordState, AccreditationClass, Action, Basis, CaseType, CasesInProgress, Category, ConsentCode, DutyKind, Giver,
    Immediate, Kin, Onward, PartyRole, PersonRole, Purpose, Sex, Word,
};
