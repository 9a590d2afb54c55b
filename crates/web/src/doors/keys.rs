//! Keys: which partners' keys are dead and what stands still with them, and how one is revoked by two (FEDERATION.md 8).

use crate::doors::nodes::carriers;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, given_out, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::{when, words_of};
use base::{NodeId, Problem};
use desk::cases::shut::drop_shut;
use desk::mail::Revoked;
use desk::offers::card::OfferCard;
use desk::partners::accord::signing::seats;
use desk::partners::revoking::{Reason, SignRevocation, Statement, TakeRevocation, has_revokers, standing_still};
use desk::partners::{Peer, peers};
use desk::{Deed, mail};
use seal::Revocation;
use store::View;

const PAGE: &str = "/simpul/kunci";
const FIELDS: [&str; 6] = ["simpul", "sejak", "sebab", "jabatan", "berkas", "sebagai"];

/// `GET /simpul/kunci`
pub async fn page_of(here: Here) -> Answer {
    shown(&here, Came::default()).await
}

async fn shown(here: &Here, came: Came) -> Answer {
    // Who works on referrals sees which of them stand still.
    let deed = if here.may(Deed::SeeNode) { Deed::SeeNode } else { Deed::SeeOffers };
    let mut view = here.read(deed).await?;
    let t = here.t.words();
    let partners = peers(&mut view).await?;
    let mut parts = vec![own(here, &mut view).await?];
    for peer in &partners {
        if let Some((row, mut offers)) = standing_still(&mut view, peer.node).await? {
            let cases: Vec<_> = offers.iter().map(desk::offers::OfferCard::near).collect();
            drop_shut(&mut view, &here.staff, &mut offers, &cases).await?;
            parts.push(stopped(here, peer, &row, &offers));
        }
    }
    if parts.len() == 1 {
        parts.push(Part::new(t.keys_revoked(), t.keys_none()));
    }
    if here.may(Deed::SignAccord) && deed == Deed::SeeNode {
        parts.push(sign_part(here, &mut view, &partners).await?);
    }
    if here.may(Deed::ManageNode) {
        parts.push(take_part(here, &mut view).await?);
    }
    if deed == Deed::SeeNode {
        parts.push(by_root(here));
    }
    let page = Protection {
        faults: came.faults(here, &FIELDS),
        version: 0,
        back: Some(if deed == Deed::SeeNode {
            Link::new("/simpul", t.nodes())
        } else {
            Link::new("/rujukan", t.referrals())
        }),
        case: None,
        heading: t.keys().to_owned(),
        lead: t.keys_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

async fn own(here: &Here, view: &mut View) -> Result<Part, Fail> {
    let t = here.t.words();
    let me = here.web.desk.me.id;
    let mut facts = Vec::new();
    if let Ok(carriers) = carriers(here)
        && let Ok(entry) = carriers.joining_file().await.and_then(|file| seal::entry::read_joining_file(&file))
    {
        let until = base::Timestamp::from_seconds(entry.cert().not_after);
        facts.push(Fact::new(t.fingerprint(), seal::fingerprint(entry.root())));
        facts.push(Fact::new(t.keys_name(), entry.cert().identity.kid().to_string()));
        facts.push(Fact::new(t.keys_until(), here.day(until)));
    }
    let mut part = Part { facts, ..Part::new(t.keys_own(), "") };
    if let Some(row) = mail::stopped(view, me).await? {
        part.tag = Some(Tag::new(Tone::Late, t.keys_revoked_tag()));
        part.facts.extend(dead(here, &row));
        part.facts.push(Fact::new(t.keys_do(), t.concern_own_key_revoked_remedy()));
    }
    Ok(part)
}

fn dead(here: &Here, row: &Revoked) -> Vec<Fact> {
    let t = here.t.words();
    vec![
        Fact::new(t.keys_since(), here.moment(row.since)),
        Fact::new(t.keys_why(), words_of::key_reason(t, Reason::from_number(row.reason))),
        Fact::new(t.keys_heard(), here.moment(row.known_at)),
    ]
}

fn stopped(here: &Here, peer: &Peer, row: &Revoked, offers: &[OfferCard]) -> Part {
    let t = here.t.words();
    let mut facts = dead(here, row);
    facts.push(Fact::new(t.keys_do(), t.concern_key_revoked_remedy()));
    facts.push(Fact::new(t.keys_call(), peer.duty_phone.clone()));
    let line = |card: &OfferCard| {
        let (tone, word) = words_of::offer(t, &card.state);
        StepRow {
            href: format!("/rujukan/{}", card.thread),
            name: words_of::purpose_word(t, &card.purpose),
            detail: here.t.due_on(here.moment(card.answer_by)),
            tag: Tag::new(tone, word),
        }
    };
    let lead = if offers.is_empty() { t.keys_no_cases() } else { t.keys_cases() };
    Part {
        tag: Some(Tag::new(Tone::Late, t.keys_revoked_tag())),
        facts,
        rows: offers.iter().map(line).collect(),
        ..Part::new(peer.title.clone(), lead)
    }
}

/// The offices that this officer may sign as.
async fn offices(here: &Here, view: &mut View, name: &str) -> Result<Field, Fail> {
    let all = seats(view).await?;
    let own = all.iter().find(|seat| seat.by == Some(here.staff.id));
    let free = all.iter().filter(|seat| own.map_or(seat.by.is_none(), |own| own.nth == seat.nth));
    let offices =
        free.map(|seat| Choice::new(seat.nth.to_string(), format!("{}, {}", seat.name, seat.office)).on(own.is_some()));
    Ok(Field::radios(name, here.t.mou_office(), offices.collect()).help(here.t.mou_office_help()))
}

async fn sign_part(here: &Here, view: &mut View, partners: &[Peer]) -> Result<Part, Fail> {
    let t = here.t.words();
    let me = &here.web.desk.me;
    let mut nodes = Vec::new();
    let all = partners.iter().map(|peer| (peer.node, peer.title.clone()));
    for (node, title) in all.chain([(me.id, me.title.clone())]) {
        let by_two = has_revokers(view, me.id, node).await?;
        let label = if by_two { title } else { format!("{title} ({})", t.keys_by_root()) };
        nodes.push(Choice::new(node.to_string(), label));
    }
    let reasons = Reason::ALL.iter();
    let reasons = reasons.map(|one| Choice::new(one.word(), words_of::key_reason(t, *one))).collect();
    let now = when::local_value(here.web.now(), me.place.zone());
    let fields = vec![
        Field::select("simpul", t.keys_whose(), nodes),
        Field::new("sejak", t.keys_since(), Kind::Moment).value(&now),
        Field::radios("sebab", t.keys_why(), reasons),
        offices(here, view, "jabatan").await?,
    ];
    let form = WorkForm {
        heading: String::new(),
        action: PAGE.to_owned(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.keys_sign_do(), false)],
    };
    Ok(Part { forms: vec![form], ..Part::new(t.keys_sign(), t.keys_sign_lead()) })
}

async fn take_part(here: &Here, view: &mut View) -> Result<Part, Fail> {
    let t = here.t.words();
    let mut fields = vec![Field::new("berkas", t.keys_file(), Kind::File(".spr"))];
    let mut buttons = vec![Button::new("terima", t.keys_take_do(), false)];
    if here.may(Deed::SignAccord) {
        fields.push(offices(here, view, "sebagai").await?.optional(t));
        buttons.push(Button::new("tanda", t.keys_sign_too(), true));
    }
    let form =
        WorkForm { heading: String::new(), action: format!("{PAGE}/berkas"), groups: Group::plain(fields), buttons };
    Ok(Part { forms: vec![form], ..Part::new(t.keys_take(), t.keys_take_lead()) })
}

fn by_root(here: &Here) -> Part {
    let t = here.t.words();
    let facts = vec![
        Fact::new(t.keys_root_revoke(), "simpul keys revoke FOLDER --reason lost --since 2026-11-24T03:00:00Z"),
        Fact::new(t.keys_root_renew(), "simpul keys renew FOLDER"),
    ];
    Part { facts, ..Part::new(t.keys_root(), t.keys_root_lead()) }
}

/// `POST /simpul/kunci`: a revoker signs; presence is proved anew. With one signature of two the file is given out.
pub async fn sign(here: Here, form: Posted) -> Answer {
    here.read(Deed::SignAccord).await?;
    here.fresh(PAGE)?;
    let act = match read_new(&here, &form) {
        Ok(act) => act,
        Err(problem) => return shown(&here, Came::back(problem, &form)).await,
    };
    signed(&here, &form, act).await
}

fn read_new(here: &Here, form: &Posted) -> Result<SignRevocation, Problem> {
    let bad = |field: &'static str| Problem::at("web.field-bad", field);
    let node: NodeId = form.need("simpul")?.parse().map_err(|_| bad("simpul"))?;
    let zone = here.web.desk.me.place.zone();
    let since = when::from_local(form.need("sejak")?, zone).ok_or_else(|| bad("sejak"))?;
    let reason = Reason::parse(form.need("sebab")?).ok_or_else(|| bad("sebab"))?;
    let seat = form.need("jabatan")?.parse().map_err(|_| bad("jabatan"))?;
    Ok(SignRevocation { statement: Statement::New(node, since, reason), seat })
}

async fn signed(here: &Here, form: &Posted, act: SignRevocation) -> Answer {
    match here.run(form, &act).await {
        Ok(Some((revocation, false))) => Ok(given_out(revocation.to_file(), "pencabutan.spr")),
        Ok(_) => Ok(see(PAGE)),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(here, Came::back(problem, form)).await
        }
    }
}

/// `POST /simpul/kunci/berkas`: a file of somebody else counts, or gets the second signature.
pub async fn take(here: Here, form: Posted) -> Answer {
    here.read(Deed::ManageNode).await?;
    let read = form.file("berkas").and_then(|bytes| Revocation::from_file(bytes));
    let revocation = match read {
        Ok(revocation) => revocation,
        Err(problem) => return shown(&here, Came::back(problem, &form)).await,
    };
    if form.get("tindakan") == "tanda" {
        here.read(Deed::SignAccord).await?;
        here.fresh(PAGE)?;
        let seat =
            form.need("sebagai").and_then(|nth| nth.parse().map_err(|_| Problem::at("web.field-bad", "sebagai")));
        return match seat {
            Ok(seat) => {
                let act = SignRevocation { statement: Statement::Begun(Box::new(revocation)), seat };
                signed(&here, &form, act).await
            }
            Err(problem) => shown(&here, Came::back(problem, &form)).await,
        };
    }
    match here.run(&form, &TakeRevocation(revocation)).await {
        Ok(_) => Ok(see(PAGE)),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(&here, Came::back(problem, &form)).await
        }
    }
}
