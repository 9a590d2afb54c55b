//! Rights, one topic a page: what is right, what to do now, whom to call, where it stands.

use crate::directory::Entry;
use crate::guard::{Answer, Visit, page};
use crate::state::WebState;
use crate::view::guide::Chapter;
use crate::view::window::{Leaf, Rights, Topic};
use crate::view::{Frame, Link};
use axum::extract::{Path, State};
use base::{Problem, Timestamp};
use pocketbook::{Guide, PublicPage};

/// `GET /hak`
pub async fn index(Visit(t): Visit) -> Answer {
    page(&index_page(t))
}

/// The list of topics.
pub fn index_page(t: Frame) -> Rights {
    let topic = |page: &PublicPage| Topic {
        href: t.href(&format!("/hak/{}", page.text.id)),
        icon: page.icon.clone(),
        title: page.text.title.get(t.lang()).to_owned(),
        lead: page.text.lead.get(t.lang()).to_owned(),
    };
    Rights { topics: PublicPage::rights().iter().map(topic).collect(), t }
}

/// `GET /hak/{topik}`
pub async fn right(State(web): State<WebState>, Visit(t): Visit, Path(id): Path<String>) -> Answer {
    let found = PublicPage::rights().iter().find(|page| page.text.id == id);
    page(&right_page(t, found.ok_or(Problem::new("web.not-found"))?, web.now()))
}

/// One topic.
pub fn right_page(t: Frame, right: &PublicPage, now: Timestamp) -> Leaf {
    Leaf {
        back: Link::new(t.href("/hak"), t.rights_title()),
        icon: right.icon.clone(),
        chapter: Chapter::of(&t, &right.text),
        call: lines(&t, right, now),
        phone: None,
        more: vec![Link::new(t.href("/bantuan"), t.rights_near()), Link::new(t.href("/periksa"), t.check_title())],
        t,
    }
}

/// Whom a page names to call.
pub fn lines(t: &Frame, page: &PublicPage, now: Timestamp) -> Vec<Entry> {
    let line = |id: &String| Guide::embedded().directory.national().find(|service| service.id == *id);
    page.call.iter().filter_map(line).map(|service| Entry::of(t.words(), service, now)).collect()
}
