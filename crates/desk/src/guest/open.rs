//! Counsel without a node is let into a case, and out again: by who arranges legal aid, for a body with an accord, with the
//! person's consent for that body.

use super::link::{self, NewLink, waiting};
use super::matter::decided;
use crate::act::{Act, Asking, Desk};
use crate::actor::Actor;
use crate::cases::change;
use crate::error::{Error, Refusal};
use crate::offers::quota::count_sent;
use crate::partners::accord::flow;
use crate::partners::{accord_between, peer, peers};
use crate::policy::{Deed, Permit};
use crate::staff::Officer;
use crate::staff::leaving::is_gone;
use crate::staff::officer::{OfficerCard, OfficerEvent, Return, officers};
use accord::PartyRole;
use async_trait::async_trait;
use base::{CaseId, NodeId, OfficerId, Problem, Redacted, Timestamp};
use casework::guest::{GuestAccess, GuestEnd, GuestMove};
use casework::{Case, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Read, Sealed, Shelf, Shelved, Team, Tx};

/// A guest is let in for half a year at most; a consent that ends earlier ends it [product].
const DAYS_MAX: i64 = 180;
/// Links for one guest in 24 hours: more would be a way to fill somebody's mailbox.
const LINKS_PER_DAY_MAX: usize = 5;
/// Longest name, in letters.
const NAME_CHARS_MAX: usize = 80;
/// Longest address (RFC 5321, 4.5.3.1.3).
const MAIL_BYTES_MAX: usize = 254;

/// What this node knows of a guest besides her name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// The body she is counsel of.
    pub body: NodeId,
    /// What people call it.
    pub title: String,
    /// Where links go, if by mail.
    pub mail: Option<Redacted<String>>,
    /// When links were made, the last day's.
    links: Vec<Timestamp>,
    /// When a link was mailed last, and the code of what went wrong.
    pub mailed: Option<(Timestamp, Option<String>)>,
}

impl Shelved for Guest {
    const SHELF: Shelf = Shelf::Guests;
}

async fn keep(tx: &mut Tx, id: OfficerId, guest: &Guest) -> Result<(), Error> {
    Ok(tx.put((&id.bytes(), &[]), None, Sealed::Team(Team::Staff), guest).await?)
}

/// A body whose counsel could be let in, or why not.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its node.
    pub node: NodeId,
    /// What people call it.
    pub title: String,
    /// Its name as party.
    pub party: String,
    /// How many fields she would see; or the refusals, the first first.
    pub answer: Result<usize, Vec<Refusal>>,
}

/// Every legal-aid body with an accord here, and whether its counsel may be let into a case now.
pub async fn bodies(view: &mut impl Read, desk: &Desk, case: &Case) -> Result<Vec<Body>, Error> {
    let mut found = Vec::new();
    for peer in peers(view).await? {
        let Some(party) = party_of(view, desk, peer.node).await? else { continue };
        let answer = decided(view, desk, case, (peer.node, true)).await?;
        let answer = answer.map(|(cut, _)| cut.permitted().count());
        found.push(Body { node: peer.node, title: peer.title, party, answer });
    }
    Ok(found)
}

/// The name of a node as legal-aid party of an accord with this one.
async fn party_of(view: &mut impl Read, desk: &Desk, node: NodeId) -> Result<Option<String>, Error> {
    let accords = accord_between(view, desk.me.id, node).await?;
    let is_body = |accord: &crate::partners::InForce| {
        accord.document.party(&accord.peer).map(|party| party.role) == Some(PartyRole::LegalAid)
    };
    Ok(accords.into_iter().find(is_body).map(|accord| accord.peer))
}

/// Who is let in.
#[derive(Clone, Debug)]
pub enum Invited {
    /// Somebody new: name, and where the link goes.
    New(Redacted<String>, Option<Redacted<String>>),
    /// A guest of another case, counsel of the same body.
    Known(OfficerId),
}

/// Lets counsel into a case.
#[derive(Clone, Debug)]
pub struct LetGuestIn {
    /// The case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// The body.
    pub body: NodeId,
    /// Who.
    pub who: Invited,
    /// Until when.
    pub until: Timestamp,
    /// The link of her first visit.
    pub link: NewLink,
}

#[async_trait]
impl Act for LetGuestIn {
    const NAME: &'static str = "guest.let-in";
    const DEED: Deed = Deed::LetGuestIn;
    /// Who it is; and whether she comes by the link, or has come before.
    type Done = (OfficerId, bool);

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(OfficerId, bool), Error> {
        crate::offers::recovered::may_offer(tx).await?;
        let mut case = change::load(tx, self.case, self.version).await?;
        let party = party_of(tx, desk, self.body).await?;
        let party = party.ok_or_else(|| Error::Refused(vec![Refusal::new("accord.not-party", "accord")]))?;
        let (cut, consent) = decided(tx, desk, &case, (self.body, true)).await?.map_err(Error::Refused)?;
        let now = tx.now();
        let ends = case.consents.get(&consent).and_then(|consent| consent.until);
        let until = self.until.min(ends.unwrap_or(self.until));
        if until <= now || self.until > now.plus_hours(24 * DAYS_MAX) {
            return Err(Problem::at("guest.until", "sampai").into());
        }
        let (guest, name, by_link) = self.guest(desk, tx).await?;
        if case.shuts_out(guest, name.expose()) {
            return Err(Problem::new("guest.conflicted").into());
        }
        let by = OfficerId::from_bytes(tx.origin().actor);
        let access = GuestAccess { body: self.body, party, consent, by, at: now, until, clear: None, ended: None };
        let events = case.let_guest_in(guest, access)?;
        tx.append(&mut case, events).await?;
        let fields = cut.extract(&case.state, [0; 16], now).fields;
        flow::passed(tx, (desk.me.id, self.body), true, &fields).await?;
        count_sent(tx, self.body).await?;
        if by_link {
            new_link(tx, guest, self.link).await?;
        }
        Ok((guest, by_link))
    }
}

impl LetGuestIn {
    /// The guest: made now, or known. Whether she needs a link: who has proofs from before needs none.
    async fn guest(&self, desk: &Desk, tx: &mut Tx) -> Result<(OfficerId, Redacted<String>, bool), Error> {
        match &self.who {
            Invited::Known(id) => {
                let known = tx.state::<Guest>(&id.bytes(), &[]).await?.filter(|guest| guest.body == self.body);
                let officer = tx.load::<Officer>(id.bytes()).await?;
                let (Some(_), Some(officer)) = (known, officer) else { return Err(Error::NotFound) };
                if is_gone(tx, *id).await? {
                    return Err(Problem::new("officer.gone").into());
                }
                let proved = !officer.passkeys.is_empty() || !officer.password.expose().is_empty();
                Ok((*id, officer.name.clone(), !proved))
            }
            Invited::New(name, mail) => {
                let name = named(name)?;
                let mail = mail.as_ref().map(address).transpose()?;
                let known = peer(tx, self.body).await?.ok_or(Error::NotFound)?;
                let id = OfficerId::from_bytes(tx.derived_id("guest"));
                let login = format!("tamu-{}", base::hex(&tx.derived_id("guest-login")[..4]));
                let officer = Officer::new((login, name.clone()), [Role::Guest].into(), Default::default(), desk.now());
                tx.create::<Officer>(id.bytes(), vec![OfficerEvent::Added(Box::new(officer))]).await?;
                keep(
                    tx,
                    id,
                    &Guest { body: self.body, title: known.title.clone(), mail, links: Vec::new(), mailed: None },
                )
                .await?;
                Ok((id, name, true))
            }
        }
    }
}

fn named(name: &Redacted<String>) -> Result<Redacted<String>, Problem> {
    let text = name.expose().trim();
    if text.is_empty() {
        return Err(Problem::at("web.field-missing", "nama"));
    }
    if text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(Problem::at("web.field-bad", "nama"));
    }
    Ok(Redacted::new(text.to_owned()))
}

/// An address that can stand in a mail as it is: one `@`, plain letters, nothing that could begin another header or
/// receiver.
fn address(mail: &Redacted<String>) -> Result<Redacted<String>, Problem> {
    let bad = || Problem::at("guest.bad-mail", "surel");
    let text = mail.expose().trim();
    let plain = |c: char, more: &str| c.is_ascii_alphanumeric() || more.contains(c);
    let (local, domain) = text.split_once('@').ok_or_else(bad)?;
    let dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
    let is_sound = !local.is_empty()
        && local.len() <= 64
        && text.len() <= MAIL_BYTES_MAX
        && local.chars().all(|c| plain(c, "!#$%&'*+-/=?^_`{|}~."))
        && domain.contains('.')
        && domain.chars().all(|c| plain(c, "-."))
        && ![local, domain].into_iter().any(dots);
    if is_sound { Ok(Redacted::new(text.to_owned())) } else { Err(bad()) }
}

/// A link for a guest, if she was not sent too many of late.
async fn new_link(tx: &mut Tx, id: OfficerId, new: NewLink) -> Result<(), Error> {
    let mut guest = tx.state::<Guest>(&id.bytes(), &[]).await?.ok_or(Error::NotFound)?;
    let now = tx.now();
    guest.links.retain(|at| now < at.plus_hours(24));
    if guest.links.len() >= LINKS_PER_DAY_MAX {
        return Err(Problem::at("guest.links-many", LINKS_PER_DAY_MAX.to_string()).into());
    }
    guest.links.push(now);
    guest.mailed = None;
    keep(tx, id, &guest).await?;
    link::put(tx, id, new).await
}

/// A new link for a guest whose device or link is lost: what she came in with before opens nothing any more.
#[derive(Clone, Copy, Debug)]
pub struct RenewLink {
    /// The case.
    pub case: CaseId,
    /// Who.
    pub guest: OfficerId,
    /// The link.
    pub link: NewLink,
}

#[async_trait]
impl Act for RenewLink {
    const NAME: &'static str = "guest.renew-link";
    const DEED: Deed = Deed::LetGuestIn;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let case = change::load(tx, self.case, None).await?;
        case.guest(self.guest, tx.now()).ok_or_else(|| Problem::new("guest.not-in"))?;
        let mut officer = tx.load::<Officer>(self.guest.bytes()).await?.ok_or(Error::NotFound)?;
        if officer.left.is_some() {
            return Err(Problem::new("officer.gone").into());
        }
        let by = OfficerId::from_bytes(tx.origin().actor);
        let back = Return { roles: [Role::Guest].into(), password: Redacted::default(), totp: Redacted::default() };
        let events = vec![OfficerEvent::Left { by, to: None }, OfficerEvent::Returned(Box::new(back))];
        tx.append(&mut officer, events).await?;
        new_link(tx, self.guest, self.link).await
    }
}

/// What became of the mail with a link: it stands on the page until the next.
#[derive(Clone, Debug)]
pub struct NoteMailed {
    /// Whose link.
    pub guest: OfficerId,
    /// The code of what went wrong.
    pub wrong: Option<String>,
}

#[async_trait]
impl Act for NoteMailed {
    const NAME: &'static str = "guest.note-mailed";
    const DEED: Deed = Deed::LetGuestIn;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut guest = tx.state::<Guest>(&self.guest.bytes(), &[]).await?.ok_or(Error::NotFound)?;
        guest.mailed = Some((tx.now(), self.wrong.clone()));
        keep(tx, self.guest, &guest).await
    }
}

/// Ends the way of a guest into a case. Where it was her last one, her link and her sessions end with it.
#[derive(Clone, Copy, Debug)]
pub struct EndGuest {
    /// The case.
    pub case: CaseId,
    /// Who.
    pub guest: OfficerId,
    /// Another counsel takes her place; else it only ends.
    pub replaced: bool,
}

#[async_trait]
impl Act for EndGuest {
    const NAME: &'static str = "guest.end";
    const DEED: Deed = Deed::EndGuest;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut case = change::load(tx, self.case, None).await?;
        let why = if self.replaced { GuestEnd::Replaced } else { GuestEnd::Ended };
        let events = case.move_guest(self.guest, GuestMove::Ended(why), tx.now())?;
        Ok(tx.append(&mut case, events).await?)
    }
}

impl Desk {
    /// Ends the way of a guest into a case; then wipes what sessions keep open in memory, hers among them.
    pub async fn end_guest(&self, by: &Actor, asking: Asking, act: &EndGuest) -> Result<(), Error> {
        let done = self.run(by, asking, act).await;
        self.store.vault().close_all();
        done
    }
}

/// A guest on the page of a case.
#[derive(Clone, Debug)]
pub struct GuestRow {
    /// Who.
    pub id: OfficerId,
    /// Her name.
    pub name: Redacted<String>,
    /// What is known of her.
    pub guest: Guest,
    /// Her way in.
    pub access: GuestAccess,
    /// Until when a link waits for her.
    pub link: Option<Timestamp>,
    /// She has been here: something proves who she is.
    pub proved: bool,
    /// What keeps it shut now, though nobody ended it.
    pub shut: Option<Refusal>,
}

/// The guests of a case, those who still are first; and the known guests who are none of this case.
pub async fn guests_of(
    view: &mut impl Read,
    desk: &Desk,
    case: &Case,
) -> Result<(Vec<GuestRow>, Vec<(OfficerCard, Guest)>), Error> {
    let cards: BTreeMap<OfficerId, OfficerCard> =
        officers(view).await?.into_iter().map(|card| (card.id, card)).collect();
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    for (id, card) in cards.iter().filter(|(_, card)| card.roles.contains(&Role::Guest)) {
        let Some(guest) = view.state::<Guest>(&id.bytes(), &[]).await? else { continue };
        let access = case.guests.get(id).cloned();
        if !card.left && access.as_ref().is_none_or(|access| access.is_over(view.now())) {
            others.push((card.clone(), guest.clone()));
        }
        let Some(access) = access else { continue };
        let officer = view.load::<Officer>(id.bytes()).await?.ok_or(Error::NotFound)?;
        let shut = if access.is_over(view.now()) {
            None
        } else {
            decided(view, desk, case, (access.body, false)).await?.err().and_then(|all| all.into_iter().next())
        };
        let proved = !officer.passkeys.is_empty() || !officer.password.expose().is_empty();
        let link = waiting(view, *id).await?.map(|link| link.ends);
        rows.push(GuestRow { id: *id, name: card.name.clone(), guest, access, link, proved, shut });
    }
    let now = view.now();
    rows.sort_by_key(|row| (row.access.is_over(now), std::cmp::Reverse(row.access.at)));
    Ok((rows, others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_could_say_more_than_one_receiver_is_refused() {
        let ok = |text: &str| address(&Redacted::new(text.to_owned())).is_ok();
        for good in ["ayu@lbh.example", " ayu.p+kasus@kantor-hukum.co.id ", "a@b.c"] {
            assert!(ok(good), "{good}");
        }
        for bad in [
            "",
            "ayu",
            "@lbh.example",
            "ayu@lbh",
            "ayu@lbh.example\r\nBcc: x@y.example",
            "ayu@lbh.example\nDATA",
            "ayu@lbh.example, b@c.example",
            "ayu@b@c.example",
            "\"ayu\"@lbh.example",
            "<ayu@lbh.example>",
            "ayu @lbh.example",
            "ayü@lbh.example",
            "ayu@lbh.exämple",
            "ayu@.example",
            "ayu@lbh..example",
            "a\u{202e}yu@lbh.example",
        ] {
            assert!(!ok(bad), "{bad:?}");
        }
        assert!(!ok(&format!("{}@lbh.example", "a".repeat(65))) && !ok(&format!("a@{}.id", "b".repeat(254))));
    }
}
