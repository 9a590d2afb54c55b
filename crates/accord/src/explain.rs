//! An accord in plain words: who may send what to whom, for whom, on which ground, and what stays whatever is agreed.
//! Signatories read this beside the paper, so every term of the data has its words here.

use crate::document::{Clause, Document, Hours, Task, Where};
use crate::words::{Action, Basis, Word};
use base::{Lang, Place};
use serde::Serialize;
use std::fmt;

/// One numbered paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paragraph {
    /// The number in the paper; absent for what the engine itself adds.
    pub no: Option<String>,
    /// The words.
    pub text: String,
}

/// An accord in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `batam-bantuan-hukum/1`.
    pub accord: String,
    /// What people call it.
    pub title: String,
    /// From the parties to the floors.
    pub paragraphs: Vec<Paragraph>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.title, self.accord)?;
        for paragraph in &self.paragraphs {
            match &paragraph.no {
                Some(no) => writeln!(f, "\n{no}  {}", paragraph.text)?,
                None => writeln!(f, "\n{}", paragraph.text)?,
            }
        }
        Ok(())
    }
}

/// Puts an accord in words.
pub fn explain(document: &Document, lang: Lang) -> Explanation {
    let say = Say { document, lang };
    let mut paragraphs = vec![say.parties()];
    paragraphs.extend(document.clauses.iter().map(|clause| say.clause(clause)));
    paragraphs
        .extend(document.duties.iter().map(|duty| Paragraph { no: Some(duty.no.clone()), text: say.duty(duty.task) }));
    paragraphs.push(say.termination());
    paragraphs.push(say.floors());
    Explanation {
        accord: format!("{}/{}", document.id, document.version),
        title: document.title.get(lang).to_owned(),
        paragraphs,
    }
}

struct Say<'a> {
    document: &'a Document,
    lang: Lang,
}

impl Say<'_> {
    fn pick<'t>(&self, id: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Id => id,
            Lang::En => en,
        }
    }

    fn words<W: Word>(&self, words: &[W]) -> String {
        self.join(words.iter().map(|word| word.label(self.lang).to_owned()), self.pick("dan", "and"))
    }

    fn either<W: Word>(&self, words: &[W]) -> String {
        self.join(words.iter().map(|word| word.label(self.lang).to_owned()), self.pick("atau", "or"))
    }

    /// `a, b dan c`; an empty list is said to be one, because it closes its clause.
    fn join(&self, items: impl IntoIterator<Item = String>, and: &str) -> String {
        let mut items: Vec<String> = items.into_iter().collect();
        match (items.pop(), items.is_empty()) {
            (None, _) => self.pick("(tidak ada)", "(none)").to_owned(),
            (Some(last), true) => last,
            (Some(last), false) => format!("{} {and} {last}", items.join(", ")),
        }
    }

    fn names(&self, nodes: &[String]) -> String {
        self.join(
            nodes.iter().map(|node| self.document.party(node).map_or(node, |party| &party.name).clone()),
            self.pick("dan", "and"),
        )
    }

    fn places(&self, place: &Where) -> String {
        match place {
            Where::Any => self.pick("di mana pun", "anywhere").to_owned(),
            Where::In(codes) => {
                let named = |code: &Place| format!("{} ({code})", code.name());
                format!("{} {}", self.pick("di", "in"), self.join(codes.iter().map(named), self.pick("atau", "or")))
            }
        }
    }

    fn parties(&self) -> Paragraph {
        let party = |party: &crate::document::Party| {
            let signs = self.pick("tanda tangan", if party.signatures == 1 { "signature" } else { "signatures" });
            format!("{} ({}; {} {signs})", party.name, party.role.label(self.lang), party.signatures)
        };
        let parties = self.join(self.document.parties.iter().map(party), self.pick("dan", "and"));
        let (first, last) = (self.document.effective, self.document.expires);
        let text = match self.lang {
            Lang::Id => format!("Pihak: {parties}. Berlaku dari {first} sampai dengan {last}."),
            Lang::En => format!("Parties: {parties}. In force from {first} to {last}, both days included."),
        };
        Paragraph { no: None, text }
    }

    fn clause(&self, clause: &Clause) -> Paragraph {
        let from = self.names(&clause.from);
        let one_another = self.pick("satu sama lain", "one another").to_owned();
        let to = if clause.from == clause.to { one_another } else { self.names(&clause.to) };
        let (actions, purposes) = (self.either(&clause.actions), self.either(&clause.purposes));
        let categories = self.words(&clause.categories);
        let (says, except, limits) = (clause.text.get(self.lang), self.except(clause), self.limits(clause));
        // Role and place do not bind an alert, so an alert clause does not speak of persons.
        let alerts = clause.actions.iter().all(|action| *action == Action::Alert);
        let persons = if alerts { String::new() } else { self.persons(clause) };
        let basis = match clause.basis {
            Basis::LegalDuty | Basis::PublicTask if alerts => self.pick("kesepakatan ini", "this accord"),
            basis => basis.label(self.lang),
        };
        let text = match self.lang {
            Lang::Id => format!(
                "{says}\n    Artinya: {from} boleh {actions} kepada {to} untuk {purposes}. {persons}Data: {categories}{except}. \
                 Dasar: {basis}. {limits}"
            ),
            Lang::En => format!(
                "{says}\n    This means: {from} may {actions} to {to} for {purposes}. {persons}Data: {categories}{except}. \
                 Ground: {basis}. {limits}"
            ),
        };
        Paragraph { no: Some(clause.no.clone()), text }
    }

    fn persons(&self, clause: &Clause) -> String {
        let persons = &clause.persons;
        let (roles, found, origin) =
            (self.words(&persons.roles), self.places(&persons.found_in), self.places(&persons.origin));
        let family = if persons.family && persons.found_in != Where::Any {
            self.pick(", juga keluarga dari orang yang ditemukan di sana", ", and the family of somebody found there")
        } else {
            ""
        };
        match (&persons.origin, self.lang) {
            (Where::Any, Lang::Id) => {
                format!("Tentang {roles} yang ditemukan {found}{family}, dari mana pun asalnya. ")
            }
            (Where::Any, Lang::En) => format!("About {roles} found {found}{family}, wherever they are from. "),
            (Where::In(_), Lang::Id) => {
                format!("Tentang {roles} yang ditemukan {found}{family}, yang asalnya {origin}. ")
            }
            (Where::In(_), Lang::En) => format!("About {roles} found {found}{family}, whose origin lies {origin}. "),
        }
    }

    fn except(&self, clause: &Clause) -> String {
        let mut out = String::new();
        if !clause.except.is_empty() {
            out.push_str(self.pick(", kecuali ", ", except "));
            out.push_str(&self.join(clause.except.iter().cloned(), self.pick("dan", "and")));
        }
        if !clause.required.is_empty() {
            out.push_str(self.pick("; tidak ada yang dikirim tanpa ", "; nothing is sent without "));
            out.push_str(&self.join(clause.required.iter().cloned(), self.pick("dan", "and")));
        }
        out
    }

    fn limits(&self, clause: &Clause) -> String {
        let (days, onward) = (clause.retention_days, clause.onward.label(self.lang));
        let quota = match (clause.per_day, self.lang) {
            (None, _) => String::new(),
            (Some(most), Lang::Id) => format!(" Paling banyak {most} kiriman sehari."),
            (Some(most), Lang::En) => format!(" At most {most} messages a day."),
        };
        match self.lang {
            Lang::Id => format!("Penerima menyimpan paling lama {days} hari; data {onward}.{quota}"),
            Lang::En => format!("The receiver keeps it for at most {days} days; it {onward}.{quota}"),
        }
    }

    fn hours(&self, hours: Hours) -> String {
        let unit = self.pick("jam", "hours");
        if hours.red == hours.amber && hours.amber == hours.green {
            return format!("{} {unit}", hours.red);
        }
        format!("{} {unit} (RED), {} {unit} (AMBER), {} {unit} (GREEN)", hours.red, hours.amber, hours.green)
    }

    fn duty(&self, task: Task) -> String {
        match (task, self.lang) {
            (Task::Answer(hours), Lang::Id) => format!("Penerima menjawab dalam {}.", self.hours(hours)),
            (Task::Answer(hours), Lang::En) => format!("The receiver answers within {}.", self.hours(hours)),
            (Task::AssignCounsel(hours), Lang::Id) => format!("Penasihat hukum ditunjuk dalam {}.", self.hours(hours)),
            (Task::AssignCounsel(hours), Lang::En) => format!("A counsel is named within {}.", self.hours(hours)),
            (Task::Fee(0), Lang::Id) => "Layanan ini tanpa biaya bagi orang yang dibantu.".to_owned(),
            (Task::Fee(0), Lang::En) => "The service is free for the person.".to_owned(),
            (Task::Fee(rupiah), Lang::Id) => format!("Biaya: Rp{rupiah}."),
            (Task::Fee(rupiah), Lang::En) => format!("Fee: IDR {rupiah}."),
        }
    }

    fn termination(&self) -> Paragraph {
        let end = &self.document.termination;
        let (days, cases) = (end.notice_days, end.cases_in_progress.label(self.lang));
        let at_once = match (end.immediate_on.is_empty(), self.lang) {
            (true, _) => String::new(),
            (false, Lang::Id) => format!(", seketika pada {}", self.either(&end.immediate_on)),
            (false, Lang::En) => format!(", at once on {}", self.either(&end.immediate_on)),
        };
        let text = match self.lang {
            Lang::Id => format!(
                "Setiap pihak dapat mengakhiri dengan pemberitahuan {days} hari{at_once}. Kasus yang berjalan {cases}."
            ),
            Lang::En => format!("Each party may end it with {days} days' notice{at_once}. Running cases {cases}."),
        };
        Paragraph { no: Some(end.no.clone()), text }
    }

    fn floors(&self) -> Paragraph {
        let text = self.pick(
            "Yang tetap berlaku apa pun yang disepakati: data rumah aman hanya ke rumah aman; data kesehatan hanya untuk kesehatan; \
             keterangan hanya untuk bantuan hukum, penyidikan, perlindungan atau restitusi; peringatan hanya membawa data perekrut; \
             tidak ada yang dikirim kepada pihak dengan benturan kepentingan; statistik hanya membawa status layanan. \
             Yang tidak disebut di atas tidak boleh dikirim.",
            "What holds whatever is agreed: shelter data goes only to a shelter; health data only for health; a statement only for legal \
             aid, investigation, protection or restitution; an alert carries recruiter data only; nothing goes to a party with a conflict \
             of interest; statistics carry the service status only. What is not named above may not be sent.",
        );
        Paragraph { no: None, text: text.to_owned() }
    }
}
