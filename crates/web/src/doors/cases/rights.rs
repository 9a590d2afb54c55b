//! What a person asks about her data: the list of a case, one request with its review and answer, the copy as a file.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Posted, given_out, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, ConsentId, Problem, Redacted};
use casework::consent::GivenBy;
use casework::rights::{Asker, Granted, Ground, Right, RightAsk, RightRequest};
use casework::words::Category;
use desk::cases::rights::{AnswerRight, AskRight, LiftRestriction, MakeCopy, ReviewRight};
use desk::cases::{CaseStream, Change, OnCase};
use desk::{Asking, Deed};
use store::Stored;

/// `GET /kasus/{id}/hak`
pub async fn list(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, asked_deed(here)).await?;
    let t = here.t.words();
    let rows = stored.rights.iter().rev().map(|(no, request)| row(here, case, *no, request)).collect();
    let none = if stored.rights.is_empty() { t.rights_none() } else { "" };
    let mut parts = vec![Part { rows, ..Part::new(t.protection_waiting(), none) }];
    if stored.restricted && here.may(Deed::AnswerRequest) {
        let form = WorkForm {
            heading: String::new(),
            action: format!("/kasus/{case}/pembatasan"),
            groups: Group::plain(vec![Field::long("cabut", t.reason())]),
            buttons: vec![Button::new("", t.right_lift(), true)],
        };
        parts.push(Part { forms: vec![form], ..Part::new(t.right_restriction(), t.right_restricted()) });
    }
    if here.may(Deed::TakeRequest) {
        parts.push(Part { forms: vec![new_form(here, case, &stored)], ..Part::new(t.right_take(), "") });
    }
    let page = Protection {
        faults: came.faults(here, &["hak", "oleh", "tentang", "jalan", "persetujuan", "cabut"]),
        version: stored.version,
        back: None,
        case: Some(head(here, case, &stored)),
        heading: t.rights().to_owned(),
        lead: t.right_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// The deed under which this person meets requests: taking, looking, or neither.
fn asked_deed(here: &Here) -> Deed {
    if here.may(Deed::TakeRequest) { Deed::TakeRequest } else { Deed::ReviewRequest }
}

/// A request in a list.
pub fn row(here: &Here, case: CaseId, no: u16, request: &RightRequest) -> StepRow {
    let t = &here.t;
    let tag = match &request.answer {
        Some((answer, _)) if answer.granted == Granted::Refused => Tag::new(Tone::Skipped, t.granted_refused()),
        Some(_) => Tag::new(Tone::Done, t.right_answered()),
        None if request.clock.is_late(here.web.now()) => Tag::work(t.words(), Tone::Late),
        None => Tag::work(t.words(), Tone::Running),
    };
    let right = words_of::right(t.words(), request.ask.right);
    StepRow {
        href: format!("/kasus/{case}/hak/{no}"),
        name: format!("{no}. {right}"),
        detail: t.due_on(here.moment(request.clock.due)),
        tag,
    }
}

fn new_form(here: &Here, case: CaseId, stored: &CaseStream) -> WorkForm {
    let t = here.t.words();
    let rights = words_of::choices(t, Right::ALL, Right::word, words_of::right);
    let by = words_of::choices(t, GivenBy::ALL, GivenBy::word, words_of::given_by);
    let standing = stored.consents.values().filter(|consent| consent.withdrawn.is_none());
    let consents = standing.map(|consent| {
        let to = consent.receiver.as_ref().map_or("", |receiver| receiver.party.as_str());
        Choice::new(consent.id.to_string(), format!("{} {to}", words_of::consent(t, consent.code)))
    });
    let consents = std::iter::once(Choice::new("", t.right_no_consent())).chain(consents).collect();
    let fields = vec![
        Field::radios("hak", t.right_which(), rights),
        Field::radios("oleh", t.right_by(), by).value("person").across(),
        Field::long("tentang", t.right_about()),
        Field::line("jalan", t.right_way()).help(t.right_way_help()),
        Field::select("persetujuan", t.right_consent(), consents),
    ];
    let action = format!("/kasus/{case}/hak");
    WorkForm {
        heading: String::new(),
        action,
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.right_take(), false)],
    }
}

/// `POST /kasus/{id}/hak`
pub async fn take(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let ask = read_ask(&form).map(AskRight);
    done(&here, case, &form, ask, None).await
}

fn read_ask(form: &Posted) -> Result<RightAsk, Problem> {
    let right = Right::parse(form.need("hak")?).ok_or_else(|| Problem::at("web.field-bad", "hak"))?;
    let by = GivenBy::parse(form.get("oleh")).ok_or_else(|| Problem::at("web.field-bad", "oleh"))?;
    let consent: Option<ConsentId> = match form.get("persetujuan") {
        "" => None,
        consent => Some(consent.parse().map_err(|_| Problem::at("web.field-bad", "persetujuan"))?),
    };
    let text = |name: &str| Redacted::new(form.get(name).to_owned());
    Ok(RightAsk { right, by, about: text("tentang"), way: text("jalan"), consent })
}

/// Runs a change; what cannot be comes back as the page it came from.
async fn done<C: Change>(
    here: &Here,
    case: CaseId,
    form: &Posted,
    made: Result<C, Problem>,
    no: Option<u16>,
) -> Answer {
    let problem = match made {
        Ok(change) => match here.run(form, &OnCase { case, version: form.version(), change }).await {
            Ok(_) => return Ok(see(&format!("/kasus/{case}/hak"))),
            Err(error) => comes_back(&error).ok_or(error)?,
        },
        Err(problem) => problem,
    };
    match no {
        Some(no) => one_shown(here, case, no, Came::back(problem, form)).await,
        None => shown(here, case, Came::back(problem, form)).await,
    }
}

/// `POST /kasus/{id}/pembatasan`: sharing may go on.
pub async fn lift(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let made = form.need("cabut").map(|reason| LiftRestriction { reason: Redacted::new(reason.to_owned()) });
    done(&here, id(&case)?, &form, made, None).await
}

/// `GET /kasus/{id}/hak/{no}`
pub async fn one(here: Here, Path((case, no)): Path<(String, String)>) -> Answer {
    one_shown(&here, id(&case)?, id(&no)?, Came::default()).await
}

async fn one_shown(here: &Here, case: CaseId, no: u16, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, asked_deed(here)).await?;
    let request = stored.rights.get(&no).ok_or_else(|| Problem::new("web.not-found"))?;
    let staff = desk::staff::officer::officers(&mut view).await?;
    let name = |by| staff.iter().find(|card| card.id == by).map_or("", |card| card.name.expose().as_str());
    let t = here.t.words();
    let mut parts = vec![asked(here, no, request), reviewed(here, case, (no, request), name)];
    parts.extend(answered(here, case, (no, request), name));
    parts.extend(copy(here, case, &stored, no));
    let page = Protection {
        faults: came.faults(here, &["peminta", "catatan", "putusan", "dasar", "alasan"]),
        version: stored.version,
        back: Some(Link::new(format!("/kasus/{case}/hak"), t.rights())),
        case: Some(head(here, case, &stored)),
        heading: here.t.right_no(u32::from(no)),
        lead: words_of::right(t, request.ask.right).to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn asked(here: &Here, no: u16, request: &RightRequest) -> Part {
    let t = here.t.words();
    let basis = request.clock.basis.get(here.t.lang());
    let facts = vec![
        Fact::new(t.right_by(), words_of::given_by(t, request.ask.by)),
        Fact::new(t.right_about(), request.ask.about.expose().clone()),
        Fact::new(t.right_way(), request.ask.way.expose().clone()),
        Fact::new(t.right_asked(), here.moment(request.clock.start)),
        Fact::new(t.right_due(), format!("{} · {basis}", here.moment(request.clock.due))),
    ];
    let tag = row(here, CaseId::default(), no, request).tag;
    Part { facts, tag: Some(tag), ..Part::new(t.right_which(), "") }
}

fn reviewed<'a>(
    here: &Here,
    case: CaseId,
    (no, request): (u16, &RightRequest),
    name: impl Fn(base::OfficerId) -> &'a str,
) -> Part {
    let t = here.t.words();
    let facts = request.review.iter().flat_map(|review| {
        let way = if review.way_is_safe { t.right_safe() } else { t.right_unsafe() };
        [
            Fact::new(t.right_asker(), words_of::asker(t, review.asker)),
            Fact::new(t.right_way_safe(), way),
            Fact::new(t.right_note(), format!("{} · {}", review.note.expose(), name(review.by))),
        ]
    });
    let facts = facts.collect();
    let asks = request.answer.is_none() && here.may(Deed::ReviewRequest);
    let form = asks.then(|| WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/hak/{no}/tinjauan"),
        groups: Group::plain(vec![
            Field::radios("peminta", t.right_asker(), words_of::choices(t, Asker::ALL, Asker::word, words_of::asker)),
            Field::new("aman", t.right_way_safe(), Kind::Tick(false)),
            Field::long("catatan", t.right_note()),
        ]),
        buttons: vec![Button::new("", t.right_review_save(), true)],
    });
    Part { facts, forms: form.into_iter().collect(), ..Part::new(t.right_review(), t.right_review_lead()) }
}

fn answered<'a>(
    here: &Here,
    case: CaseId,
    (no, request): (u16, &RightRequest),
    name: impl Fn(base::OfficerId) -> &'a str,
) -> Option<Part> {
    let t = here.t.words();
    if let Some((answer, at)) = &request.answer {
        let left_out: Vec<&str> = answer.left_out.iter().map(|one| words_of::category(t, *one)).collect();
        let mut facts = vec![
            Fact::new(t.right_granted(), words_of::granted(t, answer.granted)),
            Fact::new(t.right_reason(), answer.reason.expose().clone()),
            Fact::new(t.right_answered(), format!("{} · {}", here.moment(*at), name(answer.by))),
        ];
        facts.extend(answer.ground.map(|ground| Fact::new(t.right_ground(), words_of::right_ground(t, ground))));
        facts.extend((!left_out.is_empty()).then(|| Fact::new(t.right_left_out(), left_out.join(", "))));
        return Some(Part { facts, ..Part::new(t.right_answer(), "") });
    }
    let form = here.may(Deed::AnswerRequest).then(|| answer_form(here, case, no, request.ask.right))?;
    Some(Part { forms: vec![form], ..Part::new(t.right_answer(), "") })
}

fn answer_form(here: &Here, case: CaseId, no: u16, right: Right) -> WorkForm {
    let t = here.t.words();
    let grounds = Ground::ALL.iter().filter(|ground| right.may_be_refused(**ground));
    let grounds = grounds.map(|ground| Choice::new(ground.word(), words_of::right_ground(t, *ground)));
    let grounds = std::iter::once(Choice::new("", t.ground_none())).chain(grounds).collect();
    let mut fields = vec![
        Field::radios(
            "putusan",
            t.right_granted(),
            words_of::choices(t, Granted::ALL, Granted::word, words_of::granted),
        ),
        Field::select("dasar", t.right_ground(), grounds),
    ];
    if matches!(right, Right::Access | Right::Portability) {
        let categories = words_of::choices(t, Category::ALL, Category::word, words_of::category);
        fields.push(Field::checks("kecuali", t.right_left_out(), categories).across());
    }
    fields.push(Field::long("alasan", t.right_reason()));
    WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/hak/{no}/jawaban"),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.right_answer_save(), false)],
    }
}

/// The file, once it was granted, for those who may see the identity.
fn copy(here: &Here, case: CaseId, stored: &Stored<CaseStream>, no: u16) -> Option<Part> {
    let t = here.t.words();
    let gives = here.may(Deed::SeeIdentity) && stored.may_know(here.staff.id);
    gives.then(|| stored.copy_for_person(no, here.web.now()).ok())??;
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/hak/{no}/salinan"),
        groups: Vec::new(),
        buttons: vec![Button::new("", t.right_copy_make(), false)],
    };
    Some(Part { forms: vec![form], ..Part::new(t.right_copy(), t.right_copy_lead()) })
}

/// `POST /kasus/{id}/hak/{no}/tinjauan`
pub async fn review(here: Here, Path((case, no)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, no): (CaseId, u16) = (id(&case)?, id(&no)?);
    let asker =
        form.need("peminta").and_then(|word| Asker::parse(word).ok_or_else(|| Problem::at("web.field-bad", "peminta")));
    let made = asker.map(|asker| ReviewRight {
        no,
        asker,
        way_is_safe: !form.get("aman").is_empty(),
        note: Redacted::new(form.get("catatan").to_owned()),
    });
    done(&here, case, &form, made, Some(no)).await
}

/// `POST /kasus/{id}/hak/{no}/jawaban`
pub async fn answer(here: Here, Path((case, no)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, no): (CaseId, u16) = (id(&case)?, id(&no)?);
    let granted = form
        .need("putusan")
        .and_then(|word| Granted::parse(word).ok_or_else(|| Problem::at("web.field-bad", "putusan")));
    let made = granted.map(|granted| AnswerRight {
        no,
        granted,
        ground: Ground::parse(form.get("dasar")),
        left_out: form.all("kecuali").filter_map(Category::parse).collect(),
        reason: Redacted::new(form.get("alasan").to_owned()),
    });
    done(&here, case, &form, made, Some(no)).await
}

/// `POST /kasus/{id}/hak/{no}/salinan`: each making is recorded first; presence is proved anew.
pub async fn copied(here: Here, Path((case, no)): Path<(String, String)>, _: Posted) -> Answer {
    let act = MakeCopy { case: id(&case)?, no: id(&no)? };
    here.read(Deed::SeeIdentity).await?;
    here.fresh(&format!("/kasus/{case}/hak/{no}"))?;
    let asking = Asking::once(&*here.web.desk.chance, here.web.now());
    let copy = here.web.desk.run(&here.actor(), asking, &act).await?;
    let bytes = serde_json::to_vec_pretty(&copy).map_err(|_| Problem::new("web.fault"))?;
    // No name of hers in the name of the file (UU 21/2007 art. 44).
    Ok(given_out(bytes, &format!("salinan-{}-{no}.json", copy.alias)))
}
