//! A connection that breaks after byte n of a request or of its answer, for every n, and then a sound one.

use crate::office::push;
use crate::pipe::{Cut, Passed};
use crate::story::{End, Moment, Pair, WAYS, Way};
use std::path::Path;
use std::sync::atomic::Ordering;

/// In `make test` a whole handover is played for one byte in so many; `SIMPUL_LONG=1` plays it for each.
const STRIDE: usize = 7;

/// The moment before the messages of a step go, how much passes then, and what it all came to.
struct Step {
    way: Way,
    before: Moment,
    request: usize,
    answer: usize,
    end: End,
}

/// Plays the handover over a sound connection.
async fn steps(folder: &Path) -> Vec<Step> {
    let mut pair = Box::pin(Pair::new(&folder.join("utuh"))).await;
    let mut steps = Vec::new();
    for (nth, way) in WAYS.into_iter().enumerate() {
        pair.acts(nth).await;
        let before = pair.moment(&folder.join(nth.to_string()));
        let sound = before.again(&fresh(folder)).await;
        let (from, to) = sound.ends(way);
        let passed = from.carries(to, Cut::Never).await.unwrap();
        sound.settles_down().await;
        let (request, answer) = (passed.request.load(Ordering::Relaxed), passed.answer.load(Ordering::Relaxed));
        steps.push(Step { way, before, request, answer, end: sound.end().await });
        let (from, to) = pair.ends(way);
        from.carries(to, Cut::Never).await.unwrap();
    }
    steps
}

/// An empty folder, which goes with the test; the one before it is not needed any more.
fn fresh(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("lagi");
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir(&path).unwrap();
    path
}

/// A folder in memory where there is one: a million small writes wait for no disk.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

#[tokio::test]
async fn a_request_cut_after_any_byte_writes_nothing_and_an_answer_cut_after_any_byte_has_one_effect() {
    let folder = folder();
    for (nth, step) in Box::pin(steps(folder.path())).await.into_iter().enumerate() {
        let pair = step.before.again(&fresh(folder.path())).await;
        let (from, to) = pair.ends(step.way);
        let parcels = from.post.collect(256).await.unwrap();
        let untouched = to.commits();
        for at in 0..step.request {
            let (pushed, _) = push(&parcels, to, Cut::Request(at)).await;
            assert!(pushed.is_err(), "step {nth}, byte {at}: it cannot know that it arrived");
            assert_eq!(to.commits(), untouched, "step {nth}, byte {at} of {}", step.request);
        }
        for at in 0..step.answer {
            let (pushed, passed) = push(&parcels, to, Cut::Answer(at)).await;
            assert!(pushed.is_err(), "step {nth}, byte {at} of the answer is missing");
            assert_eq!(passed.answer.load(Ordering::Relaxed), at);
        }
        // The envelopes came once for each byte of the answer, and come once more.
        let (pushed, _) = push(&parcels, to, Cut::Never).await;
        from.settle(&parcels, &pushed.unwrap()).await;
        pair.settles_down().await;
        assert_eq!(pair.end().await, step.end, "step {nth}");
    }
}

#[tokio::test]
async fn a_handover_cut_anywhere_and_tried_again_comes_to_what_an_unbroken_one_does() {
    let folder = folder();
    let stride = if std::env::var_os("SIMPUL_LONG").is_some() { 1 } else { STRIDE };
    let mut played = 0;
    for (nth, step) in Box::pin(steps(folder.path())).await.into_iter().enumerate() {
        // Each step begins elsewhere, so that together they meet every part of a stride.
        let first = nth * 5 % stride;
        let requests = (first..step.request).step_by(stride).map(Cut::Request);
        for cut in requests.chain((first..step.answer).step_by(stride).map(Cut::Answer)) {
            let pair = step.before.again(&fresh(folder.path())).await;
            let (from, to) = pair.ends(step.way);
            let passed = from.carries(to, cut).await.unwrap();
            assert!(reached(&passed, cut), "step {nth}: {cut:?} was not reached: {passed:?}");
            assert!(pair.end().await.owners != [true, true], "step {nth}: {cut:?}");
            pair.settles_down().await;
            assert_eq!(pair.end().await, step.end, "step {nth}: {cut:?}");
            played += 1;
        }
    }
    println!("{played} handovers were cut");
    assert!(played > 1_500, "{played}");
}

fn reached(passed: &Passed, cut: Cut) -> bool {
    let (request, answer) = (passed.request.load(Ordering::Relaxed), passed.answer.load(Ordering::Relaxed));
    match cut {
        Cut::Never => true,
        Cut::Request(at) => request == at,
        Cut::Answer(at) => answer == at,
    }
}

#[tokio::test]
async fn the_unbroken_handover_has_one_owner_after_each_step_and_ends_at_home() {
    let folder = folder();
    let steps = Box::pin(steps(folder.path())).await;
    let owners: Vec<[bool; 2]> = steps.iter().map(|step| step.end.owners).collect();
    // From the yes on it goes through by itself.
    assert_eq!(owners, [[true, false], [false, true], [false, true], [false, true], [false, true]]);
    let last = &steps.last().unwrap().end;
    assert!(last.file && last.given == Some(casework::offer::GiverState::Done), "{last:?}");
}
