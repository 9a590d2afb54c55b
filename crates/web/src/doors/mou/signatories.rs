//! Who signs agreements for this node, and how somebody else is named: by the root's papers, at the node's own computer.

use crate::guard::{Answer, Here, page};
use crate::view::staff::protection::{Part, Protection};
use crate::view::{Fact, Faults, Link};
use desk::Deed;
use desk::partners::accord::signing::{Seat, seats};
use desk::staff::officer::officers;

/// `GET /mou/penanda-tangan`
pub async fn shown(here: Here) -> Answer {
    let mut view = here.read(Deed::SignAccord).await?;
    let all = seats(&mut view).await?;
    let staff = officers(&mut view).await?;
    drop(view);
    let t = here.t.words();
    let fact = |seat: &Seat| {
        let held = seat.by.and_then(|by| staff.iter().find(|card| card.id == by));
        let held = held.map_or_else(|| t.seat_free().to_owned(), |card| here.t.seat_held(card.name.expose().as_str()));
        Fact::new(seat.office.clone(), format!("{} · {held}", seat.name))
    };
    let command = "simpul signatory name FOLDER --person \"…\" --office \"…\"";
    let how = vec![
        Fact::new(t.seat_who(), t.seat_who_comes()),
        Fact::new(t.seat_command(), command),
        Fact::new(t.seat_instead(), format!("{command} --instead-of \"…\"")),
        Fact::new(t.seat_then(), t.seat_then_what()),
    ];
    page(&Protection {
        faults: Faults::default(),
        version: 0,
        back: Some(Link::new("/mou/daftar", t.mou_list())),
        case: None,
        heading: t.seats().to_owned(),
        lead: t.seats_lead().to_owned(),
        parts: vec![
            Part { facts: all.iter().map(fact).collect(), ..Part::new(t.seats_now(), "") },
            Part { facts: how, ..Part::new(t.seat_new(), t.seat_new_lead()) },
        ],
        t: here.t.clone(),
    })
}
