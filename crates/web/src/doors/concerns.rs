//! What about the mail needs a person, in words: who has not received what since when, whom to ring, what else helps.

use crate::guard::{Answer, Fail, Here, Posted, see};
use crate::view::staff::day::TaskRow;
use crate::view::staff::node::Matter;
use crate::view::{Tag, Tone};
use crate::words_of;
use desk::Deed;
use desk::mail::{Concern, ConcernKind, SettleConcern, concerns};
use desk::partners::revoking::Reason;
use desk::partners::{Peer, peers};
use store::View;

/// All matters of the mail, as the pages show them.
pub async fn matters(here: &Here, view: &mut View) -> Result<Vec<Matter>, Fail> {
    let found = concerns(view).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let partners = peers(view).await?;
    Ok(found.iter().map(|concern| matter(here, concern, &partners)).collect())
}

fn matter(here: &Here, concern: &Concern, partners: &[Peer]) -> Matter {
    let t = here.t.words();
    let peer = concern.peer.and_then(|node| partners.iter().find(|peer| peer.node == node));
    let who = peer.map_or_else(|| t.concern_unknown_partner().to_owned(), |peer| peer.title.clone());
    let phone = peer.map(|peer| peer.duty_phone.clone()).filter(|phone| !phone.is_empty());
    let what = words_of::message(t, concern.number);
    let why = || words_of::key_reason(t, Reason::from_number(concern.figure));
    let since = here.moment(concern.since);
    let (tone, title, remedy) = match concern.kind {
        ConcernKind::Late if concern.figure >= 100 => {
            (Tone::Late, t.concern_never(since, what, who), t.concern_never_remedy())
        }
        ConcernKind::Late => (Tone::Late, t.concern_late(since, what, who), t.concern_late_remedy()),
        ConcernKind::NoKey => (Tone::Late, t.concern_no_key(since, who), t.concern_no_key_remedy()),
        ConcernKind::HeldThere => (Tone::Body, t.concern_held_there(since, what, who), t.concern_held_there_remedy()),
        ConcernKind::HeldHere => (Tone::Late, t.concern_held_here(since, who), t.concern_held_here_remedy()),
        ConcernKind::Refused => (Tone::Late, refused(here, who, what, concern), t.concern_refused_remedy()),
        ConcernKind::Frozen => (Tone::Late, t.concern_frozen(since, who), t.concern_frozen_remedy()),
        ConcernKind::ClockWrong => (Tone::Body, t.concern_clock(concern.figure, who), t.concern_clock_remedy()),
        ConcernKind::TheyForgot => (Tone::Late, t.concern_they_forgot(since, who), t.concern_forgot_remedy()),
        ConcernKind::WeForgot => (Tone::Late, t.concern_we_forgot(concern.figure, who), t.concern_forgot_remedy()),
        ConcernKind::TheyForked => (Tone::Late, t.concern_they_forked(who), t.concern_they_forked_remedy()),
        ConcernKind::WeForked => (Tone::Late, t.concern_we_forked(who), t.concern_we_forked_remedy()),
        ConcernKind::PeerClosed => (Tone::Body, t.concern_closed(since, who), t.concern_closed_remedy()),
        ConcernKind::KeyRevoked => {
            (Tone::Late, t.concern_key_revoked(since, who, why()), t.concern_key_revoked_remedy())
        }
        ConcernKind::OwnKeyRevoked => {
            (Tone::Late, t.concern_own_key_revoked(since, why()), t.concern_own_key_revoked_remedy())
        }
        ConcernKind::Forged => (Tone::Late, t.concern_forged(concern.figure), t.concern_forged_remedy()),
    };
    Matter {
        name: concern.name(),
        title,
        remedy: remedy.to_owned(),
        phone,
        tag: Tag::work(t, tone),
        // What the mail itself ends needs no button: a late message ends with its receipt.
        more: matches!(concern.kind, ConcernKind::KeyRevoked | ConcernKind::OwnKeyRevoked).then_some("/simpul/kunci"),
        ends_by_hand: !ends_itself(concern.kind) && here.may(Deed::ManageNode),
    }
}

const fn ends_itself(kind: ConcernKind) -> bool {
    use ConcernKind::{HeldHere, KeyRevoked, NoKey, OwnKeyRevoked};
    matches!(kind, NoKey | HeldHere | KeyRevoked | OwnKeyRevoked)
}

fn refused(here: &Here, who: String, what: &str, concern: &Concern) -> String {
    let t = here.t.words();
    let (why, _) = words_of::refusal(t, concern.code.as_deref().unwrap_or_default());
    t.concern_refused(what, who, why)
}

/// The same as rows of a day; who may not see the node is led to the referrals.
pub fn tasks(here: &Here, matters: Vec<Matter>) -> Vec<TaskRow> {
    let href = if here.may(Deed::SeeNode) { "/simpul#surat" } else { "/rujukan" };
    let row = |matter: Matter| TaskRow {
        href: matter.more.unwrap_or(href).to_owned(),
        title: matter.title,
        detail: matter.phone.map_or(matter.remedy.clone(), |phone| format!("{} ({phone})", matter.remedy)),
        tag: matter.tag,
    };
    matters.into_iter().map(row).collect()
}

/// `POST /simpul/perhatian/{nama}/selesai`: a person has seen to it.
pub async fn settle(here: Here, axum::extract::Path(name): axum::extract::Path<String>, form: Posted) -> Answer {
    here.run(&form, &SettleConcern { name }).await?;
    Ok(see("/simpul"))
}
