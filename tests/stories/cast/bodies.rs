//! What legal-aid bodies state of themselves.

use super::{Node, START};
use accord::matching::LegalBody;
use accord::{AccreditationClass, CaseType, Day, Sex};
use base::Place;
use desk::aid::StateBody;
use desk::partners::stated;
use std::collections::BTreeSet;

/// The day of the stories, UTC.
pub const TODAY: i64 = START.day();

/// A body in Batam that takes everything, confirmed lately.
pub fn legal_body() -> LegalBody {
    LegalBody {
        class: AccreditationClass::B,
        from: Day(TODAY - 300),
        until: Day(TODAY + 300),
        districts: [Place::parse("21.71").unwrap()].into(),
        types: [CaseType::Advice, CaseType::Wages, CaseType::Stay].into(),
        languages: ["id".to_owned()].into(),
        counsel: [Sex::Woman, Sex::Man].into(),
        places: 5,
        duty: BTreeSet::new(),
        confirmed: Day(TODAY - 1),
    }
}

/// The body says it, and the other node has its new entry.
pub async fn states(who: &Node, to: &Node, body: LegalBody) {
    who.does(&who.counsel(), &StateBody { body: body.clone() }).await.unwrap();
    // What the body confirmed some days ago is not confirmed today.
    let item = desk::aid::body::to_value(&body);
    let services = stated::for_entry(&mut who.desk.read().await.unwrap()).await.unwrap();
    assert_eq!(services.len(), 1, "one body, one item");
    let entry = who.restated(|entry| entry.services = vec![item]).await;
    let known = desk::partners::peer(&mut to.desk.read().await.unwrap(), who.id()).await.unwrap().unwrap();
    let peer = desk::partners::Peer { serial: 2, ..known };
    let act = desk::partners::ConfirmPeer { peer, entry: entry.bytes().to_vec() };
    to.does(&to.coordinator(), &act).await.unwrap();
}
