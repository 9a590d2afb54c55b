//! A request is made; it goes on with more consents; the next body is asked instead of one that is silent.

use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::aid::follow::go_on;
use crate::aid::look::{AidAsk, Look, look};
use crate::cases::{CaseStream, change};
use crate::error::{Error, Refusal};
use crate::offers::{GiverWord, give};
use crate::policy::{Deed, Permit};
use accord::Word;
use async_trait::async_trait;
use base::{CaseId, ConsentId, Lang, NodeId, OfficerId, Problem, Redacted, Text, Timestamp};
use casework::aid::{AidBody, AidMove, AidRequest, AidState, deadline};
use casework::clock::Clock;
use casework::consent::{GivenBy, How, Receiver};
use casework::offer::WithdrawReason;
use casework::words::Purpose;
use casework::{Case, Consent, ConsentCode};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Stored, Tx};

/// How long a consent given with a request holds: half a year, as the pocketbook of consents offers it [product].
const CONSENT_HOURS: i64 = 24 * 180;
/// The wish that opens LE-2, if it is not there yet.
const WISH: &str = "legal_aid";
/// Version of the text that the page reads out.
const TEXT_VERSION: &str = "1";

/// What she agreed to: these bodies, each by name, may be asked (ADR 41).
#[derive(Clone, Debug)]
pub struct Agreed {
    /// The bodies that were read to her and that she said yes to.
    pub bodies: BTreeSet<NodeId>,
    /// By whom.
    pub by: GivenBy,
    /// The child said yes as well.
    pub assent: bool,
    /// How.
    pub how: How,
    /// In which language.
    pub language: String,
}

/// Asks for legal aid: matches, freezes the list, asks the first.
#[derive(Clone, Debug)]
pub struct RequestLegalAid {
    /// The case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// For whom, about what.
    pub ask: AidAsk,
    /// Fields that the law needs complete, where they were not written down: the problem, the safe way.
    pub values: BTreeMap<String, Redacted<String>>,
    /// Consents given with it; those given before count too.
    pub agreed: Agreed,
}

#[async_trait]
impl Act for RequestLegalAid {
    const NAME: &'static str = "aid.request";
    const DEED: Deed = Deed::SendOffer;
    /// The number of the request in the case.
    type Done = u16;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<u16, Error> {
        crate::offers::recovered::may_offer(tx).await?;
        let mut case = change::load(tx, self.case, self.version).await?;
        change::known_fields(desk, self.values.keys())?;
        let fields = case.set_fields(self.ask.person, self.values.clone(), &desk.today_for(&case, tx.now()))?;
        tx.append(&mut case, fields).await?;
        complete(&case, self.ask.person)?;
        if self.ask.person.is_none() && !case.wishes.contains(WISH) {
            let wish = case.set_wish(WISH, true, &desk.today_for(&case, tx.now()))?;
            tx.append(&mut case, wish).await?;
        }
        change::fields_changed(tx, &mut case).await?;
        let found = look(tx, desk, &case.state, &self.ask).await?;
        consents(desk, tx, &mut case, (&found, self.ask.person, &self.agreed)).await?;
        let request = request(desk, &case, (&self.ask, &found), tx.now());
        let made = case.request_aid(request)?;
        tx.append(&mut case, made).await?;
        let no = case.aid.last_key_value().map_or(1, |(no, _)| *no);
        go_on(desk, tx, (self.case, no)).await?;
        Ok(no)
    }
}

/// The law's time counts from a complete request (UU 16/2011 articles 14 and 15): what it is about, and how she is reached.
fn complete(case: &Case, person: Option<base::PersonId>) -> Result<(), Problem> {
    let missing = ["legal.problem", "contact.safe_way"].into_iter().find(|field| case.field(person, field).is_none());
    missing.map_or(Ok(()), |field| Err(Problem::at("legal-aid.incomplete", field)))
}

fn request(desk: &Desk, case: &Stored<CaseStream>, (ask, found): (&AidAsk, &Look), now: Timestamp) -> AidRequest {
    let body = |one: &accord::matching::Match| {
        let known = found.known.get(&one.name)?;
        let words = |lang| one.reasons(lang).join("; ");
        Some(AidBody {
            node: known.node,
            party: one.name.clone(),
            clause: one.clause.clone(),
            reasons: Text::new(words(Lang::Id), words(Lang::En)),
        })
    };
    let clock = Clock::start(now, &deadline(), case.urgency, &desk.me.place, &desk.calendar);
    AidRequest {
        person: ask.person,
        about: ask.about.word().to_owned(),
        language: ask.language.clone(),
        counsel: ask.counsel.map(|sex| sex.word().to_owned()),
        ranked: found.matching.ranked.iter().filter_map(body).collect(),
        not: found.matching.not.iter().map(|(name, why)| (name.clone(), why.code().0.to_owned())).collect(),
        clock,
        at: now,
        asked: Vec::new(),
        passed: Vec::new(),
        state: AidState::Asking,
    }
}

/// One consent for each body that she named, for what its accord lets go.
async fn consents(
    desk: &Desk,
    tx: &mut Tx,
    case: &mut Stored<CaseStream>,
    (found, person, agreed): (&Look, Option<base::PersonId>, &Agreed),
) -> Result<(), Error> {
    let ranked = found.matching.ranked.iter().filter_map(|one| Some((&one.name, found.known.get(&one.name)?)));
    let named: Vec<_> = ranked.filter(|(_, known)| agreed.bodies.contains(&known.node) && !known.agreed).collect();
    for (party, known) in named {
        let consent = Consent {
            id: ConsentId::from_bytes(tx.chance().bytes()),
            person,
            code: ConsentCode::Share,
            purpose: Some(Purpose::LegalAid),
            receiver: Some(Receiver { party: party.clone(), node: Some(known.node) }),
            categories: known.categories.clone(),
            text_version: TEXT_VERSION.to_owned(),
            language: agreed.language.clone(),
            explained_by: OfficerId::from_bytes(tx.origin().actor),
            how: agreed.how,
            proof: None,
            witness: None,
            given_by: agreed.by,
            assent: agreed.assent,
            from: tx.now(),
            until: Some(tx.now().plus_hours(CONSENT_HOURS)),
            withdrawn: None,
        };
        let given = case.give_consent(consent, &desk.today_for(case, tx.now()))?;
        tx.append(case, given).await?;
    }
    Ok(())
}

/// She named more bodies: a chain that waited for her goes on.
#[derive(Clone, Debug)]
pub struct GoOn {
    /// The case.
    pub case: CaseId,
    /// The request.
    pub no: u16,
    /// What she agreed to.
    pub agreed: Agreed,
}

#[async_trait]
impl Act for GoOn {
    const NAME: &'static str = "aid.go-on";
    const DEED: Deed = Deed::SendOffer;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut case = change::load(tx, self.case, None).await?;
        let request = case.aid.get(&self.no).ok_or(Error::NotFound)?;
        if request.state != AidState::Consent {
            return Err(Problem::at("legal-aid.not-waiting", self.no.to_string()).into());
        }
        let ask = AidAsk {
            person: request.person,
            about: accord::CaseType::parse(&request.about).unwrap_or(accord::CaseType::Advice),
            language: request.language.clone(),
            counsel: None,
        };
        let found = look(tx, desk, &case.state, &ask).await?;
        consents(desk, tx, &mut case, (&found, ask.person, &self.agreed)).await?;
        let moved = case.move_aid(self.no, AidMove::Stands(AidState::Asking), &desk.today_for(&case, tx.now()));
        tx.append(&mut case, moved).await?;
        go_on(desk, tx, (self.case, self.no)).await
    }
}

/// The body that is asked is silent, or she would rather have another: its offer is taken back, the next is asked.
#[derive(Clone, Debug)]
pub struct AskNext {
    /// The case.
    pub case: CaseId,
    /// The request.
    pub no: u16,
}

#[async_trait]
impl Act for AskNext {
    const NAME: &'static str = "aid.ask-next";
    const DEED: Deed = Deed::SendOffer;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let case = change::load(tx, self.case, None).await?;
        let request = case.aid.get(&self.no).ok_or(Error::NotFound)?;
        let waits = request.waits_for().ok_or_else(|| Problem::at("legal-aid.not-waiting", self.no.to_string()))?;
        let (thread, offer_no) = (waits.thread, waits.offer_no);
        let word = GiverWord::Withdraw(WithdrawReason::OtherProvider, String::new());
        give::GiverAct { thread, offer_no, word }.done(desk, tx).await
    }
}
