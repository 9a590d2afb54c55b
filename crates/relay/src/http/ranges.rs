//! Runs of chunk numbers, as `Simpul-Have` says them: `0-11,13`.

/// Runs of numbers, first and last of each, rising and apart.
pub type Runs = Vec<(u32, u32)>;

/// Runs of a blob are at most half of its chunks; a header that says more is none.
const RUNS_MAX: usize = 6_400;

/// The runs with one more number.
pub fn with(mut runs: Runs, n: u32) -> Runs {
    let at = runs.partition_point(|(first, _)| *first <= n);
    let joins = |run: Option<&(u32, u32)>| run.is_some_and(|(_, last)| last.saturating_add(1) >= n);
    match at.checked_sub(1).filter(|before| joins(runs.get(*before))).and_then(|before| runs.get_mut(before)) {
        Some(before) => before.1 = before.1.max(n),
        None => runs.insert(at, (n, n)),
    }
    runs.dedup_by(|next, before| {
        let joined = before.1.saturating_add(1) >= next.0;
        if joined {
            before.1 = before.1.max(next.1);
        }
        joined
    });
    runs
}

/// As a header.
pub fn shown(runs: &[(u32, u32)]) -> String {
    let run = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}

/// From a header; `None` if it is none.
pub fn read(text: &str) -> Option<Runs> {
    let number = |text: &str| text.parse::<u32>().ok();
    let run = |part: &str| match part.split_once('-') {
        None => number(part).map(|n| (n, n)),
        Some((first, last)) => Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last),
    };
    let parts = text.split(',').filter(|part| !part.is_empty());
    let runs: Runs = parts.take(RUNS_MAX + 1).map(|part| run(part.trim())).collect::<Option<_>>()?;
    Some(runs).filter(|runs| runs.len() <= RUNS_MAX)
}

/// Whether a number lies in a run.
pub fn has(runs: &[(u32, u32)], n: u32) -> bool {
    runs.iter().any(|(first, last)| (*first..=*last).contains(&n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn numbers_in_any_order_become_runs_that_read_back_and_hold_these_and_no_others(
            numbers in proptest::collection::vec(0_u32..60, 0..80),
        ) {
            let runs = numbers.iter().fold(Runs::new(), |runs, n| with(runs, *n));
            let set: BTreeSet<u32> = numbers.into_iter().collect();
            for n in 0..61 {
                prop_assert_eq!(has(&runs, n), set.contains(&n));
            }
            prop_assert!(runs.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "apart");
            prop_assert_eq!(read(&shown(&runs)), Some(runs));
        }

        #[test]
        fn no_header_is_too_odd_to_be_answered(text in "[0-9,\\- ]{0,40}") {
            if let Some(runs) = read(&text) {
                prop_assert!(runs.iter().all(|(first, last)| first <= last));
            }
        }
    }

    #[test]
    fn what_is_no_list_of_runs_is_none() {
        assert_eq!(read("0-11,13"), Some(vec![(0, 11), (13, 13)]));
        assert_eq!(read(""), Some(vec![]));
        for odd in ["5-1", "x", "1-2-3", "-1", "4294967296"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
