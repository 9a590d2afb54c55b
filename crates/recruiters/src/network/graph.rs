//! Betweenness by Brandes (2001, "A faster algorithm for betweenness centrality"), and groups that hang together.

use super::{Kind, Network};
use std::collections::{BTreeSet, VecDeque};

/// Neighbours of each node; a place ties nobody.
fn neighbours(network: &Network) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); network.nodes.len()];
    let is_place = |thing: usize| network.nodes.get(thing).is_some_and(|node| node.kind() == Kind::Place);
    for tie in network.ties.iter().filter(|tie| !is_place(tie.thing)) {
        for (one, other) in [(tie.person, tie.thing), (tie.thing, tie.person)] {
            if let Some(near) = near.get_mut(one) {
                near.push(other);
            }
        }
    }
    near
}

/// Writes into each node how many pairs of others it lies between.
pub(super) fn measure(network: &mut Network) {
    let between = betweenness(&neighbours(network));
    for (node, between) in network.nodes.iter_mut().zip(between) {
        node.between = between;
    }
}

/// One source at a time: breadth first, then back from the furthest, handing on the share of each shortest way.
#[expect(clippy::indexing_slicing, reason = "numbers of nodes come from the list whose length sizes every vector here")]
fn betweenness(near: &[Vec<usize>]) -> Vec<f64> {
    let mut between = vec![0.0; near.len()];
    for source in 0..near.len() {
        let mut order = Vec::new();
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); near.len()];
        let (mut ways, mut steps) = (vec![0.0_f64; near.len()], vec![usize::MAX; near.len()]);
        (ways[source], steps[source]) = (1.0, 0);
        let mut queue = VecDeque::from([source]);
        while let Some(at) = queue.pop_front() {
            order.push(at);
            for next in &near[at] {
                if steps[*next] == usize::MAX {
                    steps[*next] = steps[at] + 1;
                    queue.push_back(*next);
                }
                if steps[*next] == steps[at] + 1 {
                    ways[*next] += ways[at];
                    before[*next].push(at);
                }
            }
        }
        let mut share = vec![0.0; near.len()];
        for at in order.into_iter().rev() {
            for previous in &before[at] {
                share[*previous] += ways[*previous] / ways[at] * (1.0 + share[at]);
            }
            if at != source {
                // Each pair is met from both its ends.
                between[at] += share[at] / 2.0;
            }
        }
    }
    between
}

/// Groups of people that hang together when one node is taken out.
pub(super) fn groups_without(network: &Network, out: usize) -> usize {
    let near = neighbours(network);
    let (mut seen, mut groups) = (BTreeSet::from([out]), 0);
    for (start, node) in network.nodes.iter().enumerate() {
        if node.kind() != Kind::Person || !seen.insert(start) {
            continue;
        }
        groups += 1;
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            let new = near.get(at).into_iter().flatten().filter(|next| seen.insert(**next));
            stack.extend(new);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(nodes: usize, ties: &[(usize, usize)]) -> Vec<f64> {
        let mut near = vec![Vec::new(); nodes];
        for (a, b) in ties {
            near[*a].push(*b);
            near[*b].push(*a);
        }
        betweenness(&near)
    }

    #[test]
    fn the_middle_of_a_star_lies_between_all_pairs_and_of_two_ways_each_has_half() {
        assert_eq!(of(5, &[(0, 1), (0, 2), (0, 3), (0, 4)]), [6.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(of(4, &[(0, 1), (1, 2), (2, 3)]), [0.0, 2.0, 2.0, 0.0]);
        assert_eq!(of(4, &[(0, 1), (1, 2), (2, 3), (3, 0)]), [0.5; 4]);
        assert_eq!(of(3, &[]), [0.0; 3]);
    }
}
