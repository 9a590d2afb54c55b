//! Help near a place: a province, then a regency, as links. Every place answers: with its own numbers, else with those of
//! its province, else with the national ones, and says which. A place in an address is no personal data.

use crate::directory::{Contact, Entry, contacts};
use crate::guard::{Answer, Visit, page};
use crate::state::WebState;
use crate::view::window::{Given, Help, HelpPlace, Qr};
use crate::view::{Frame, Link, qr};
use axum::extract::{Path, State};
use base::places::{PROVINCES, REGENCIES};
use base::{Place, Problem, Timestamp};
use desk::directory::{Found, Wanted, search};
use pocketbook::services::Where;
use pocketbook::{Guide, Service};

/// `GET /bantuan`
pub async fn index(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    let emergency = contacts(t.lang());
    page(&index_page(t, &web.desk.me.place, emergency))
}

/// Provinces, and the place of this node.
pub fn index_page(t: Frame, here: &Place, emergency: Vec<Contact>) -> Help {
    let link = |code: &str, name: &str| Link::new(t.href(&format!("/bantuan/{code}")), name);
    Help {
        emergency,
        here: link(here.code(), here.name()),
        provinces: PROVINCES.iter().map(|(code, name)| link(code, name)).collect(),
        t,
    }
}

/// `GET /bantuan/{kode}`, also while the node is locked: the public part of the directory is not sealed.
pub async fn place(State(web): State<WebState>, Visit(t): Visit, Path(code): Path<String>) -> Answer {
    let at = known(&code).ok_or(Problem::new("web.not-found"))?;
    let wanted = Wanted { at: Where::Place(at.clone()), kind: None, public: true };
    let mut view = web.desk.store.read_unsealed(web.now()).await?;
    let found = search(&mut view, &wanted).await?;
    page(&place_page(t, (&web.desk.guide, &at, web.now()), &found))
}

/// A province or a regency of the country.
fn known(code: &str) -> Option<Place> {
    let at = Place::parse(code).ok()?;
    let is_province = PROVINCES.iter().any(|(province, _)| province == code);
    (is_province || at.regency().is_some_and(|regency| regency.code == code)).then_some(at)
}

/// One place, from packs and from what nodes state.
pub fn place_page(t: Frame, (guide, at, now): (&Guide, &Place, Timestamp), found: &[Found]) -> HelpPlace {
    let lists = Lists { t: &t, guide, found, now };
    let province = Place::parse(at.province()).ok().filter(|_| at.regency().is_some());
    let own = lists.at(at);
    let of_province = province.as_ref().map(|province| lists.at(province)).unwrap_or_default();
    let level = match &province {
        _ if !own.is_empty() => t.help_local(at.name()),
        Some(province) if !of_province.is_empty() => t.help_province_only(at.name(), province.name()),
        _ => t.help_national_only(at.name()),
    };
    let heading = |place: &Place| t.help_for(place.name());
    let mut groups = vec![Given { heading: heading(at), services: own }];
    groups.extend(province.as_ref().map(|province| Given { heading: heading(province), services: of_province }));
    groups.push(Given { heading: t.help_for_all().to_owned(), services: lists.national() });
    groups.retain(|group| !group.services.is_empty());
    let qr = groups.iter().flat_map(|group| &group.services).find_map(|entry| number(&t, entry));
    let link = |code: &str, name: &str| Link::new(t.href(&format!("/bantuan/{code}")), name);
    let below = REGENCIES.iter().filter(|regency| province.is_none() && regency.code.starts_with(at.code()));
    HelpPlace {
        place: at.name().to_owned(),
        level,
        back: match &province {
            Some(province) => link(province.code(), province.name()),
            None => Link::new(t.href("/bantuan"), t.help_title()),
        },
        everywhere: guide.directory.everywhere().map(|service| lists.entry(service)).collect(),
        groups,
        demo: guide.directory.demo,
        qr,
        regencies: below.map(|regency| link(&regency.code, &regency.name)).collect(),
        near: Link::new(t.href(&format!("/saku/kontak?tempat={}", at.code())), t.help_near()),
        t,
    }
}

/// The first number of a service, for another phone.
fn number(t: &Frame, entry: &Entry) -> Option<Qr> {
    let (dial, shown) = entry.phones.first().filter(|(dial, _)| !dial.is_empty())?;
    Some(Qr { svg: qr::svg(&format!("tel:{dial}")), label: t.help_scan(entry.name.as_str(), shown.as_str()) })
}

/// Where services come from.
struct Lists<'a> {
    t: &'a Frame,
    guide: &'a Guide,
    found: &'a [Found],
    now: Timestamp,
}

impl Lists<'_> {
    fn entry(&self, service: &Service) -> Entry {
        Entry::of(self.t.words(), service, self.now)
    }

    fn stated(&self, given: impl Fn(&Where) -> bool) -> impl Iterator<Item = Entry> {
        let found = self.found.iter().filter(move |found| given(&found.service.at));
        found.map(|found| Entry::listed(self.t.words(), found, self.now))
    }

    /// What is given for exactly this place.
    fn at(&self, place: &Place) -> Vec<Entry> {
        let packs = self.guide.directory.at(place).map(|service| self.entry(service));
        packs.chain(self.stated(|at| matches!(at, Where::Place(at) if at == place))).collect()
    }

    /// What is given for the whole country, but for the lines for danger.
    fn national(&self) -> Vec<Entry> {
        let packs = self.guide.directory.national().filter(|service| !service.everywhere);
        let packs = packs.map(|service| self.entry(service));
        packs.chain(self.stated(|at| matches!(at, Where::Country))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample_frame;
    use base::Lang;

    #[test]
    fn every_one_of_514_regencies_and_every_province_has_a_page_that_says_whose_numbers_it_shows() {
        let guide = Guide::embedded();
        let codes: Vec<&str> = REGENCIES.iter().map(|regency| regency.code.as_str()).collect();
        assert_eq!(codes.len(), 514);
        for code in codes.iter().copied().chain(PROVINCES.iter().map(|(code, _)| code.as_ref())) {
            let at = known(code).unwrap();
            let page = place_page(sample_frame(Lang::Id, "/bantuan/x", false), (guide, &at, Timestamp::default()), &[]);
            assert!(page.level.contains(at.name()) && page.everywhere.len() == 4, "{code}");
            assert!(page.groups.iter().any(|group| !group.services.is_empty()) && page.qr.is_some(), "{code}");
            let below = page.regencies.iter().all(|link| link.href.starts_with(&format!("/bantuan/{code}.")));
            assert!(below && page.regencies.is_empty() == at.regency().is_some(), "{code}");
        }
        for nowhere in ["99", "21.99", "21.71.01", "", "ID"] {
            assert!(known(nowhere).is_none(), "{nowhere}");
        }
    }
}
