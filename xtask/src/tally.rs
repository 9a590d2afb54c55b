//! How many tests passed, failed and were skipped, read from what each runner prints.

/// The count of one runner, or the sum of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// cargo test: `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once for each program.
pub fn of_cargo_test(text: &str) -> Tally {
    let mut sum = Tally::default();
    for line in plain(text).lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")) {
        sum +=
            Tally { passed: before(line, "passed"), failed: before(line, "failed"), skipped: before(line, "ignored") };
    }
    sum
}

/// nextest: `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
pub fn of_nextest(text: &str) -> Tally {
    let text = plain(text);
    let Some(line) = text.lines().rev().find(|line| line.trim_start().starts_with("Summary [")) else {
        return Tally::default();
    };
    let failed = ["failed", "timed out", "exec failed"].iter().map(|word| before(line, word)).sum();
    Tally { passed: before(line, "passed"), failed, skipped: before(line, "skipped") }
}

/// node --test: lines `# pass 3` or `ℹ pass 3`.
pub fn of_node_test(text: &str) -> Tally {
    let text = plain(text);
    let count = |name: &str| -> u64 {
        let line = |line: &str| {
            line.trim_start().trim_start_matches(['#', 'ℹ']).trim_start().strip_prefix(name)?.trim().parse().ok()
        };
        text.lines().rev().find_map(line).unwrap_or(0)
    };
    Tally {
        passed: count("pass "),
        failed: count("fail ") + count("cancelled "),
        skipped: count("skipped ") + count("todo "),
    }
}

/// The lines in which a runner says what failed, each once, and the last ones it printed.
pub fn faults(text: &str) -> String {
    const MARKS: [&str; 7] = ["STOP  ", "not ok ", "FAIL [", "TIMEOUT [", "error", "panicked at", "  failed  "];
    let text = plain(text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.len().saturating_sub(6);
    let told = |at: usize, line: &str| at >= last || MARKS.iter().any(|mark| line.contains(mark));
    let mut kept: Vec<&str> = Vec::new();
    for (_, line) in lines.iter().enumerate().filter(|(at, line)| told(*at, line)) {
        if !kept.contains(line) {
            kept.push(line);
        }
    }
    let skipped = kept.len().saturating_sub(40);
    kept.into_iter().skip(skipped).flat_map(|line| [line, "\n"]).collect()
}

/// The number that stands before a word.
fn before(line: &str, word: &str) -> u64 {
    let cut = line.match_indices(word).filter_map(|(at, _)| line.get(..at));
    cut.filter_map(|head| head.strip_suffix(' ')?.rsplit(' ').next()).find_map(|word| word.parse().ok()).unwrap_or(0)
}

/// Without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_is_counted() {
        let cargo = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\nx\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n";
        assert_eq!(of_cargo_test(cargo), Tally { passed: 5, failed: 1, skipped: 1 });
        let nextest =
            "  \u{1b}[32mSummary\u{1b}[0m [   1.2s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 4 skipped\n";
        assert_eq!(of_nextest(nextest), Tally { passed: 6, failed: 3, skipped: 4 });
        let node = "ℹ tests 4\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n";
        assert_eq!(of_node_test(node), Tally { passed: 2, failed: 1, skipped: 1 });
        assert_eq!(of_node_test("# pass 7\n# fail 0\n"), Tally { passed: 7, failed: 0, skipped: 0 });
    }

    #[test]
    fn what_failed_is_said_again_and_nothing_else() {
        let text = "ok 1 - a\nnot ok 2 - b\n10  failed  c\n\nerror[demo.unreachable]: d\nok 3 - e\n1\n2\n3\n4\n5\n6\n";
        let said = "not ok 2 - b\n10  failed  c\nerror[demo.unreachable]: d\n1\n2\n3\n4\n5\n6\n";
        assert_eq!((faults(text), faults(&[text, text].concat())), (said.to_owned(), said.to_owned()));
    }

    #[test]
    fn the_closing_line_stands_in_one_form() {
        assert_eq!(Tally { passed: 1, failed: 2, skipped: 3 }.to_string(), "1 passed, 2 failed, 3 skipped");
    }
}
