//! A node's folder and what is made of it: configuration, keys, store, desk.

pub mod backup;
pub mod config;
pub mod control;
pub mod found;
pub mod health;
pub mod joining;
pub mod keyholders;
pub mod keys;
pub mod lock;
pub mod mail;
pub mod node;
pub mod packs;
pub mod passphrase;
pub mod relaying;
pub mod restore;
mod run_id;
pub mod running;
pub mod signatories;
mod sms;
pub mod window;

pub use config::Config;
pub use node::Node;
pub use running::Running;
