//! What happens to the link and when: written by hand, or drawn from a seed.

use anyhow::{Context, Result, bail};
use std::time::Duration;

/// Steps, perhaps without end.
pub type Steps = Box<dyn Iterator<Item = Step> + Send>;

/// When, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub when: When,
    /// What.
    pub what: What,
}

/// What arms a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Since the start of the link.
    At(Duration),
    /// Since the step before.
    AfterTime(Duration),
    /// Bytes carried, both ways together, since the step before.
    AfterBytes(u64),
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// All connections close; new ones are closed at once.
    Cut,
    /// The far side closes, the near side hears nothing any more; new connections likewise.
    HalfOpen,
    /// All connections are reset; new ones may come.
    Reset,
    /// Nothing moves for a while.
    Stall(Duration),
    /// New connections are carried again.
    Restore,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cut => f.write_str("cut"),
            Self::HalfOpen => f.write_str("half-open"),
            Self::Reset => f.write_str("reset"),
            Self::Stall(time) => write!(f, "stall {time:?}"),
            Self::Restore => f.write_str("restore"),
        }
    }
}

/// Reads a plan; an error names its line.
pub fn parse(text: &str) -> Result<Vec<Step>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or("").trim()).enumerate();
    let steps = lines.filter(|(_, line)| !line.is_empty());
    steps.map(|(number, line)| step(line).with_context(|| format!("line {}: {line}", number + 1))).collect()
}

fn step(line: &str) -> Result<Step> {
    let (when, what) = line.split_once(':').context("a step reads `at 3s: cut` or `after 4096B: cut`")?;
    let when = match when.trim().split_once(' ') {
        Some(("at", time)) => When::At(duration(time)?),
        Some(("after", amount)) => match amount.trim().strip_suffix('B') {
            Some(bytes) => When::AfterBytes(bytes.parse().context("bytes are written 4096B")?),
            None => When::AfterTime(duration(amount)?),
        },
        _ => bail!("a step begins with `at 3s`, `after 2s` or `after 4096B`"),
    };
    let what = match what.trim().split_once(' ') {
        None if what.trim() == "cut" => What::Cut,
        None if what.trim() == "half-open" => What::HalfOpen,
        None if what.trim() == "reset" => What::Reset,
        None if what.trim() == "restore" => What::Restore,
        Some(("stall", time)) => What::Stall(duration(time)?),
        _ => bail!("a step does one of: cut, half-open, reset, stall 20s, restore"),
    };
    Ok(Step { when, what })
}

/// `250ms` or `3s`.
pub fn duration(text: &str) -> Result<Duration> {
    let text = text.trim();
    let (digits, unit) = match text.strip_suffix("ms") {
        Some(digits) => (digits, Duration::from_millis as fn(u64) -> Duration),
        None => (
            text.strip_suffix('s').context("a time is written 250ms or 3s")?,
            Duration::from_secs as fn(u64) -> Duration,
        ),
    };
    Ok(unit(digits.parse().context("a time is written 250ms or 3s")?))
}

/// Bits per second, `50k` or `9600`, as bytes per second.
pub fn rate(text: &str) -> Result<u64> {
    let (digits, factor) = match (text.strip_suffix('k'), text.strip_suffix('M')) {
        (Some(digits), _) => (digits, 1_000),
        (_, Some(digits)) => (digits, 1_000_000),
        _ => (text, 1),
    };
    let bits: u64 = digits.parse().context("a rate is written 9600, 50k or 2M, in bits per second")?;
    let bytes = bits.saturating_mul(factor) / 8;
    anyhow::ensure!(bytes > 0, "a rate of nothing carries nothing: use a step `stall` of a plan");
    Ok(bytes)
}

/// An endless plan: a break of some kind after some bytes, mended after some time.
pub struct Drawn {
    state: u64,
    down: bool,
}

impl Drawn {
    /// The plan of this number.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, down: false }
    }

    /// splitmix64 (Steele, Lea, Flood 2014), enough for choosing where a link breaks.
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

impl Iterator for Drawn {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.down {
            self.down = false;
            return Some(Step {
                when: When::AfterTime(Duration::from_millis(100 + self.below(2_900))),
                what: What::Restore,
            });
        }
        let when = When::AfterBytes(1 + self.below(65_536));
        let what = match self.below(4) {
            0 => What::Cut,
            1 => What::HalfOpen,
            2 => What::Reset,
            _ => What::Stall(Duration::from_millis(500 + self.below(19_500))),
        };
        self.down = matches!(what, What::Cut | What::HalfOpen);
        Some(Step { when, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_and_a_fault_names_its_line() {
        let steps = parse("# GPRS\nat 3s: cut\nafter 4096B: stall 20s  # slow\n\nafter 250ms: restore\n").unwrap();
        assert_eq!(steps[0], Step { when: When::At(Duration::from_secs(3)), what: What::Cut });
        assert_eq!(steps[1], Step { when: When::AfterBytes(4096), what: What::Stall(Duration::from_secs(20)) });
        assert_eq!(steps[2], Step { when: When::AfterTime(Duration::from_millis(250)), what: What::Restore });
        for bad in ["at 3: cut", "at 3s cut", "after 4kB: cut", "at 3s: explode", "when 3s: cut", "at 3s: stall"] {
            assert!(format!("{:#}", parse(&format!("at 1s: cut\n{bad}\n")).unwrap_err()).contains("line 2"), "{bad}");
        }
    }

    #[test]
    fn rates_are_bits_per_second() {
        assert_eq!(rate("50k").unwrap(), 6_250);
        assert_eq!(rate("9600").unwrap(), 1_200);
        assert!(rate("0").is_err() && rate("fast").is_err());
    }

    #[test]
    fn one_seed_gives_one_plan_and_what_is_cut_is_mended() {
        let draw = |seed| Drawn::new(seed).take(200).collect::<Vec<_>>();
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let steps = draw(7);
        let breaks = |step: &Step| matches!(step.what, What::Cut | What::HalfOpen);
        assert!(steps.iter().any(breaks));
        assert!(steps.windows(2).all(|pair| !breaks(&pair[0]) || pair[1].what == What::Restore));
    }
}
