//! The rule of CONTRACTS.md 3: its own examples, the facts it states one by one, a second engine written another way, and
//! what holds for every accord; and the matching of legal aid.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod form;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod templates;

const DOCUMENT: &str = include_str!("examples/document.json");
const REQUEST: &str = include_str!("examples/request.json");
