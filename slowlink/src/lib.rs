//! **slowlink**: a bad link between two ports, for tests of what must survive one.
//!
//! Job: carries TCP from one port to another as slowly and as late as told, breaks it by a plan or a seed, counts
//! handshakes and bytes, and keeps what passes if asked to.
//!
//! Invariant: it knows no room and no room may name it; tests of `node` may. The same seed gives the same plan.
//! Start reading at [`plan`], then [`link`]. The program of the same name is the same, for scripts.

mod lane;
mod link;
pub mod plan;

pub use link::{Link, Quality, open};
pub use plan::{Step, Steps, What, When};
