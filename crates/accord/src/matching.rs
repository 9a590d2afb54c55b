//! Which legal-aid bodies can be asked for a person, in which order, and why not the others.
//!
//! What **excludes** a body is what makes asking it useless or unlawful: an accord that does not cover her, a conflict,
//! accreditation that does not hold on the day (UU 16/2011 article 8; the class alone excludes nobody), no free place, a
//! district or a kind of matter that it does not serve, an answer that it gave to this request already. What only **lowers**
//! it is what people can bridge: a language (an interpreter comes), the sex of counsel (she is asked, and may wait), the way,
//! facts that nobody confirmed for [`STALE_DAYS`]. Each exclusion is a code of the catalogue with what would cure it.
//!
//! Order: on duty today; near her, in steps of 50 km; her language; the counsel she wishes; facts confirmed; most free places; asked longest
//! ago; name. Nothing here knows a clock, a case or a name of a person: the day is an argument.

use crate::decision::Refusal;
use crate::document::Day;
use crate::words::{AccreditationClass, CaseType, Sex};
use base::{Code, Lang, Place, Timestamp, places};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// After so many days without a confirmation the facts of a body are called old, and its owner is to be asked [product].
pub const STALE_DAYS: i64 = 90;

/// Kilometres that make no difference: an hour's way or two [product].
const STEP_KM: u32 = 50;

/// What a legal-aid body states of itself, in its signed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalBody {
    /// Class of its accreditation.
    pub class: AccreditationClass,
    /// First day of the accreditation.
    pub from: Day,
    /// Last day of the accreditation.
    pub until: Day,
    /// Where it goes: regencies or whole provinces.
    pub districts: BTreeSet<Place>,
    /// What it takes.
    pub types: BTreeSet<CaseType>,
    /// Languages of its counsel, as codes: `id`, `sas`, `bisindo`.
    pub languages: BTreeSet<String>,
    /// Who its counsel are.
    pub counsel: BTreeSet<Sex>,
    /// Matters that it can take at once from this network.
    pub places: u32,
    /// Days of its turn, 1 Monday to 7 Sunday; empty: no turn.
    pub duty: BTreeSet<u8>,
    /// When a person of the body last said that this is so.
    pub confirmed: Day,
}

/// A body as the asking node knows it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its party name: unique among those compared.
    pub name: &'a str,
    /// What it states of itself; a body that states nothing is not asked.
    pub facts: Option<&'a LegalBody>,
    /// The clause that covers the person, or why none does; [`crate::coverage`]. `AccordNotParty` where there is no accord.
    pub covered: Result<String, Refusal>,
    /// Matters of this node that it holds now.
    pub running: u32,
    /// When this node last asked it.
    pub asked: Option<Timestamp>,
    /// It is asked by this case about this person, or serves her, already.
    pub engaged: bool,
}

/// What is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The day of the question, UTC.
    pub on: Day,
    /// Where she was found, or the one whose family she is: there the matter lies.
    pub found_in: Option<Place>,
    /// Where she is now.
    pub stays_in: Option<Place>,
    /// What it is about.
    pub about: CaseType,
    /// Her language, as a code.
    pub language: Option<String>,
    /// Whom she would rather speak to.
    pub counsel: Option<Sex>,
}

/// Why a body cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barrier {
    /// The accord, or its absence.
    Accord(Refusal),
    /// It states nothing of itself.
    Unstated,
    /// Accreditation begins later.
    NotYetAccredited,
    /// Accreditation is over.
    AccreditationOver,
    /// It serves neither where she is nor where the matter lies.
    District,
    /// It does not take this kind of matter.
    Type,
    /// No free place.
    Full,
    /// It is asked by this case about this person, or serves her, already.
    Engaged,
}

impl Barrier {
    /// Its code; words and cure stand in the catalogue.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Accord(refusal) => return refusal.code(),
            Self::Unstated => "legal-aid.unstated",
            Self::NotYetAccredited => "legal-aid.not-yet-accredited",
            Self::AccreditationOver => "legal-aid.accreditation-over",
            Self::District => "legal-aid.district",
            Self::Type => "legal-aid.type",
            Self::Full => "legal-aid.full",
            Self::Engaged => "legal-aid.engaged",
        })
    }
}

/// How far a body is from her: the straight line between the points of districts, not the way by road or ship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// It serves her regency.
    Here,
    /// Kilometres to the nearest district that it serves.
    Km(u32),
    /// Nobody knows where she is.
    Unknown,
}

impl Distance {
    /// Its place in the order: whoever is within one step more is as near.
    const fn step(self) -> u32 {
        match self {
            Self::Here => 0,
            Self::Km(km) => 1 + km / STEP_KM,
            Self::Unknown => u32::MAX,
        }
    }
}

/// A body that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its party name.
    pub name: String,
    /// The clause that covers her.
    pub clause: String,
    /// On duty that day.
    pub on_duty: bool,
    /// How far.
    pub distance: Distance,
    /// Counsel speaks her language; `None`: nobody said which it is.
    pub speaks: Option<bool>,
    /// The counsel she wishes is there; `None`: she has no wish.
    pub counsel: Option<bool>,
    /// Its facts were not confirmed for long; since when.
    pub old_since: Option<Day>,
    /// Free places.
    pub free: u32,
    /// A body near her that could go along, where this one is far: its own accord decides.
    pub relay: Option<String>,
    asked: Option<Timestamp>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// Whom to ask, best first.
    pub ranked: Vec<Match>,
    /// Who cannot be asked, and the first reason; by name.
    pub not: Vec<(String, Barrier)>,
}

/// Ranks the bodies. The order of `bodies` does not matter.
pub fn matching(need: &Need, bodies: &[Candidate<'_>]) -> Matching {
    let mut out = Matching::default();
    for body in bodies {
        match eligible(need, body) {
            Ok((facts, clause)) => out.ranked.push(measured(need, body, facts, clause)),
            Err(barrier) => out.not.push((body.name.to_owned(), barrier)),
        }
    }
    out.ranked.sort_by(|a, b| key(a).cmp(&key(b)));
    out.not.sort();
    let near = relay(need, bodies);
    for one in out.ranked.iter_mut().filter(|one| one.distance != Distance::Here) {
        one.relay = near.map(str::to_owned);
    }
    out
}

type Key<'a> = (bool, u32, bool, bool, bool, Reverse<u32>, Option<Timestamp>, &'a str);

fn key(one: &Match) -> Key<'_> {
    let lacks = |what: Option<bool>| what == Some(false);
    let old = one.old_since.is_some();
    (
        !one.on_duty,
        one.distance.step(),
        lacks(one.speaks),
        lacks(one.counsel),
        old,
        Reverse(one.free),
        one.asked,
        one.name.as_str(),
    )
}

/// The first barrier, or the facts and the clause.
fn eligible<'a>(need: &Need, body: &'a Candidate<'_>) -> Result<(&'a LegalBody, &'a str), Barrier> {
    if body.engaged {
        return Err(Barrier::Engaged);
    }
    let clause = body.covered.as_ref().map_err(|refusal| Barrier::Accord(*refusal))?;
    let facts = body.facts.ok_or(Barrier::Unstated)?;
    serves(need, facts)?;
    if body.running >= facts.places {
        return Err(Barrier::Full);
    }
    Ok((facts, clause))
}

/// Whether its own facts fit.
fn serves(need: &Need, facts: &LegalBody) -> Result<(), Barrier> {
    let goes = |place: &Option<Place>| place.as_ref().is_some_and(|place| covers(facts, place));
    if need.on < facts.from {
        Err(Barrier::NotYetAccredited)
    } else if need.on > facts.until {
        Err(Barrier::AccreditationOver)
    } else if !goes(&need.stays_in) && !goes(&need.found_in) {
        Err(Barrier::District)
    } else if !facts.types.contains(&need.about) {
        Err(Barrier::Type)
    } else {
        Ok(())
    }
}

fn covers(facts: &LegalBody, place: &Place) -> bool {
    facts.districts.iter().any(|district| district.covers(place))
}

fn measured(need: &Need, body: &Candidate<'_>, facts: &LegalBody, clause: &str) -> Match {
    let to = |place: &Place| facts.districts.iter().filter_map(|one| places::km_to_area(place, one)).min();
    let distance = match &need.stays_in {
        Some(place) if covers(facts, place) => Distance::Here,
        Some(place) => to(place).map_or(Distance::Unknown, Distance::Km),
        None => Distance::Unknown,
    };
    Match {
        name: body.name.to_owned(),
        clause: clause.to_owned(),
        on_duty: facts.duty.contains(&weekday(need.on)),
        distance,
        speaks: need.language.as_ref().map(|language| facts.languages.contains(language)),
        counsel: need.counsel.map(|sex| facts.counsel.contains(&sex)),
        old_since: facts.is_old(need.on).then_some(facts.confirmed),
        free: facts.places.saturating_sub(body.running),
        relay: None,
        asked: body.asked,
    }
}

impl LegalBody {
    /// Whether nobody confirmed the facts for [`STALE_DAYS`].
    pub const fn is_old(&self, on: Day) -> bool {
        self.confirmed.0.saturating_add(STALE_DAYS) < on.0
    }
}

/// The body that serves where she is and takes her matter, whatever accord it has with whom; by name.
fn relay<'a>(need: &Need, bodies: &[Candidate<'a>]) -> Option<&'a str> {
    let place = need.stays_in.as_ref()?;
    let fits = |body: &&Candidate<'a>| {
        body.facts.is_some_and(|facts| covers(facts, place) && serves(need, facts).is_ok()) && !body.engaged
    };
    bodies.iter().filter(fits).map(|body| body.name).min()
}

/// 1 Monday to 7 Sunday: 1970-01-01 was a Thursday.
fn weekday(day: Day) -> u8 {
    u8::try_from((day.0 + 3).rem_euclid(7) + 1).unwrap_or(1)
}

impl Match {
    /// Why it stands where it stands, in words.
    pub fn reasons(&self, lang: Lang) -> Vec<String> {
        let pick = |id: &str, en: &str| if lang == Lang::Id { id.to_owned() } else { en.to_owned() };
        let mut out = Vec::new();
        if self.on_duty {
            out.push(pick("sedang giliran jaga", "on duty today"));
        }
        out.push(match self.distance {
            Distance::Here => pick("melayani tempat ia berada", "serves where she is"),
            Distance::Km(km) => pick(
                &format!("sekitar {km} km dari tempat ia berada (garis lurus)"),
                &format!("about {km} km from where she is (straight line)"),
            ),
            Distance::Unknown => pick("jaraknya tidak diketahui", "nobody knows how far"),
        });
        let either = |holds, yes: [&str; 2], no: [&str; 2]| {
            let [id, en] = if holds { yes } else { no };
            pick(id, en)
        };
        let speaks = ["berbicara bahasanya", "speaks her language"];
        out.extend(self.speaks.map(|it| either(it, speaks, ["perlu juru bahasa", "an interpreter is needed"])));
        let has = ["ada penasihat seperti yang ia inginkan", "has the counsel she wishes"];
        let has_not = ["penasihat yang ia inginkan tidak ada", "has not the counsel she wishes"];
        out.extend(self.counsel.map(|it| either(it, has, has_not)));
        out.push(pick(&format!("tempat kosong: {}", self.free), &format!("free places: {}", self.free)));
        out.extend(self.old_since.map(|day| {
            pick(
                &format!("keterangannya terakhir dipastikan {day}; tanyakan lagi"),
                &format!("its facts were last confirmed on {day}; ask again"),
            )
        }));
        out.extend(self.relay.as_ref().map(|name| {
            pick(&format!("dapat didampingi {name} yang dekat dengannya"), &format!("{name}, near her, can go along"))
        }));
        out
    }
}
