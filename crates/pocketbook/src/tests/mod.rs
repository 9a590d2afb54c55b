//! What the room promises: the computed vignettes, the lines of `simpul screen`, the properties of the rule.

mod lines;
mod properties;
mod vignettes;
