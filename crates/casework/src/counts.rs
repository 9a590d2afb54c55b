//! Counts that may leave the casebook: no cell so small that somebody is known by it (domain: law, L68; SOP GV-3).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A cell that counts fewer people than this is hidden (CTDC practice: k = 11).
pub const SMALL_CELL: u64 = 11;

/// One row: a word and how often it counts, or that it is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The word: an outcome, a province.
    pub word: String,
    /// `None`: hidden.
    pub count: Option<u64>,
}

/// A table of cells that exclude each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The largest first, then by word; hidden ones last. What counts nobody is left out.
    pub cells: Vec<Cell>,
    /// `None`: fewer than [`SMALL_CELL`] in all, so that every cell is hidden.
    pub total: Option<u64>,
}

impl Table {
    /// Hides small cells, and so many others that none follows from the total: what is hidden is at least two cells that
    /// count [`SMALL_CELL`] together, or nothing.
    pub fn of(counts: &BTreeMap<String, u64>) -> Self {
        let mut rows: Vec<(&String, u64)> = counts.iter().map(|(word, n)| (word, *n)).filter(|(_, n)| *n > 0).collect();
        rows.sort_by_key(|(word, n)| (std::cmp::Reverse(*n), *word));
        let total: u64 = rows.iter().map(|(_, n)| n).sum();
        let mut shown = rows.iter().filter(|(_, n)| *n >= SMALL_CELL).count();
        let hidden = |shown: usize| rows.iter().skip(shown).map(|(_, n)| n).sum::<u64>();
        while shown > 0 && shown < rows.len() && (rows.len() - shown < 2 || hidden(shown) < SMALL_CELL) {
            shown -= 1;
        }
        let cell = |(at, (word, n)): (usize, &(&String, u64))| Cell {
            word: (*word).clone(),
            count: (at < shown).then_some(*n),
        };
        let cells = rows.iter().enumerate().map(cell).collect();
        let mut table = Self { cells, total: (total >= SMALL_CELL).then_some(total) };
        // The order of hidden cells would say which is the larger.
        if let Some(hidden) = table.cells.get_mut(shown..) {
            hidden.sort_by(|a, b| a.word.cmp(&b.word));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(counts: &[(&str, u64)]) -> Table {
        Table::of(&counts.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect())
    }

    fn shown(table: &Table) -> Vec<(&str, Option<u64>)> {
        table.cells.iter().map(|cell| (cell.word.as_str(), cell.count)).collect()
    }

    #[test]
    fn a_small_cell_is_hidden_and_with_it_the_next_so_that_the_total_does_not_give_it_away() {
        let one = table(&[("a", 40), ("b", 25), ("c", 3)]);
        assert_eq!((shown(&one), one.total), (vec![("a", Some(40)), ("b", None), ("c", None)], Some(68)));
        let two = table(&[("a", 40), ("b", 9), ("c", 3)]);
        assert_eq!(shown(&two), [("a", Some(40)), ("b", None), ("c", None)]);
        let few = table(&[("a", 40), ("b", 4), ("c", 3)]);
        assert_eq!(shown(&few), [("a", None), ("b", None), ("c", None)], "seven people are hidden among 47");
    }

    #[test]
    fn nothing_is_hidden_where_all_are_many_and_all_where_the_whole_is_small() {
        assert_eq!(shown(&table(&[("a", 11), ("b", 30), ("c", 0)])), [("b", Some(30)), ("a", Some(11))]);
        let small = table(&[("a", 6), ("b", 4)]);
        assert_eq!((shown(&small), small.total), (vec![("a", None), ("b", None)], None));
        assert_eq!(table(&[]), Table::default());
    }

    proptest! {
        #[test]
        fn what_is_hidden_is_never_one_cell_and_never_a_small_number(counts in prop::collection::vec(0_u64..60, 0..9)) {
            let counts: BTreeMap<String, u64> = counts.iter().enumerate().map(|(n, count)| (n.to_string(), *count)).collect();
            let table = Table::of(&counts);
            let hidden = table.cells.iter().filter(|cell| cell.count.is_none()).count();
            let told: u64 = table.cells.iter().filter_map(|cell| cell.count).sum();
            prop_assert!(table.cells.iter().all(|cell| cell.count.is_none_or(|n| n >= SMALL_CELL)));
            if let Some(total) = table.total {
                prop_assert!(hidden == 0 && total == told || hidden >= 2 && total - told >= SMALL_CELL);
            } else {
                prop_assert_eq!(told, 0);
            }
        }
    }
}
