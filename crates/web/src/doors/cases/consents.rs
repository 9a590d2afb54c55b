//! Consents: one record for each purpose and receiver, withdrawable at any time.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::view::staff::case::{ConsentRow, Consents};
use crate::view::{Choice, Field, Kind, Tag, Tone};
use crate::when;
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, ConsentId, PersonId, Problem};
use casework::consent::{Consent, ConsentCode, GivenBy, How, Receiver};
use casework::words::{Category, Purpose};
use desk::Deed;
use desk::cases::consents::WithdrawConsent;
use desk::cases::record::GiveConsent;
use desk::cases::{CaseStream, OnCase};
use desk::partners::{AccordCard, accords};
use store::{Stored, View};

/// Version of the text that a page reads out; it names the words of this build.
const TEXT_VERSION: &str = "1";

/// `GET /kasus/{id}/persetujuan`
pub async fn list(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::RecordConsent).await?;
    let fields = fields(here, &mut view, &stored).await?;
    let names: Vec<&str> = fields.iter().map(Field::name).collect();
    let page = Consents {
        faults: came.faults(here, &names),
        case: head(here, case, &stored),
        list: in_order(&stored).into_iter().map(|consent| row(here, consent)).collect(),
        fields: fields.into_iter().map(|field| field.typed(&came.typed)).collect(),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// Her own consents first, then those of others in the case; the oldest first.
fn in_order(stored: &Stored<CaseStream>) -> Vec<&Consent> {
    let mut all: Vec<&Consent> = stored.consents.values().collect();
    all.sort_by_key(|consent| (consent.person, consent.from, consent.id));
    all
}

fn row(here: &Here, consent: &Consent) -> ConsentRow {
    let t = here.t.words();
    let standing = consent.holds(here.web.now());
    let state = match (standing, consent.withdrawn) {
        (true, _) => Tag::new(Tone::Done, t.consent_stands()),
        (_, Some(_)) => Tag::new(Tone::Skipped, t.consent_withdrawn()),
        _ => Tag::new(Tone::Skipped, t.consent_expired()),
    };
    let mut name = vec![words_of::consent(t, consent.code).to_owned()];
    name.extend(consent.person.map(|_| t.other_person().to_owned()));
    name.extend(consent.receiver.as_ref().map(|to| to.party.clone()));
    name.extend(consent.purpose.map(|purpose| words_of::purpose(t, purpose).to_owned()));
    let categories: Vec<&str> = consent.categories.iter().map(|one| words_of::category(t, *one)).collect();
    let until = consent.until.map_or(String::new(), |until| format!(" - {}", here.day(until)));
    ConsentRow {
        id: consent.id.to_string(),
        name: name.join(" · "),
        detail: format!("{}{until} {}", here.day(consent.from), categories.join(", ")),
        tag: state,
        standing,
    }
}

/// Parties of agreements with this node: the bodies a share can name.
pub async fn parties(here: &Here, view: &mut View) -> Result<Vec<(String, String, Option<base::NodeId>)>, desk::Error> {
    let cards: Vec<AccordCard> = accords(view).await?;
    let me = here.web.desk.me.id;
    let mut found: Vec<(String, String, Option<base::NodeId>)> = Vec::new();
    for party in cards.into_iter().flat_map(|card| card.parties).filter(|party| party.node != Some(me)) {
        if !found.iter().any(|(known, ..)| *known == party.party) {
            found.push((party.party, party.name, party.node));
        }
    }
    Ok(found)
}

async fn fields(here: &Here, view: &mut View, stored: &Stored<CaseStream>) -> Result<Vec<Field>, desk::Error> {
    let t = here.t.words();
    let parties = parties(here, view).await?;
    let mut to = vec![Choice::new("", t.nobody())];
    to.extend(parties.into_iter().map(|(party, name, _)| Choice::new(party, name)));
    let purposes = words_of::choices(t, Purpose::ALL, Purpose::word, words_of::purpose);
    let purposes = std::iter::once(Choice::new("", t.pick_one())).chain(purposes).collect();
    let categories = words_of::choices(t, Category::ALL, Category::word, words_of::category);
    let by = words_of::choices(t, GivenBy::ALL, GivenBy::word, words_of::given_by);
    let how = words_of::choices(t, How::ALL, How::word, words_of::how);
    Ok(vec![
        Field::select(
            "kode",
            t.consent_code(),
            words_of::choices(t, ConsentCode::ALL, ConsentCode::word, words_of::consent),
        ),
        Field::select("penerima", t.consent_to(), to),
        Field::select("tujuan", t.consent_purpose(), purposes),
        Field::checks("kategori", t.consent_categories(), categories).across(),
        whose(here, stored),
        Field::radios("oleh", t.consent_by(), by).value("person").across(),
        Field::new("anak", t.assent(), Kind::Tick(false)),
        Field::radios("cara", t.consent_how(), how).value("written").across(),
        Field::line("bahasa", t.consent_language()).value("id"),
        Field::new("sampai", t.consent_until(), Kind::Date),
    ])
}

/// The person of the case, or another in it.
pub fn whose(here: &Here, stored: &Stored<CaseStream>) -> Field {
    let t = here.t.words();
    let others = stored.people.iter().map(|(id, person)| {
        let relation = person.relation.map_or("", |relation| words_of::relation(t, relation));
        let place = person.place.as_ref().map_or(String::new(), |place| words_of::place(place.code()));
        Choice::new(id.to_string(), format!("{relation} {place}"))
    });
    Field::select(
        "orang",
        t.of_other_person(),
        std::iter::once(Choice::new("", t.the_person())).chain(others).collect(),
    )
}

/// `POST /kasus/{id}/persetujuan`
pub async fn give(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let mut view = here.read(Deed::RecordConsent).await?;
    let parties = parties(&here, &mut view).await?;
    drop(view);
    let consent = match read(&here, &form, &parties) {
        Ok(consent) => consent,
        Err(problem) => return shown(&here, case, Came::back(problem, &form)).await,
    };
    let act = OnCase { case, version: form.version(), change: GiveConsent { consent } };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}/persetujuan"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}

type Party = (String, String, Option<base::NodeId>);

fn read(here: &Here, form: &Posted, parties: &[Party]) -> Result<Consent, Problem> {
    let zone = here.web.desk.me.place.zone();
    let bad = |field: &'static str| Problem::at("web.field-bad", field);
    let party = form.get("penerima");
    let receiver = Some(party).filter(|party| !party.is_empty()).map(|party| Receiver {
        party: party.to_owned(),
        node: parties.iter().find(|(known, ..)| known == party).and_then(|(.., node)| *node),
    });
    let until = match form.get("sampai") {
        "" => None,
        date => Some(when::from_local(date, zone).ok_or_else(|| bad("sampai"))?.plus_hours(24)),
    };
    let person: Option<PersonId> = match form.get("orang") {
        "" => None,
        other => Some(other.parse().map_err(|_| bad("orang"))?),
    };
    Ok(Consent {
        // The id follows from the form, so that the same form twice is the same record.
        id: ConsentId::from_bytes(form.asking().request.bytes()),
        person,
        code: ConsentCode::parse(form.get("kode")).ok_or_else(|| bad("kode"))?,
        purpose: Purpose::parse(form.get("tujuan")),
        receiver,
        categories: form.all("kategori").filter_map(Category::parse).collect(),
        text_version: TEXT_VERSION.to_owned(),
        language: form.get("bahasa").to_owned(),
        explained_by: here.staff.id,
        how: How::parse(form.get("cara")).ok_or_else(|| bad("cara"))?,
        proof: None,
        witness: None,
        given_by: GivenBy::parse(form.get("oleh")).ok_or_else(|| bad("oleh"))?,
        assent: !form.get("anak").is_empty(),
        from: here.web.now(),
        until,
        withdrawn: None,
    })
}

/// `POST /kasus/{id}/persetujuan/{c}/penarikan`
pub async fn withdraw(here: Here, Path((case, consent)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, consent): (CaseId, ConsentId) = (id(&case)?, id(&consent)?);
    let act = WithdrawConsent { case, consent, erase: !form.get("hapus").is_empty() };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}/persetujuan"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
