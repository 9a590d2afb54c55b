//! Agreements: the list, and one with its prose beside its terms; [`acts`]: proposed, signed; [`ending`]: halted;
//! [`trial`]: what it would permit. A signed file comes in at `/simpul/gabung`.

pub mod acts;
pub mod changes;
pub mod ending;
pub mod paper;
pub mod signatories;
pub mod trial;

use crate::guard::{Answer, Fail, Here, page};
use crate::view::staff::agreement::{Clause, Mou};
use crate::view::staff::case::StepRow;
use crate::view::staff::day::{List, Row};
use crate::view::{Fact, Faults, Frame, Link, Tag, Tone};
use crate::words_of;
use accord::{Document, Where, Word};
use axum::extract::Path;
use desk::Deed;
use desk::partners::accord::ending::in_progress;
use desk::partners::accord::flow::Tally;
use desk::partners::accord::signing::may_sign;
use desk::partners::accord::{AccordDoc, Halt, accord_doc};
use desk::partners::{AccordCard, accords};
use std::sync::Arc;
use store::View;

fn state_tag(t: &Frame, state: &str) -> Tag {
    match state {
        "active" => Tag::new(Tone::Done, t.mou_active()),
        "draft" => Tag::new(Tone::Idle, t.mou_draft()),
        "signed" => Tag::new(Tone::Running, t.mou_signed()),
        "suspended" => Tag::new(Tone::Late, t.mou_suspended()),
        _ => Tag::new(Tone::Skipped, t.mou_terminated()),
    }
}

/// `GET /mou/daftar`
pub async fn list(here: Here) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let cards = accords(&mut view).await?;
    let t = &here.t;
    let row = |card: &AccordCard| {
        let parties: Vec<&str> = card.parties.iter().map(|party| party.name.as_str()).collect();
        Row {
            href: format!("/mou/{}/{}", card.id, card.version),
            name: card.title.get(t.lang()).to_owned(),
            cells: vec![parties.join(", ")],
            tags: vec![match card.paper_until {
                Some(_) if card.state == "active" => Tag::new(Tone::Person, t.mou_on_paper()),
                _ => state_tag(t, &card.state),
            }],
        }
    };
    let mut filters = Vec::new();
    filters.extend(here.may(Deed::ProposeAccord).then(|| Link::new("/mou/usulan", t.mou_propose())));
    filters.extend(here.may(Deed::SignAccord).then(|| Link::new("/mou/penanda-tangan", t.seats())));
    filters.extend(here.may(Deed::ImportAccord).then(|| Link::new("/simpul/gabung", t.mou_new())));
    page(&List {
        heading: t.mou_list().to_owned(),
        lead: t.mou_lead().to_owned(),
        filters,
        columns: vec![t.mou_title().into(), t.mou_parties().into(), t.column_state().into()],
        rows: cards.iter().map(row).collect(),
        none: t.nothing_here().to_owned(),
        next: None,
        search: None,
        t: here.t.clone(),
    })
}

/// `GET /mou/{id}`: its newest version.
pub async fn newest(here: Here, Path(id): Path<String>) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let versions = accords(&mut view).await?.into_iter().filter(|card| card.id == id).map(|card| card.version);
    let newest = versions.max().ok_or(desk::Error::NotFound)?;
    drop(view);
    mou(here, Path((id, newest))).await
}

/// `GET /mou/{id}/{versi}`
pub async fn mou(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let held = Held::load(&here, &mut view, &id, version).await?;
    let t = &here.t;
    let running = running(&here, &mut view, &held).await?;
    let links = links(&here, &mut view, &held).await?;
    drop(view);
    page(&Mou { back: Link::new("/mou/daftar", t.mou_list()), links, running, ..held.view(&here) })
}

/// A version with what its bytes say.
struct Held {
    doc: Arc<AccordDoc>,
    document: Document,
    /// The party that this node is.
    me: String,
}

impl Held {
    async fn load(here: &Here, view: &mut View, id: &str, version: u64) -> Result<Self, Fail> {
        let doc = accord_doc(view, id, version).await?.ok_or(desk::Error::NotFound)?;
        let document = Document::parse(&doc.bytes.0)?;
        let mine = document.parties.iter().find(|party| party.id == Some(here.web.desk.me.id));
        let me = mine.map(|party| party.node.clone()).unwrap_or_default();
        Ok(Self { doc, document, me })
    }

    fn path(&self) -> String {
        format!("/mou/{}/{}", self.doc.id, self.doc.version)
    }

    /// Its state as this node stands to it: halted here is halted, whoever else goes on.
    fn state(&self) -> &str {
        let own = self.doc.state_between(&self.me, &self.me);
        if own == self.doc.state { self.doc.state_of_all(&self.document) } else { own }
    }

    /// Its state; on paper says that signatures are owed.
    fn tag(&self, here: &Here) -> Tag {
        match self.countdown(here) {
            Some((Tone::Person, _)) => Tag::new(Tone::Person, here.t.mou_on_paper()),
            _ => state_tag(&here.t, self.state()),
        }
    }

    /// The page without anything to do.
    fn view(&self, here: &Here) -> Mou {
        let (lang, document) = (here.t.lang(), &self.document);
        let told = accord::explain(document, lang);
        let of_clause =
            |no: &Option<String>| no.as_ref().is_some_and(|no| document.clauses.iter().any(|clause| clause.no == *no));
        let duties = told.paragraphs.iter().filter(|part| !of_clause(&part.no)).map(|part| part.text.clone());
        Mou {
            faults: Faults::default(),
            back: Link::new(self.path(), document.title.get(lang)),
            heading: String::new(),
            title: document.title.get(lang).to_owned(),
            state: self.tag(here),
            lead: String::new(),
            links: Vec::new(),
            facts: self.facts(here),
            clauses: document.clauses.iter().map(|clause| self.clause(here, &told, clause)).collect(),
            duties: duties.collect(),
            signatures: self.signatures(here),
            hash: base::hex(&self.doc.hash.0),
            forms: Vec::new(),
            running: Vec::new(),
            t: here.t.clone(),
        }
    }

    fn name<'a>(&'a self, party: &'a str) -> &'a str {
        self.document.party(party).map_or(party, |known| known.name.as_str())
    }

    fn facts(&self, here: &Here) -> Vec<Fact> {
        let t = &here.t;
        let parties: Vec<&str> = self.document.parties.iter().map(|party| party.name.as_str()).collect();
        let mut facts = vec![
            Fact::new(t.mou_parties(), parties.join(", ")),
            Fact::new(t.mou_version(), self.doc.version.to_string()),
            Fact::new(
                t.mou_validity(),
                t.mou_from_until(self.document.effective.to_string(), self.document.expires.to_string()),
            ),
        ];
        if let Some(proposal) = &self.doc.proposal {
            let said = format!("{}, {}", self.name(&proposal.party), here.moment(self.doc.since));
            facts.push(Fact::new(t.mou_proposed_by(), said));
        }
        facts.extend(self.papers(here));
        facts.extend(self.doc.halts.iter().map(|(party, halt)| self.halt(here, party, halt)));
        facts
    }

    /// A clause, and what passed under it since there are counts.
    fn clause(&self, here: &Here, told: &accord::Explanation, clause: &accord::Clause) -> Clause {
        let flows = self.doc.flows.get(&clause.no).copied().unwrap_or_default();
        let passed = [(here.t.mou_given(), flows.given), (here.t.mou_taken(), flows.taken)];
        let passed = passed.into_iter().filter(|(_, tally)| tally.fields > 0);
        let fact = |(word, tally): (&'static str, Tally)| {
            Fact::new(word, here.t.mou_passed(tally.fields, here.moment(tally.last), tally.sendings))
        };
        let passed = passed.map(fact).collect();
        Clause { passed, ..clause_view(here, told, clause) }
    }

    fn halt(&self, here: &Here, party: &str, halt: &Halt) -> Fact {
        let t = here.t.words();
        let word = if halt.ended { t.mou_ended_by() } else { t.mou_suspended_by() };
        let mut said =
            vec![self.name(party).to_owned(), here.moment(halt.at), ending::reason(t, halt.reason).to_owned()];
        said.extend(Some(halt.text.clone()).filter(|text| !text.is_empty()));
        said.extend(halt.until.map(|until| here.t.mou_meant_until(here.day(until))));
        Fact::new(word, said.join(" · "))
    }

    /// Who signed for whom, and how many are missing.
    fn signatures(&self, here: &Here) -> Vec<Fact> {
        let mut facts = Vec::new();
        for party in &self.document.parties {
            for signed in self.doc.signatures.iter().filter(|signed| signed.party == party.node) {
                let who = format!("{}, {}, {}", signed.name.expose(), signed.office, here.moment(signed.at));
                facts.push(Fact::new(party.name.clone(), who));
            }
            let missing = party.signatures.saturating_sub(self.doc.signed_for(&party.node));
            if missing > 0 {
                facts.push(Fact::new(party.name.clone(), here.t.mou_missing(missing)));
            }
        }
        facts
    }
}

/// What this officer may do to a version.
async fn links(here: &Here, view: &mut View, held: &Held) -> Result<Vec<Link>, Fail> {
    let (t, path) = (&here.t, held.path());
    let mut links = vec![Link::new(format!("{path}/coba"), t.mou_try())];
    if here.may(Deed::SignAccord) && may_sign(view, &held.doc.id, held.doc.version).await? {
        links.push(Link::new(format!("{path}/tanda-tangan"), t.mou_sign()));
        if held.doc.paper_until.is_none() {
            links.push(Link::new(format!("{path}/kertas"), t.mou_paper()));
        }
    }
    if changes::before(view, held).await?.is_some() {
        links.push(Link::new(format!("{path}/perubahan"), t.mou_changes()));
    }
    if here.may(Deed::ProposeAccord) && !held.me.is_empty() {
        let word = if held.doc.state == "draft" { t.mou_counter() } else { t.mou_renew() };
        links.push(Link::new(format!("{path}/usulan-balik"), word));
    }
    if here.may(Deed::EndAccord) && held.state() != "terminated" {
        let word = if held.doc.state == "active" { t.mou_end() } else { t.mou_turn_down() };
        links.push(Link::new(format!("{path}/keadaan"), word));
    }
    Ok(links)
}

/// What was accepted under it and still runs, for those who see offers.
async fn running(here: &Here, view: &mut View, held: &Held) -> Result<Vec<StepRow>, Fail> {
    if !here.may(Deed::SeeOffers) || held.state() == "active" {
        return Ok(Vec::new());
    }
    let mut cards = in_progress(view, held.doc.hash).await?;
    let cases: Vec<_> = cards.iter().map(desk::offers::OfferCard::near).collect();
    desk::cases::shut::drop_shut(view, &here.staff, &mut cards, &cases).await?;
    let t = here.t.words();
    let row = |card: desk::offers::OfferCard| StepRow {
        href: format!("/rujukan/{}.{}", card.thread, card.offer_no),
        name: format!("{} · {}", card.peer_name, words_of::purpose_word(t, &card.purpose)),
        detail: here.moment(card.at),
        tag: Tag::work(t, Tone::Running),
    };
    Ok(cards.into_iter().map(row).collect())
}

fn clause_view(here: &Here, told: &accord::Explanation, clause: &accord::Clause) -> Clause {
    let t = here.t.words();
    let join = |words: Vec<String>| words.join(", ");
    let places = match &clause.persons.found_in {
        Where::Any => t.anywhere().to_owned(),
        Where::In(places) => join(places.iter().map(|place| words_of::place(place.code())).collect()),
    };
    let categories = clause.categories.iter().map(|one| words_of::category_word(t, one.word())).collect();
    let terms = vec![
        Fact::new(t.mou_from_to(), format!("{} → {}", clause.from.join(", "), clause.to.join(", "))),
        Fact::new(t.purpose(), join(clause.purposes.iter().map(|one| words_of::purpose_word(t, one.word())).collect())),
        Fact::new(t.found_at(), places),
        Fact::new(t.consent_categories(), join(categories)),
        Fact::new(t.basis(), words_of::ground(t, clause.basis)),
    ];
    // The explanation repeats the prose, then says what it means.
    let told = told.paragraphs.iter().find(|part| part.no.as_deref() == Some(clause.no.as_str()));
    let means = told.and_then(|part| part.text.split_once('\n')).map(|(_, means)| means.trim().to_owned());
    let text = clause.text.get(here.t.lang()).to_owned();
    Clause { no: clause.no.clone(), text, means: means.unwrap_or_default(), terms, passed: Vec::new() }
}
