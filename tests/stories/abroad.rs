//! T5: what leaves the country (UU 27/2022 art. 56).

use crate::cast::*;
use crate::legal_aid::offers;
use accord::{PartyRole, TemplateFill, TemplateParty, template};
use base::Place;
use casework::words::{Category, Purpose};
use desk::offers::{Ask, preview};
use desk::partners::ImportAccord;
use desk::partners::accord::Signatory;

/// An accord with a foreign mission that knows vital interest and consent as bases.
fn document(batam: &Node, mission: &Node, role: &str, basis: &str) -> Vec<u8> {
    let party = |node: &Node, role| TemplateParty {
        node: node.name().to_owned(),
        id: Some(node.id()),
        name: node.desk.me.title.clone(),
        role,
        signatures: 1,
    };
    let fill = TemplateFill {
        id: "perwakilan".into(),
        effective: "2026-01-01".into(),
        expires: "2027-12-31".into(),
        place: Place::parse("21.71").unwrap(),
        parties: vec![party(batam, PartyRole::TaskForce), party(mission, PartyRole::LegalAid)],
    };
    let text = template("legal-aid", &fill).unwrap();
    let text = text.replace("\"role\":\"legal_aid\"", &format!("\"role\":\"{role}\""));
    let text = text.replace("\"role\": \"legal_aid\"", &format!("\"role\": \"{role}\""));
    text.replace("\"basis\": \"consent\"", &format!("\"basis\": \"{basis}\"")).into_bytes()
}

async fn agreed(world: &World, role: &str, basis: &str) -> Node {
    let mission = Node::new("perwakilan", "31.71", PartyRole::Embassy, &world.clock).await;
    world.batam.meets(&mission).await;
    mission.meets(&world.batam).await;
    let signed = |node: &Node| Signatory {
        party: node.name().to_owned(),
        name: text("Penanda Tangan"),
        office: "Kepala".into(),
        at: START,
    };
    let signatures = vec![signed(&world.batam), signed(&mission)];
    let act = ImportAccord { document: document(&world.batam, &mission, role, basis), signatures };
    for node in [&world.batam, &mission] {
        node.does(&node.coordinator(), &act).await.unwrap();
    }
    mission
}

/// Two officers sign that her life is at stake.
fn signed(peer: &Node) -> Ask {
    let officers = vec![officer_id(1).to_string(), officer_id(6).to_string()];
    Ask { basis: Some(("vital_interest".into(), "nyawa".into(), officers)), ..legal_aid(peer) }
}

#[tokio::test]
async fn t5_nothing_leaves_the_country_on_another_basis_than_her_own_consent() {
    let world = World::new().await;
    let batam = &world.batam;
    let case = decided(batam).await;
    let abroad = agreed(&world, "embassy", "vital_interest").await;
    let ask = signed(&abroad);
    let (_, cut) = preview(&batam.desk, &batam.manager(), case, &ask).await.unwrap();
    assert_eq!(cut.permitted().count(), 0, "a clause and two signatures are not enough");
    let problem = cut.fields.iter().find(|seen| seen.line.field == "legal.problem").unwrap();
    assert_eq!(problem.line.refusal.as_deref(), Some("transfer.abroad"));
    assert!(offers(batam, case, ask).await.is_err());
    assert!(batam.post_for(abroad.id()).await.is_empty());
}

#[tokio::test]
async fn t5_the_same_clause_opens_for_a_body_at_home_and_her_consent_opens_it_abroad() {
    let world = World::new().await;
    let case = decided(&world.batam).await;
    let home = agreed(&world, "legal_aid", "vital_interest").await;
    let (_, cut) = preview(&world.batam.desk, &world.batam.manager(), case, &signed(&home)).await.unwrap();
    assert!(cut.permitted().count() > 0, "at home two officers may sign for her life");

    let world = World::new().await;
    let case = decided(&world.batam).await;
    let abroad = agreed(&world, "embassy", "consent").await;
    let categories = [Category::Contact, Category::Chronology, Category::Legal];
    consents(&world.batam, case, share(31, "perwakilan", Purpose::LegalAid, &categories)).await;
    let (_, cut) = preview(&world.batam.desk, &world.batam.manager(), case, &legal_aid(&abroad)).await.unwrap();
    assert!(cut.permitted().count() > 0, "she said yes");
    offers(&world.batam, case, legal_aid(&abroad)).await.unwrap();
}
