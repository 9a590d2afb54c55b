//! Legal aid of a case: what is needed, whom it can go to and why, who was asked and what they said (SOP LE-2, FA-2).

use crate::doors::consents::whose;
use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Open, Posted, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use accord::{CaseType, Sex, Word};
use axum::extract::Path;
use base::{CaseId, NodeId, Problem, Redacted};
use casework::aid::{AidRequest, AidState};
use casework::consent::{GivenBy, How};
use desk::aid::{Agreed, AidAsk, AskNext, GoOn, Look, RequestLegalAid, look};
use desk::cases::CaseStream;
use desk::partners::{Peer, peers};
use desk::{Act, Deed};
use std::collections::BTreeMap;
use store::Stored;

/// Fields of the need, as they are sent on with the act.
const NEED: [&str; 6] = ["orang", "perkara", "bahasa-ibu", "penasihat", "masalah", "cara-aman"];

/// `GET /kasus/{id}/bantuan-hukum`
pub async fn form(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SendOffer).await?;
    let partners = peers(&mut view).await?;
    let t = here.t.words();
    let requests = stored.aid.iter().rev();
    let mut parts: Vec<Part> = requests.map(|(no, request)| part(here, (case, *no, request), &partners)).collect();
    let need = || WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/bantuan-hukum/pratinjau"),
        groups: Group::plain(need(here, &stored)),
        buttons: vec![Button::new("", t.aid_look(), false)],
    };
    // Nobody is led through a form whose last button could only refuse.
    parts.push(match stored.writable() {
        Ok(()) => Part { forms: vec![need()], ..Part::new(t.aid_new(), t.aid_new_lead()) },
        Err(why) => Part::new(t.aid_new(), format!("{} {}", why.message().get(t.lang()), why.remedy().get(t.lang()))),
    });
    let page = Protection {
        faults: came.faults(here, &NEED),
        version: stored.version,
        back: None,
        heading: t.legal_aid().to_owned(),
        lead: t.aid_lead().to_owned(),
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn need(here: &Here, stored: &Stored<CaseStream>) -> Vec<Field> {
    let t = here.t.words();
    let any =
        |choices: Vec<Choice>| std::iter::once(Choice::new("", t.aid_no_wish())).chain(choices).collect::<Vec<_>>();
    vec![
        whose(here, stored),
        Field::select("perkara", t.aid_about(), words_of::accord_choices::<CaseType>(t)),
        Field::select("bahasa-ibu", t.aid_language(), any(words_of::languages(t))),
        Field::radios("penasihat", t.aid_counsel(), any(words_of::accord_choices::<Sex>(t))).value("").across(),
        Field::long("masalah", t.aid_problem()).help(t.aid_written_help()).optional(t),
        Field::long("cara-aman", t.aid_safe_way()).help(t.aid_written_help()).optional(t),
    ]
}

/// One request: who is asked now, who said what, who is left, who cannot be asked and what would cure it.
fn part(here: &Here, (case, no, request): (CaseId, u16, &AidRequest), partners: &[Peer]) -> Part {
    let t = here.t.words();
    let (tone, state) = words_of::aid_state(t, request.state);
    let title = |node: NodeId| {
        partners.iter().find(|peer| peer.node == node).map_or_else(|| node.to_string(), |peer| peer.title.clone())
    };
    let about = words_of::accord_word::<CaseType>(t, &request.about);
    let mut facts = vec![
        Fact::new(t.aid_made(), here.moment(request.at)),
        Fact::new(t.aid_law_until(), here.moment(request.clock.due)),
        Fact::new(t.aid_basis(), request.clock.basis.get(t.lang())),
    ];
    facts.extend(request.person.map(|_| Fact::new(t.of_other_person(), t.other_person())));
    let asked = request.asked.iter().map(|asked| {
        let (tone, word) = match &asked.answer {
            None => (Tone::Body, t.aid_asking().to_owned()),
            Some(word) if word == "accepted" => (Tone::Done, words_of::aid_answer(t, word)),
            Some(word) => (Tone::Skipped, words_of::aid_answer(t, word)),
        };
        let name = title(asked.node);
        let href = format!("/rujukan/{}.{}", asked.thread, asked.offer_no);
        let until = asked.answer.is_none().then(|| t.answer_before(here.moment(asked.answer_by)));
        let detail = std::iter::once(here.moment(asked.at)).chain(until).collect::<Vec<_>>().join(" · ");
        StepRow { href, name, detail, tag: Tag::new(tone, word) }
    });
    let passed = request.passed.iter().map(|(node, code)| not(here, title(*node), code));
    let left = request.left().map(|body| StepRow {
        href: String::new(),
        name: title(body.node),
        detail: format!("{} · {}", body.clause, body.reasons.get(t.lang())),
        tag: Tag::new(Tone::Idle, t.aid_next()),
    });
    let named = |party: &str| {
        partners.iter().find(|peer| peer.name == party).map_or_else(|| party.to_owned(), |peer| peer.title.clone())
    };
    let out = request.not.iter().map(|(party, code)| not(here, named(party), code));
    Part {
        tag: Some(Tag::new(tone, state)),
        facts,
        rows: asked.chain(passed).chain(left).chain(out).collect(),
        forms: acts(here, (case, no, request), &title).into_iter().collect(),
        ..Part::new(t.aid_request_no(about, u32::from(no)), lead(here, request.state))
    }
}

fn lead(here: &Here, state: AidState) -> &'static str {
    let t = here.t.words();
    match state {
        AidState::Asking => t.aid_asking_lead(),
        AidState::Consent => t.aid_consent_lead(),
        AidState::Exhausted => t.aid_exhausted_lead(),
        AidState::Served | AidState::Stopped => "",
    }
}

/// A body that cannot be asked: why, and what would cure it.
fn not(here: &Here, name: String, code: &str) -> StepRow {
    let t = here.t.words();
    let (why, cure) = words_of::refusal(t, code);
    // The list keeps the code alone, so there is nothing to put in that place.
    let detail = format!("{} {cure}", why.replace(": {at}", "").replace(" {at}", ""));
    StepRow { href: String::new(), name, detail, tag: Tag::new(Tone::Skipped, t.aid_not_asked()) }
}

fn acts(
    here: &Here,
    (case, no, request): (CaseId, u16, &AidRequest),
    title: &dyn Fn(NodeId) -> String,
) -> Option<WorkForm> {
    let t = here.t.words();
    match request.state {
        AidState::Asking => Some(WorkForm {
            heading: String::new(),
            action: format!("/kasus/{case}/bantuan-hukum/{no}/berikutnya"),
            groups: Vec::new(),
            buttons: vec![Button::new("", t.aid_ask_next(), true)],
        }),
        AidState::Consent => {
            let bodies = request.left().map(|body| Choice::new(body.node.to_string(), title(body.node)));
            let fields = agreed_fields(here, bodies.collect(), &format!("-{no}"));
            Some(WorkForm {
                heading: String::new(),
                action: format!("/kasus/{case}/bantuan-hukum/{no}/persetujuan"),
                groups: Group::plain(fields),
                buttons: vec![Button::new("", t.aid_go_on(), false)],
            })
        }
        _ => None,
    }
}

/// What she agrees to: each body by name. None is ticked beforehand: a consent is hers to give.
fn agreed_fields(here: &Here, bodies: Vec<Choice>, id: &str) -> Vec<Field> {
    let t = here.t.words();
    let by = words_of::choices(t, GivenBy::ALL, GivenBy::word, words_of::given_by);
    let how = words_of::choices(t, How::ALL, How::word, words_of::how);
    let of = |name: &str| format!("f-{name}{id}");
    vec![
        Field::checks("lembaga", t.aid_agreed(), bodies).help(t.aid_agreed_help()).id(of("lembaga")),
        Field::radios("oleh", t.consent_by(), by).value("person").across().id(of("oleh")),
        Field::new("anak", t.assent(), Kind::Tick(false)).id(of("anak")),
        Field::radios("cara", t.consent_how(), how).value("written").across().id(of("cara")),
        Field::line("bahasa", t.consent_language()).value("id").id(of("bahasa")),
    ]
}

fn agreed(form: &Open) -> Result<Agreed, Problem> {
    let bad = |field: &'static str| Problem::at("web.field-bad", field);
    let bodies = form.all("lembaga").map(|node| node.parse().map_err(|_| bad("lembaga")));
    Ok(Agreed {
        bodies: bodies.collect::<Result<_, _>>()?,
        by: GivenBy::parse(form.get("oleh")).ok_or_else(|| bad("oleh"))?,
        assent: !form.get("anak").is_empty(),
        how: How::parse(form.get("cara")).ok_or_else(|| bad("cara"))?,
        language: form.get("bahasa").to_owned(),
    })
}

fn ask(form: &Open) -> Result<AidAsk, Problem> {
    let some = |name| Some(form.get(name)).filter(|value| !value.is_empty());
    let person = some("orang").map(|id| id.parse().map_err(|_| Problem::at("web.field-bad", "orang"))).transpose()?;
    let about = CaseType::parse(form.get("perkara")).ok_or_else(|| Problem::at("web.field-missing", "perkara"))?;
    let language = some("bahasa-ibu").map(str::to_owned);
    Ok(AidAsk { person, about, language, counsel: some("penasihat").and_then(Sex::parse) })
}

/// What was written with the request; what stands in the case already is left alone.
fn values(form: &Open) -> BTreeMap<String, Redacted<String>> {
    let of = [("masalah", "legal.problem"), ("cara-aman", "contact.safe_way")];
    let written = of.map(|(name, field)| (field.to_owned(), form.get(name).to_owned()));
    written.into_iter().filter(|(_, value)| !value.is_empty()).map(|(field, v)| (field, Redacted::new(v))).collect()
}

/// `POST /kasus/{id}/bantuan-hukum/pratinjau`: whom it can go to; nothing is sent.
pub async fn preview(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    ranked(&here, id(&case)?, &form, None).await
}

async fn ranked(here: &Here, case: CaseId, form: &Posted, back: Option<Problem>) -> Answer {
    let asked = match ask(form) {
        Ok(asked) => asked,
        Err(problem) => return shown(here, case, Came::back(problem, form)).await,
    };
    let (mut view, stored) = crate::doors::case(here, case, Deed::SendOffer).await?;
    let found = look(&mut view, &here.web.desk, &stored, &asked).await?;
    let t = here.t.words();
    let parts = vec![
        Part { rows: bodies(here, &found), ..Part::new(t.aid_ranked(), found_lead(here, &found)) },
        Part {
            forms: vec![send_form(here, case, &found, form)],
            ..Part::new(t.check_and_send(), send_lead(here, &found))
        },
        Part {
            rows: found.matching.not.iter().map(|(name, why)| not(here, titled(&found, name), why.code().0)).collect(),
            ..Part::new(t.aid_not_covered(), if found.matching.not.is_empty() { t.nothing_here() } else { "" })
        },
    ];
    let came = back.map(|problem| Came::back(problem, form)).unwrap_or_default();
    let page = Protection {
        faults: came.faults(here, &["lembaga", "oleh", "cara", "bahasa"]),
        version: stored.version,
        back: Some(Link::new(format!("/kasus/{case}/bantuan-hukum"), t.choose_again())),
        heading: t.aid_preview().to_owned(),
        lead: t.aid_preview_lead().to_owned(),
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn found_lead(here: &Here, found: &Look) -> &'static str {
    if found.matching.ranked.is_empty() { here.t.aid_nobody() } else { here.t.aid_ranked_lead() }
}

/// Where nobody can be asked, there is no name to read to her.
fn send_lead(here: &Here, found: &Look) -> &'static str {
    if found.matching.ranked.is_empty() { "" } else { here.t.aid_send_lead() }
}

fn titled(found: &Look, name: &str) -> String {
    found.known.get(name).map_or(name, |known| known.title.as_str()).to_owned()
}

fn bodies(here: &Here, found: &Look) -> Vec<StepRow> {
    let t = here.t.words();
    let row = |one: &accord::matching::Match| StepRow {
        href: String::new(),
        name: titled(found, &one.name),
        detail: format!("{} · {}", one.clause, one.reasons(t.lang()).join("; ")),
        tag: if one.on_duty { Tag::new(Tone::Green, t.aid_on_duty()) } else { Tag::new(Tone::Note, t.aid_covered()) },
    };
    found.matching.ranked.iter().map(row).collect()
}

fn send_form(here: &Here, case: CaseId, found: &Look, form: &Open) -> WorkForm {
    let t = here.t.words();
    let body = |one: &accord::matching::Match| {
        let known = found.known.get(&one.name)?;
        let choice = Choice::new(known.node.to_string(), &known.title);
        Some(if known.agreed { choice.note(t.consent_stands()) } else { choice })
    };
    let kept = NEED.iter().map(|name| Field::kept(*name, form.get(name)));
    let bodies: Vec<Choice> = found.matching.ranked.iter().filter_map(body).collect();
    let mut fields: Vec<Field> = kept.collect();
    if bodies.is_empty() {
        fields.extend([("oleh", "person"), ("cara", "written"), ("bahasa", "id")].map(|(n, v)| Field::kept(n, v)));
    } else {
        fields.extend(agreed_fields(here, bodies, ""));
    }
    let word = if found.matching.ranked.is_empty() { t.aid_to_coordinator() } else { t.aid_send() };
    WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/bantuan-hukum"),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", word, false)],
    }
}

/// `POST /kasus/{id}/bantuan-hukum`: the list is frozen, the first body is asked.
pub async fn send(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let (ask, agreed) = match ask(&form).and_then(|ask| Ok((ask, agreed(&form)?))) {
        Ok(read) => read,
        Err(problem) => return shown(&here, case, Came::back(problem, &form)).await,
    };
    let act = RequestLegalAid { case, version: form.version(), ask, values: values(&form), agreed };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}/bantuan-hukum"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => ranked(&here, case, &form, Some(problem)).await,
            None => Err(error.into()),
        },
    }
}

/// `POST /kasus/{id}/bantuan-hukum/{no}/persetujuan`: she named more bodies.
pub async fn go_on(here: Here, Path((case, no)): Path<(String, u16)>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    match agreed(&form) {
        Ok(agreed) => then(here, case, form, &GoOn { case, no, agreed }).await,
        Err(problem) => shown(&here, case, Came::back(problem, &form)).await,
    }
}

/// `POST /kasus/{id}/bantuan-hukum/{no}/berikutnya`: the next body instead of one that is silent.
pub async fn next(here: Here, Path((case, no)): Path<(String, u16)>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    then(here, case, form, &AskNext { case, no }).await
}

async fn then<A: Act>(here: Here, case: CaseId, form: Posted, act: &A) -> Answer {
    match here.run(&form, act).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}/bantuan-hukum"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
