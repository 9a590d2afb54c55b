//! Real nodes as processes, with a bad link (`slowlink`) before each carrier: cuts at random bytes, half-open connections,
//! `kill -9` of either side at every step of a handover, a full disk, 9.6 kbit/s, a clock that is wrong by two days; and three
//! processes around a relay, also on networks of their own; a node and its public window, which is also put under load. What is asked afterwards is asked of the nodes: pages, `/sehat`,
//! `simpul audit verify`.
//!
//! Start reading at [`eight`], then [`town`] (the processes) and [`flow`] (a case that goes to and fro). `SIMPUL_LONG=1` plays
//! more of everything. The same at every byte, in process: `tests/chaos`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first thing that is not so"
)]

#[expect(dead_code, reason = "the browser of the demo also brings files")]
#[path = "../../src/demo/browser.rs"]
mod browser;
mod canary;
mod eight;
mod flow;
#[path = "../../src/demo/html.rs"]
mod html;
mod load;
mod relay;
mod spaces;
mod town;
mod window;
