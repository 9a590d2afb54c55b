//! Where the nodes of a picture stand: rings around the middle, each node near those it hangs on. There is no chance in it:
//! the same network is the same picture.

use super::Network;

/// A place in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// To the right.
    pub x: i32,
    /// Down.
    pub y: i32,
}

/// Half the width of the smallest and of the widest picture, in units. A marker is 36 units across.
const HALF: (i32, i32) = (250, 500);
/// Between a ring and the edge.
const MARGIN: i32 = 30;
/// By how much each ring is turned against the one inside it.
const TURN: f64 = 0.4;
/// Nodes of the smallest picture.
const SMALL: usize = 30;

/// Half the width of the picture of so many nodes.
pub fn half(nodes: usize) -> i32 {
    if nodes <= SMALL { HALF.0 } else { HALF.1 }
}

/// Where each node stands, in its order, in a square of twice [`half`].
#[expect(clippy::cast_possible_truncation, reason = "coordinates lie within the picture")]
pub fn placed(network: &Network) -> (i32, Vec<Placed>) {
    let half = half(network.nodes.len());
    let mut angles = vec![0.0_f64; network.nodes.len()];
    let rings = network.nodes.iter().map(|node| node.ring).max().unwrap_or(0);
    let mut places = vec![Placed { x: half, y: half }; network.nodes.len()];
    for ring in 1..=rings {
        let mut on: Vec<(f64, usize)> = Vec::new();
        for (number, _) in network.nodes.iter().enumerate().filter(|(_, node)| node.ring == ring) {
            on.push((towards(network, number, &angles), number));
        }
        on.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let radius = f64::from(half - MARGIN) * f64::from(ring) / f64::from(rings);
        let step = std::f64::consts::TAU / f64::from(u32::try_from(on.len()).unwrap_or(1).max(1));
        // Where markers would touch, every second one steps inwards.
        let is_tight = step * radius < 40.0;
        for (at, (_, number)) in (0_u32..).zip(on) {
            // Each ring is turned a little, so that no line runs through the middle.
            let angle = step * f64::from(at) + f64::from(ring - 1) * TURN;
            let radius = if is_tight && at % 2 == 1 { radius - 42.0 } else { radius };
            let (sin, cos) = angle.sin_cos();
            let place = Placed { x: half + (radius * sin).round() as i32, y: half - (radius * cos).round() as i32 };
            if let (Some(angles), Some(places)) = (angles.get_mut(number), places.get_mut(number)) {
                (*angles, *places) = (angle, place);
            }
        }
    }
    (half, places)
}

/// The mean direction of what a node hangs on further in.
fn towards(network: &Network, number: usize, angles: &[f64]) -> f64 {
    let ring = |at: usize| network.nodes.get(at).map_or(0, |node| node.ring);
    let others = network.ties.iter().filter_map(|tie| match number {
        _ if tie.person == number => Some(tie.thing),
        _ if tie.thing == number => Some(tie.person),
        _ => None,
    });
    let inner: Vec<f64> =
        others.filter(|at| ring(*at) < ring(number)).filter_map(|at| angles.get(at)).copied().collect();
    let count = f64::from(u32::try_from(inner.len()).unwrap_or(1).max(1));
    inner.iter().sum::<f64>() / count
}
