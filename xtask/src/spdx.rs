//! Licence expressions: `MIT OR (Apache-2.0 AND BSD-3-Clause)`, and the older `MIT/Apache-2.0`.

/// Whether an expression can be met with allowed licences alone. What cannot be read is not allowed.
pub fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    parser.any().unwrap_or(false) && parser.words.is_empty()
}

struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl Parser<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }

    fn any(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.next_is("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.next_is("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.next_is("(") {
            let met = self.any()?;
            return self.next_is(")").then_some(met);
        }
        let (name, rest) = self.words.split_first()?;
        self.words = rest;
        if self.next_is("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            return Some(self.allowed.contains(&format!("{name} WITH {exception}").as_str()));
        }
        Some(self.allowed.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::is_met;

    #[test]
    fn one_branch_of_or_and_every_branch_of_and_must_be_allowed() {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"];
        for good in ["MIT", "GPL-2.0-only OR MIT", "MIT/Apache-2.0", "MIT AND ISC", "Apache-2.0 WITH LLVM-exception"] {
            assert!(is_met(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT", "", "MIT ISC", "(GPL-3.0 OR X) AND MIT"] {
            assert!(!is_met(bad, &allowed), "{bad}");
        }
    }
}
