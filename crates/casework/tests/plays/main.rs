//! Whole cases from the first report to the end, played over the pure room; and what they reach of the handbook.

#[cfg(test)]
mod branches;
#[cfg(test)]
mod cast;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod stories;
