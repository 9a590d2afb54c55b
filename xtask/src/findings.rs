//! What the checks found. A stop fails the run; a note is shown and fails nothing.

/// The findings of a run, in the order they were made.
#[derive(Default)]
pub struct Findings {
    stops: Vec<String>,
    notes: Vec<String>,
}

impl Findings {
    /// Breaks a rule: `at` says where, `what` says the rule and the remedy.
    pub fn stop(&mut self, check: &str, at: impl AsRef<str>, what: impl AsRef<str>) {
        self.stops.push(format!("{check}: {}: {}", at.as_ref(), what.as_ref()));
    }

    /// Worth a look, but no rule is broken.
    pub fn note(&mut self, check: &str, at: impl AsRef<str>, what: impl AsRef<str>) {
        self.notes.push(format!("{check}: {}: {}", at.as_ref(), what.as_ref()));
    }

    /// How many rules are broken.
    pub fn stop_count(&self) -> usize {
        self.stops.len()
    }

    /// Prints all of it for a person.
    pub fn print(&self) {
        for note in &self.notes {
            println!("note  {note}");
        }
        for stop in &self.stops {
            println!("STOP  {stop}");
        }
    }

    #[cfg(test)]
    pub fn stops(&self) -> &[String] {
        &self.stops
    }

    #[cfg(test)]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}
