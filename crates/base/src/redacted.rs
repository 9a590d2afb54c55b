//! Values that must never reach a log, an error or a page by accident.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroize;

/// A value about a person. It has no `Display`; `Debug` prints `[redacted]`; each [`Redacted::expose`] is reviewed.
/// It serialises as its value, because the store seals what it writes.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value. Call it only where a person with a permit reads it, or where it is sealed.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the value out, under the same duty as [`Redacted::expose`].
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: Zeroize> Zeroize for Redacted<T> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value() {
        assert_eq!(format!("{:?}", Redacted::new("Melati")), "[redacted]");
    }
}
