//! What storage promises, as facts that every engine must keep (STORAGE.md 1, STYLE.md 9).
//!
//! A fact is an async function over [`crate::Backend`] that gets an empty store. [`crate::contract_tests`] makes one
//! test of each for an engine; all engines take the one list, so no fact can be left out on one side.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "facts are tests: they stop at the first thing that is not so"
)]

pub mod cast;
pub mod journal;
pub mod keys;
pub mod limits;
pub mod shelves;
pub mod together;
pub mod whole;
pub mod writing;

/// One test per fact. `$make` is an async function that takes the fact's name and gives `Option<store>`, where the store
/// dereferences to a [`crate::Backend`]; `None` skips, and must say so. An engine `without_a_disk` answers each command at
/// once: there is no COMMIT to share, so the two facts about one have nothing to say of it.
#[macro_export]
macro_rules! contract_tests {
    ($make:ident) => {
        $crate::contract_tests! { $make without_a_disk }
        $crate::contract_tests! { @ $make
            writing::a_group_shares_one_commit
            together::a_caller_that_goes_away_after_its_commit_stops_nobody
        }
    };
    ($make:ident without_a_disk) => {
        $crate::contract_tests! { @ $make
            journal::an_empty_store_has_no_head
            journal::an_event_reads_back_as_written
            journal::a_version_is_taken_once
            journal::a_position_is_taken_once
            journal::events_of_a_stream_come_in_order_after_a_version
            journal::the_last_event_of_a_stream_is_told_as_far_as_a_view_sees
            journal::the_journal_comes_in_order_after_a_position
            journal::a_request_is_found_again
            journal::requests_before_a_moment_are_forgotten
            journal::checkpoints_read_back_in_order
            keys::a_key_reads_back_and_is_replaced
            keys::deleted_keys_are_gone_and_others_stay
            keys::a_named_value_reads_back_and_is_replaced
            whole::everything_is_listed_once_in_order_page_by_page
            shelves::an_item_reads_back_and_is_replaced
            shelves::items_come_in_key_order_both_ways_and_after_a_key
            shelves::bytes_order_alike_on_every_engine
            shelves::a_partition_holds_only_its_own
            shelves::due_items_come_earliest_first
            shelves::a_due_time_moves_and_ends
            shelves::a_deleted_item_is_gone
            shelves::a_range_of_shelves_is_cleared
            shelves::items_are_counted_up_to_a_bound
            writing::a_command_sees_its_own_writes
            writing::a_dropped_command_leaves_nothing
            writing::a_snapshot_does_not_see_later_writes
            writing::a_dropped_command_of_a_group_leaves_the_others
            writing::a_clash_is_told_and_nothing_of_the_command_is_kept
            together::callers_at_once_lose_nothing_and_number_without_gaps
            together::callers_that_go_away_lose_nothing_of_others
            together::a_waiting_caller_that_goes_away_stops_nobody
            together::too_many_waiting_callers_are_told_so
            limits::text_with_a_zero_character_is_refused
            limits::what_fits_is_kept_and_what_is_too_large_is_refused
            limits::too_many_rows_are_not_given
        }
    };
    (@ $make:ident $($module:ident::$fact:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fact() {
                let Some(store) = $make(stringify!($fact)).await else { return };
                $crate::contract::$module::$fact(&*store).await;
            }
        )*
    };
}
