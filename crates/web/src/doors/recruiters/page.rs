//! One recruiter: what is believed, from how many independent sources, how sure, since when; mentions, pairs, history.

use super::{called, entity_called, place, route};
use crate::doors::id;
use crate::guard::{Answer, Fail, Here, page_with};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part as Section, Protection};
use crate::view::{Fact, Faults, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{MentionId, NodeId, OfficerId, Redacted};
use desk::Deed;
use desk::mentions::look::{Line, OpenRecruiter, Told, history, lines, origins};
use desk::mentions::{Book, Entity, Order, Source};
use desk::partners::{Peer, peers};
use desk::staff::OfficerCard;
use desk::staff::officer::officers;
use recruiters::judged::{Judgement, Pair, Standing};
use recruiters::said::{Part, Said};
use std::collections::BTreeSet;
use store::View;

/// History lines that the page shows; the journal has all.
const HISTORY_MAX: usize = 50;

/// Records that this officer opens a recruiter, if she may; before anything is shown.
pub async fn opens(here: &Here, mention: MentionId, deed: Deed) -> Result<(), Fail> {
    let (view, book) = here.web.desk.book(&here.actor(), deed).await?;
    let head = book.entity(mention, &here.staff).ok_or(desk::Error::NotFound)?.head;
    drop((view, book));
    Ok(here.look(&OpenRecruiter(head)).await?)
}

/// `GET /perekrut/{id}`: by any of its mentions.
pub async fn one(here: Here, Path(mention): Path<String>) -> Answer {
    let mention: MentionId = id(&mention)?;
    opens(&here, mention, Deed::SeeRecruiters).await?;
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::SeeRecruiters).await?;
    let entity = book.entity(mention, &here.staff).ok_or(desk::Error::NotFound)?;
    let staff = known(&mut view).await?;
    let sources = origins(&mut view, &entity).await?.len();
    let lines = lines(&mut view, &here.actor(), &entity).await?;
    let judged = book.judged_of(&entity);
    let pairs: Vec<Pair> = judged.iter().map(|(pair, _)| *pair).collect();
    let told = history(&mut view, &entity, &pairs).await?;
    let t = here.t.words();
    let mut parts = vec![believed(&here, &book, &entity, sources), mentions(&here, &staff, &lines)];
    parts.extend(open_sources(&here, &lines));
    if here.may(Deed::JudgePair) {
        let has = |pair: &Pair| pair.both().iter().any(|id| entity.mentions.iter().any(|card| card.id == *id));
        let waiting: Vec<_> =
            book.queue(&here.staff, Order::Surest).into_iter().filter(|(pair, _)| has(pair)).collect();
        parts.extend(pair_rows(&here, &book, t.recruiter_pairs(), &waiting));
        parts.extend(pair_rows(&here, &book, t.recruiter_pairs_judged(), &judged));
    }
    let of_alerts = entity.mentions.iter().flat_map(|card| book.fallen(card.id));
    parts.extend(fallen(&here, &staff, of_alerts.collect()));
    if here.may(Deed::SendAlert)
        && let Some(first) = parts.first_mut()
    {
        first.links.push(Link::new(format!("/perekrut/{mention}/peringatan"), t.alert_new()));
    }
    let line = |(at, who, what): &(base::Timestamp, OfficerId, Told)| {
        Fact::new(format!("{} · {}", here.moment(*at), name_of(&staff, *who)), told_words(&here, *what))
    };
    let facts = told.iter().take(HISTORY_MAX).map(line).collect();
    parts.push(Section { facts, ..Section::new(t.recruiter_history(), "") });
    if here.may(Deed::SeeNetwork) {
        let link = Link::new(format!("/jaringan/{}", entity.head), t.network());
        if let Some(believed) = parts.first_mut() {
            believed.links.push(link);
        }
    }
    let page = Protection {
        faults: Faults::default(),
        version: 0,
        back: Some(Link::new("/perekrut", t.recruiters())),
        case: None,
        heading: entity_called(&here, &entity),
        lead: t.recruiter_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(None, &page)
}

/// Who may have said something: officers of this node, and partners, whose alerts name the bytes of their node.
pub struct Sayers {
    staff: Vec<OfficerCard>,
    peers: Vec<Peer>,
}

/// All of them.
pub async fn known(view: &mut View) -> Result<Sayers, desk::Error> {
    Ok(Sayers { staff: officers(view).await?, peers: peers(view).await? })
}

/// The name of who said something.
pub fn name_of(known: &Sayers, id: OfficerId) -> String {
    let officer = known.staff.iter().find(|card| card.id == id).map(|card| card.name.expose().clone());
    officer.unwrap_or_else(|| peer_name(known, NodeId::from_bytes(id.bytes())))
}

/// What people call a partner.
pub fn peer_name(known: &Sayers, node: NodeId) -> String {
    let found = known.peers.iter().find(|peer| peer.node == node);
    found.map_or_else(|| node.to_string(), |peer| peer.title.clone())
}

/// Each different text of a field, in the order of the mentions.
fn all_of(entity: &Entity<'_>, field: fn(&Said) -> &Redacted<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let texts = entity.mentions.iter().map(|card| field(&card.said).expose().clone()).filter(|text| !text.is_empty());
    texts.filter(|text| seen.insert(base::text::match_key(text))).collect()
}

fn believed(here: &Here, book: &Book, entity: &Entity<'_>, sources: usize) -> Section {
    let t = here.t.words();
    let joined = |texts: Vec<String>| texts.join("; ");
    let mut names = all_of(entity, |said| &said.name);
    names.extend(all_of(entity, |said| &said.alias));
    let heading = base::text::match_key(&entity_called(here, entity));
    names.retain(|name| base::text::match_key(name) != heading);
    let mut places: Vec<String> = all_of(entity, |said| &said.village);
    places.extend(all_of(entity, |said| &said.regency).iter().map(|code| place(code)));
    let mut does: BTreeSet<Part> = entity.mentions.iter().map(|card| card.said.part).collect();
    does.remove(&Part::Unknown);
    let does: Vec<String> = does.into_iter().map(|part| words_of::recruiter::part(t, part).to_owned()).collect();
    let routes: BTreeSet<String> = entity.mentions.iter().filter_map(|card| route(here, &card.said)).collect();
    let weakest = book.weakest(entity).map_or_else(
        || t.recruiter_one_mention().to_owned(),
        |probability| words_of::recruiter::sure(t, probability).to_owned(),
    );
    let best = entity.best().map_or_else(String::new, |card| {
        let grade = card.grade;
        [words_of::recruiter::reliability(t, grade.source), words_of::recruiter::credibility(t, grade.said)].join("; ")
    });
    let known = entity.mentions.iter().map(|card| card.at).min();
    let facts = [
        (t.recruiter_also(), joined(names)),
        (t.recruiter_phones(), joined(all_of(entity, |said| &said.phone))),
        (t.recruiter_niks(), joined(all_of(entity, |said| &said.nik))),
        (t.recruiter_born(), joined(all_of(entity, |said| &said.birth_date))),
        (t.recruiters_agency(), joined(all_of(entity, |said| &said.agency))),
        (t.mention_account(), joined(all_of(entity, |said| &said.account))),
        (t.mention_vessel(), joined(all_of(entity, |said| &said.vessel))),
        (t.mention_vehicle(), joined(all_of(entity, |said| &said.vehicle))),
        (t.recruiter_lives(), joined(places)),
        (t.recruiter_does(), joined(does)),
        (t.recruiter_routes(), joined(routes.into_iter().collect())),
        (t.recruiters_sources(), t.recruiter_sources_count(entity.mentions.len(), sources)),
        (t.recruiter_best(), best),
        (t.recruiter_weakest(), weakest),
        (t.recruiter_since(), known.map(|at| here.day(at)).unwrap_or_default()),
        (t.recruiter_newest(), entity.newest().map(|at| here.day(at)).unwrap_or_default()),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    Section {
        facts: facts.map(|(name, value)| Fact::new(name, value)).collect(),
        ..Section::new(t.recruiter_believed(), "")
    }
}

fn mentions(here: &Here, staff: &Sayers, lines: &[Line]) -> Section {
    let t = here.t.words();
    let row = |line: &Line| {
        let mut detail = vec![t.recruiter_recorded_by(here.day(line.at), name_of(staff, line.by))];
        match line.source {
            Some(Source::List(_)) => detail.push(t.recruiter_from_list().to_owned()),
            Some(Source::Public) => detail.push(t.recruiter_from_public().to_owned()),
            Some(Source::Alert { from, .. }) => detail.push(t.recruiter_from_alert(peer_name(staff, from))),
            Some(Source::Case(_) | Source::Report(_)) | None => {}
        }
        StepRow {
            href: match line.source {
                // A partner's word is corrected by that partner alone.
                Some(Source::Alert { alert, .. }) => format!("/peringatan/{alert}"),
                _ if here.may(Deed::CorrectMention) => format!("/perekrut/{}/catatan", line.id),
                _ => String::new(),
            },
            name: called(here, &line.said),
            detail: detail.join(" · "),
            tag: Tag::new(Tone::Note, line.grade.to_string()),
        }
    };
    Section {
        rows: lines.iter().map(row).collect(),
        ..Section::new(t.recruiter_mentions(), t.recruiter_mentions_lead())
    }
}

/// Cases and reports behind the mentions that this person may read; others are told of none.
fn open_sources(here: &Here, lines: &[Line]) -> Option<Section> {
    let t = here.t.words();
    let link = |(no, line): (usize, &Line)| match line.source? {
        Source::Case(case) => Some(Link::new(format!("/kasus/{case}"), t.recruiter_source_case(no))),
        Source::Report(report) => Some(Link::new(format!("/laporan/{report}"), t.recruiter_source_report(no))),
        Source::List(_) | Source::Public | Source::Alert { .. } => None,
    };
    let links: Vec<Link> = (1..).zip(lines).filter_map(link).collect();
    (!links.is_empty()).then(|| Section { links, ..Section::new(t.recruiter_sources_open(), "") })
}

/// Judgements that rested on what counts no more.
pub fn fallen(here: &Here, staff: &Sayers, pairs: Vec<(Pair, &[Judgement])>) -> Option<Section> {
    let t = here.t.words();
    let judgements = pairs.into_iter().flat_map(|(_, judgements)| judgements);
    let fact = |one: &Judgement| {
        let (verdict, ground) =
            (words_of::recruiter::verdict(t, one.verdict), words_of::recruiter::ground(t, one.ground));
        Fact::new(format!("{} · {}", here.moment(one.at), name_of(staff, one.by)), t.pair_said(ground, verdict))
    };
    let facts: Vec<Fact> = judgements.map(fact).collect();
    (!facts.is_empty()).then(|| Section { facts, ..Section::new(t.alert_fallen(), t.alert_fallen_lead()) })
}

fn pair_rows(here: &Here, book: &Book, heading: &str, pairs: &[(Pair, Standing)]) -> Option<Section> {
    let rows: Vec<StepRow> =
        pairs.iter().filter_map(|(pair, standing)| pair_row(here, book, *pair, *standing)).collect();
    (!rows.is_empty()).then(|| Section { rows, ..Section::new(heading, "") })
}

/// A pair in a list.
pub fn pair_row(here: &Here, book: &Book, pair: Pair, standing: Standing) -> Option<StepRow> {
    let t = here.t.words();
    let [a, b] = pair.both().map(|id| book.card(id).map(|card| called(here, &card.said)));
    let (alike, ..) = book.pair(pair, &here.staff)?;
    let (tone, word) = words_of::recruiter::standing(t, standing);
    let strongest = alike.evidence.iter().filter(|one| one.bits > 0.0).take(3);
    let strongest: Vec<String> = strongest
        .map(|one| {
            format!("{}: {}", words_of::recruiter::field(t, one.field), words_of::recruiter::level(t, one.level))
        })
        .collect();
    let sure = words_of::recruiter::sure(t, alike.probability).to_owned();
    Some(StepRow {
        href: format!("/perekrut/tinjau/{pair}"),
        name: t.review_pair(a?, b?),
        detail: std::iter::once(sure).chain(strongest).collect::<Vec<_>>().join(" · "),
        tag: Tag::new(tone, word),
    })
}

fn told_words(here: &Here, what: Told) -> String {
    let t = here.t.words();
    match what {
        Told::Recorded => t.told_recorded().to_owned(),
        Told::Corrected(why) => t.told_corrected(words_of::recruiter::correcting(t, why)),
        Told::Withdrawn(why) => t.told_withdrawn(words_of::recruiter::withdrawing(t, why)),
        Told::Judged(_, verdict) => t.told_judged(words_of::recruiter::verdict(t, verdict)),
        Told::Undone(_) => t.told_undone().to_owned(),
    }
}
