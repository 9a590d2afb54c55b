//! Goal: no order, loss or doubling of messages breaks I1 to I6. Method: every message that was ever sent may arrive at
//! any time, any number of times, or never; the reachable worlds are searched, all of them for two offers, at random for
//! six. Each message that ends rights is in the same heap: nothing here relies on the order that `relay` adds.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// To whom a message goes, its offer, its content; or a verdict that refuses an offer.
type Message = (usize, u32, Option<SendKey>);

/// A message by its arrival: two equal ones are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SendKey(ThreadEvent);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct World {
    nodes: [Node; 2],
    carrier: BTreeSet<Message>,
    offers_left: u32,
}

#[derive(Clone, Debug)]
enum Move {
    Offer(usize, OfferKind),
    Act(usize, ThreadEvent),
    Arrive(Message),
}

fn start(offers_left: u32) -> World {
    let owner = Node { owns: true, ..Node::default() };
    World { nodes: [owner, Node::default()], carrier: BTreeSet::new(), offers_left }
}

fn moves(world: &World) -> Vec<Move> {
    let mut moves: Vec<Move> = world.carrier.iter().cloned().map(Move::Arrive).collect();
    for (i, node) in world.nodes.iter().enumerate() {
        if node.owns && world.offers_left > 0 {
            moves.extend(OfferKind::ALL.iter().map(|kind| Move::Offer(i, *kind)));
        }
        for offer in node.thread.giver.offers().filter(|offer| !offer.state.has_ended()) {
            let no = offer.opening.offer_no;
            moves.extend([permit(no), withdraw(no), expire(no)].map(|event| Move::Act(i, event)));
        }
        for (no, offer) in node.thread.taker.offers().filter(|(_, offer)| !offer.state.has_ended()) {
            let _ = offer;
            let acts = [accept(no), decline(no, DeclineReason::NoCapacity), complete(no)];
            moves.extend(acts.map(|event| Move::Act(i, event)));
        }
    }
    moves
}

fn play(world: &World, step: &Move) -> World {
    let mut after = world.clone();
    let (i, event) = match step {
        Move::Offer(i, kind) => {
            after.offers_left -= 1;
            let node = &after.nodes[*i];
            let own_no = node.own_no + 1;
            (*i, ThreadEvent::Giver(GiverEvent::Open(opening(node.thread.next_no(), *kind, own_no))))
        }
        Move::Act(i, event) => (*i, event.clone()),
        Move::Arrive((to, no, Some(SendKey(event)))) => {
            let refused = after.nodes[*to].clone().on(event).is_err();
            if refused && matches!(event, ThreadEvent::Taker(TakerEvent::Opened(_))) {
                // A refusal is final: `relay` answers a second copy with the same verdict (FEDERATION.md 5).
                if let Move::Arrive(message) = step {
                    after.carrier.remove(message);
                }
                after.carrier.insert((1 - *to, *no, None));
            }
            (*to, event.clone())
        }
        Move::Arrive((to, no, None)) => (*to, ThreadEvent::Giver(GiverEvent::Refused(*no, "consent.expired".into()))),
    };
    let before = after.nodes[i].thread.clone();
    match after.nodes[i].on(&event) {
        Ok(sent) => {
            let arrivals = sent.into_iter().map(|(no, send)| (1 - i, no, Some(SendKey(arrival(no, &send)))));
            after.carrier.extend(arrivals);
        }
        Err(_) => assert_eq!(after.nodes[i].thread, before, "a refused event changes nothing"),
    }
    check(world, &after, step);
    after
}

fn check(before: &World, after: &World, step: &Move) {
    let [a, b] = &after.nodes;
    assert!(!(a.owns && b.owns), "I1 after {step:?}");
    assert!(a.owns || b.owns || a.duty || b.duty, "I2 after {step:?}");
    let gave: Vec<u32> = a.gave.iter().chain(&b.gave).copied().collect();
    assert_eq!(gave.iter().collect::<BTreeSet<_>>().len(), gave.len(), "I3 after {step:?}");
    let open = |node: &Node| {
        let open = |state| matches!(state, GiverState::Open | GiverState::Accepted);
        node.thread.giver.offers().filter(|offer| open(offer.state)).count()
    };
    assert!(open(a) + open(b) <= 1, "I4 after {step:?}");
    for (was, is) in before.nodes.iter().zip(&after.nodes) {
        for offer in was.thread.giver.offers().filter(|offer| offer.state.has_ended()) {
            assert_eq!(is.thread.giver.state(offer.opening.offer_no), Some(offer.state), "I5 after {step:?}");
        }
        for (no, offer) in was.thread.taker.offers().filter(|(_, offer)| offer.state.has_ended()) {
            assert_eq!(is.thread.taker.state(no), Some(offer.state), "I5 after {step:?}");
        }
    }
    for (to, no, message) in &after.carrier {
        if matches!(message, Some(SendKey(ThreadEvent::Taker(TakerEvent::Extract { .. })))) {
            let state = after.nodes[1 - *to].thread.giver.state(*no);
            assert!(matches!(state, Some(GiverState::Given | GiverState::Done)), "I6 after {step:?}");
        }
    }
}

/// After healing: all that was sent arrives, what was accepted is decided, what is open expires (I13).
fn heal(mut world: World) {
    for _ in 0..4 {
        for message in world.carrier.clone() {
            world = play(&world, &Move::Arrive(message));
        }
        for i in 0..2 {
            let offers: Vec<_> = world.nodes[i].thread.giver.offers().cloned().collect();
            for offer in offers {
                let no = offer.opening.offer_no;
                match offer.state {
                    GiverState::Open => world = play(&world, &Move::Act(i, expire(no))),
                    GiverState::Accepted => world = play(&world, &Move::Act(i, permit(no))),
                    _ => {}
                }
            }
        }
    }
    for node in &world.nodes {
        for offer in node.thread.giver.offers() {
            assert!(!matches!(offer.state, GiverState::Open | GiverState::Accepted), "{world:?}");
        }
        for (_, offer) in node.thread.taker.offers() {
            assert!(!matches!(offer.state, TakerState::Offered | TakerState::Accepted), "{world:?}");
        }
    }
    assert_eq!(world.nodes.iter().filter(|node| node.owns).count(), 1, "one owner after healing");
}

#[test]
fn no_interleaving_of_two_offers_breaks_an_invariant() {
    let mut seen = BTreeSet::new();
    let mut next = vec![start(2)];
    while let Some(world) = next.pop() {
        for step in moves(&world) {
            let after = play(&world, &step);
            if seen.insert(after.clone()) {
                next.push(after);
            }
        }
    }
    assert!(seen.len() > 1_000, "{} worlds", seen.len());
    for world in seen.into_iter().step_by(5) {
        heal(world);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn six_offers_to_and_fro_keep_the_invariants(choices in prop::collection::vec(any::<prop::sample::Index>(), 10..120)) {
        let mut world = start(6);
        for choice in choices {
            let moves = moves(&world);
            if moves.is_empty() {
                break;
            }
            world = play(&world, choice.get(&moves));
        }
        heal(world);
    }
}
