//! The matter on one page: what is next, who has a power of attorney, hearings, claims, time.

use super::{Shell, day, keeps, name_of};
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::Part;
use crate::view::{Fact, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, Problem, ThreadId};
use casework::matter::{ClaimKind, Hearing};
use desk::Deed;
use desk::cases::CaseStream;
use desk::matters::list::Stand;
use desk::matters::{OpenMatter, may_replace};
use desk::staff::OfficerCard;
use desk::staff::officer::officers;
use std::collections::BTreeMap;

/// `GET /kasus/{id}/perkara`
pub async fn one(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = id(&case)?;
    let (mut view, stored) = crate::doors::case(&here, case, Deed::SeeMatters).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let mut parts = vec![ahead(&here, case, &stored, &staff), claims(&here, case, &stored)];
    parts.push(attorneys(&here, case, &stored, &staff));
    parts.push(time(&here, case, &stored));
    parts.extend(past(&here, case, &stored));
    let lead = match stored.manager() {
        _ if stored.waits_for_counsel() => t.matter_free().to_owned(),
        Some(holder) => here.t.matter_held_by(name_of(&staff, holder)),
        None => t.matter_lead().to_owned(),
    };
    Shell { is_below: false, ..Shell::new(t.matter(), lead, parts) }.shown(&here, (case, &stored), &Came::default())
}

/// A hearing in a list: when, where, who goes along.
fn hearing_row(here: &Here, case: CaseId, (no, hearing): (u16, &Hearing), staff: &[OfficerCard]) -> StepRow {
    let t = here.t.words();
    let when = match &hearing.plan.time {
        Some(_) => here.moment(hearing.begins()),
        None => day(here, &hearing.plan.on),
    };
    let along = [hearing.plan.companion.map(|who| name_of(staff, who)), Some(hearing.plan.along.expose().clone())];
    let along: Vec<String> = along.into_iter().flatten().filter(|word| !word.trim().is_empty()).collect();
    let with = if along.is_empty() { t.hearing_alone().to_owned() } else { here.t.hearing_with(along.join(", ")) };
    let tag = match (&hearing.ended, hearing.clock.level) {
        (Some((end, ..)), _) => Tag::new(Tone::Done, words_of::matter::hearing_end(t, *end)),
        (None, 100) => Tag::new(Tone::Late, t.hearing_untold()),
        (None, 80) => Tag::new(Tone::Amber, t.hearing_soon()),
        (None, _) if along.is_empty() => Tag::new(Tone::Person, t.hearing_alone_tag()),
        (None, _) => Tag::new(Tone::Running, t.hearing_set()),
    };
    StepRow {
        href: format!("/kasus/{case}/perkara/sidang/{no}"),
        name: format!("{when} · {}", words_of::matter::venue(t, hearing.plan.venue)),
        detail: format!("{} · {with}", hearing.plan.about.expose()),
        tag,
    }
}

fn ahead(here: &Here, case: CaseId, stored: &CaseStream, staff: &[OfficerCard]) -> Part {
    let t = here.t.words();
    let hearings = stored.matter.hearings_ahead();
    let none = if hearings.is_empty() { t.hearings_none() } else { "" };
    let add = keeps(here).then(|| Link::new(format!("/kasus/{case}/perkara/sidang"), t.hearing_add()));
    Part {
        rows: hearings.into_iter().map(|hearing| hearing_row(here, case, hearing, staff)).collect(),
        links: add.into_iter().collect(),
        ..Part::new(t.hearings_ahead(), none)
    }
}

fn past(here: &Here, case: CaseId, stored: &CaseStream) -> Option<Part> {
    let over = stored.matter.hearings.iter().rev().filter(|(_, hearing)| hearing.ended.is_some());
    let rows: Vec<StepRow> = over.map(|(no, hearing)| hearing_row(here, case, (*no, hearing), &[])).collect();
    (!rows.is_empty()).then(|| Part { rows, ..Part::new(here.t.hearings_past(), "") })
}

fn claims(here: &Here, case: CaseId, stored: &CaseStream) -> Part {
    let t = here.t.words();
    let row = |(no, claim): (&u16, &casework::matter::Claim)| {
        let (tone, word) = words_of::matter::stand(t, Stand::of(claim));
        let word = claim.ended.as_ref().map_or(word, |ended| words_of::matter::claim_end(t, ended.end));
        let total = stored.matter.workbook(*no).total;
        let sum = (claim.kind != ClaimKind::CivilPaper).then(|| here.t.claim_total(total.to_string()));
        let filed = claim
            .filed
            .last()
            .map(|(office, on, _)| here.t.claim_filed_at(day(here, on), words_of::matter::office(t, *office)));
        StepRow {
            href: format!("/kasus/{case}/perkara/tuntutan/{no}"),
            name: here.t.claim_no(words_of::matter::claim_kind(t, claim.kind), u32::from(*no)),
            detail: std::iter::once(claim.about.expose().clone())
                .chain(sum)
                .chain(filed)
                .collect::<Vec<_>>()
                .join(" · "),
            tag: Tag::new(tone, word),
        }
    };
    let mut links = vec![Link::new(format!("/kasus/{case}/restitusi"), t.workbook())];
    if keeps(here) {
        links.insert(0, Link::new(format!("/kasus/{case}/perkara/tuntutan"), t.claim_add()));
    }
    let none = if stored.matter.claims.is_empty() { t.claims_none() } else { "" };
    Part { rows: stored.matter.claims.iter().map(row).collect(), links, ..Part::new(t.claims(), none) }
}

fn attorneys(here: &Here, case: CaseId, stored: &CaseStream, staff: &[OfficerCard]) -> Part {
    let t = here.t.words();
    let row = |(no, one): (&u16, &casework::matter::Attorney)| {
        let since = here.t.attorney_since(words_of::given_by(t, one.by), day(here, &one.on));
        let tag = match &one.ended {
            None => Tag::new(Tone::Green, t.attorney_runs()),
            Some((on, _)) => Tag::new(Tone::Skipped, here.t.attorney_ended(day(here, on))),
        };
        StepRow {
            href: format!("/kasus/{case}/perkara/kuasa/{no}"),
            name: name_of(staff, one.officer),
            detail: format!("{since} · {}", one.scope.expose()),
            tag,
        }
    };
    let mut links = Vec::new();
    if keeps(here) {
        links.push(Link::new(format!("/kasus/{case}/perkara/kuasa"), t.attorney_add()));
    }
    if may_replace(&here.actor(), stored) {
        links.push(Link::new(format!("/kasus/{case}/perkara/pengganti"), t.counsel_replace()));
    }
    links.extend(stored.matter.from.map(|thread| Link::new(format!("/rujukan/{thread}"), t.matter_file())));
    links.push(Link::new(format!("/kasus/{case}/berkas"), t.documents()));
    let none = if stored.matter.attorneys.is_empty() { t.attorneys_none() } else { "" };
    Part { rows: stored.matter.attorneys.iter().rev().map(row).collect(), links, ..Part::new(t.attorneys(), none) }
}

fn time(here: &Here, case: CaseId, stored: &CaseStream) -> Part {
    let t = here.t.words();
    let mut sums: BTreeMap<casework::matter::Activity, u64> = BTreeMap::new();
    for note in stored.matter.times.values() {
        *sums.entry(note.activity).or_default() += u64::from(note.minutes);
    }
    let fact = |(activity, minutes): (&casework::matter::Activity, &u64)| {
        Fact::new(words_of::matter::activity(t, *activity), here.t.hours_minutes(minutes / 60, minutes % 60))
    };
    let link = keeps(here).then(|| Link::new(format!("/kasus/{case}/perkara/waktu"), t.time_add()));
    let none = if sums.is_empty() { t.time_none() } else { "" };
    Part {
        facts: sums.iter().map(fact).collect(),
        links: link.into_iter().collect(),
        ..Part::new(t.time_spent(), none)
    }
}

/// `POST /rujukan/{id}/perkara`: counsel opens a matter from a referral that came.
pub async fn open(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    let (thread, no) = at.split_once('.').ok_or_else(|| Problem::new("web.not-found"))?;
    let act = OpenMatter { thread: id::<ThreadId>(thread)?, offer_no: id(no)? };
    let case = here.run(&form, &act).await?;
    Ok(see(&case.map_or_else(|| "/perkara".to_owned(), |case| format!("/kasus/{case}/perkara"))))
}
