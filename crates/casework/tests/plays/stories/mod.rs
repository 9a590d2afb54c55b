//! The plays. Everybody in them is made up; the vignettes are those of the screening.

pub mod advice;
pub mod child;
pub mod danger;
pub mod family;
pub mod foreign;
pub mod returned;
pub mod witness;
