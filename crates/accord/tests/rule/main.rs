//! The rule of CONTRACTS.md 3: its own examples, the facts it states one by one, a second engine written another way, and
//! what holds for every accord.

mod contract;
mod form;
mod generate;
mod oracle;
mod properties;
mod templates;

const DOCUMENT: &str = include_str!("examples/document.json");
const REQUEST: &str = include_str!("examples/request.json");
