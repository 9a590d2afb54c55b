//! What a run gives: the JSON of CONTRACTS.md 6 in its order, or a table for people.

use crate::hostile::Count;
use crate::options::Options;
use serde::Serialize;
use std::fmt;

/// The report of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Nodes.
    pub nodes: u32,
    /// Days of traffic.
    pub days: u32,
    /// The seed.
    pub seed: u64,
    /// Numbered messages.
    pub messages: Messages,
    /// Offers, as their givers see them at the end.
    pub offers: Offers,
    /// Owners of cases.
    pub owners: Owners,
    /// What was where it must not be.
    pub leaks: Leaks,
    /// Sizes on the wire.
    pub bytes: Sizes,
    /// From the act to the receipt.
    pub hours_to_receipt: Hours,
    /// Journals.
    pub audit: Audit,
    /// Alerts about recruiters, as their senders see them at the end; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Alerts>,
    /// Keys that changed; absent where none was asked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Keys>,
    /// What a relay that lies did, and thieves of keys; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostile: Option<Count>,
    /// Versions; absent where all speak one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versions: Option<Versions>,
    /// How envelopes were sealed; absent where as nodes seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<&'static str>,
    /// Where rows were kept; absent where in the files of real nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<&'static str>,
    /// Time the run took on this machine.
    pub seconds: f64,
    /// Other invariants that broke, in words; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
}

/// How far a run is, after each of its days.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Simulated days that are over.
    pub day: i64,
    /// Numbered messages sent so far.
    pub sent: u64,
    /// Broken invariants found so far.
    pub broken: usize,
}

/// Numbered messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Messages {
    /// Written by an act.
    pub sent: u64,
    /// Decided by the receiver: given their effect, or refused.
    pub delivered: u64,
    /// Neither decided, nor stopped, nor told to a person as expired.
    pub lost: u64,
    /// Given their effect more than once.
    pub doubled: u64,
    /// Given an effect, but never sent like this.
    pub phantom: u64,
    /// Given their effect before an earlier one, where the type does not allow it.
    pub out_of_order_in_thread: u64,
}

/// Offers by their state at the giver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offers {
    /// Referrals made.
    pub referrals: u64,
    /// Handovers made.
    pub handovers: u64,
    /// Still waiting for an answer.
    pub open: u64,
    /// Accepted, file not yet on its way.
    pub accepted: u64,
    /// File on its way or there.
    pub given: u64,
    /// Completed.
    pub done: u64,
    /// Declined.
    pub declined: u64,
    /// Taken back, or stopped by a withdrawn consent.
    pub withdrawn: u64,
    /// Ended by time.
    pub expired: u64,
}

impl std::ops::AddAssign for Offers {
    fn add_assign(&mut self, more: Self) {
        self.referrals += more.referrals;
        self.handovers += more.handovers;
        self.open += more.open;
        self.accepted += more.accepted;
        self.given += more.given;
        self.done += more.done;
        self.declined += more.declined;
        self.withdrawn += more.withdrawn;
        self.expired += more.expired;
    }
}

/// Owners of cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Owners {
    /// Cases.
    pub cases: u64,
    /// Cases without an owner after healing.
    pub none: u64,
    /// Cases that had two owners at any time.
    pub two: u64,
}

/// What was where it must not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leaks {
    /// Envelopes in which a field value or the sender could be read.
    pub plaintext_in_carrier: u64,
    /// Fields at a taker that no clause of the giver's trace permits.
    pub field_without_clause: u64,
    /// Things sealed or shown under a consent after its withdrawal.
    pub after_withdrawal: u64,
}

/// Sizes on the wire, of the envelope that carries an offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Median.
    pub referral_p50: u64,
    /// 99 of 100 are not larger.
    pub referral_p99: u64,
}

/// From the act to the receipt, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Hours {
    /// Median.
    pub p50: f64,
    /// 99 of 100 are not later.
    pub p99: f64,
    /// The latest.
    pub max: f64,
}

/// Journals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Journals whose chain holds from the first to the last entry.
    pub chains_verified: u64,
    /// Journals that showed two pasts.
    pub forks_found: u64,
}

/// Alerts about recruiters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Alerts {
    /// Sent, answers to alerts included.
    pub sent: u64,
    /// Taken back.
    pub recalled: u64,
    /// Ended by time.
    pub expired: u64,
    /// A partner knows him too.
    pub known: u64,
}

impl std::ops::AddAssign for Alerts {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.recalled += more.recalled;
        self.expired += more.expired;
        self.known += more.known;
    }
}

/// Identity keys that changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// Declared dead.
    pub revoked: u64,
    /// Made anew, those after a death included.
    pub renewed: u64,
}

/// Versions of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// Nodes of a later version.
    pub later: u64,
    /// Nodes of an earlier one.
    pub earlier: u64,
    /// Messages with something that must not be skipped and that nobody knows.
    pub strange: u64,
    /// How often one was held.
    pub held: u64,
}

impl Report {
    /// An empty report for these options.
    pub fn of(options: &Options) -> Self {
        let seal = options.has_stand_in().then_some("stand-in");
        let store = options.in_memory().then_some("memory");
        Self { nodes: options.nodes, days: options.days, seed: options.seed, seal, store, ..Self::default() }
    }

    /// Whether anything broke: exit code 1.
    pub fn failed(&self) -> bool {
        let (messages, owners, leaks) = (&self.messages, &self.owners, &self.leaks);
        let counts = [
            messages.lost,
            messages.doubled,
            messages.phantom,
            messages.out_of_order_in_thread,
            owners.none,
            owners.two,
            leaks.plaintext_in_carrier,
            leaks.field_without_clause,
            leaks.after_withdrawal,
        ];
        counts.iter().any(|count| *count > 0) || !self.violations.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { messages, offers, owners, leaks, hours_to_receipt: hours, .. } = self;
        let mut line = |name: &str, text: String| writeln!(f, "{name:<18} {text}");
        line("run", format!("{} nodes, {} days, seed {}", self.nodes, self.days, self.seed))?;
        let bad = format!(
            "lost {}, doubled {}, phantom {}, out of order {}",
            messages.lost, messages.doubled, messages.phantom, messages.out_of_order_in_thread
        );
        line("messages", format!("sent {}, delivered {}; {bad}", messages.sent, messages.delivered))?;
        let ended = format!("declined {}, withdrawn {}, expired {}", offers.declined, offers.withdrawn, offers.expired);
        let running =
            format!("open {}, accepted {}, given {}, done {}", offers.open, offers.accepted, offers.given, offers.done);
        line("offers", format!("referrals {}, handovers {}; {running}, {ended}", offers.referrals, offers.handovers))?;
        line("owners", format!("cases {}, none {}, two {}", owners.cases, owners.none, owners.two))?;
        let texts =
            format!("plaintext {}, field without clause {}", leaks.plaintext_in_carrier, leaks.field_without_clause);
        line("leaks", format!("{texts}, after withdrawal {}", leaks.after_withdrawal))?;
        line("referral bytes", format!("p50 {}, p99 {}", self.bytes.referral_p50, self.bytes.referral_p99))?;
        line("hours to receipt", format!("p50 {}, p99 {}, max {}", hours.p50, hours.p99, hours.max))?;
        let Audit { chains_verified, forks_found } = self.audit;
        line("audit", format!("chains verified {chains_verified}, forks found {forks_found}"))?;
        if let Some(Alerts { sent, recalled, expired, known }) = self.alerts {
            line("alerts", format!("sent {sent}, recalled {recalled}, expired {expired}, known there too {known}"))?;
        }
        if let Some(Keys { revoked, renewed }) = self.keys {
            line("keys", format!("revoked {revoked}, renewed {renewed}"))?;
        }
        if let Some(Count { dropped, replayed, late, forged, refused, quarantined, held }) = self.hostile {
            let made = format!("dropped {dropped}, replayed {replayed}, late {late}, forged {forged}");
            line("hostile", format!("{made}; refused {refused}, quarantined {quarantined}, held {held}"))?;
        }
        if let Some(Versions { later, earlier, strange, held }) = self.versions {
            line("versions", format!("later {later}, earlier {earlier}; not understood {strange}, held {held}"))?;
        }
        for (name, kind) in [("seal", self.seal), ("store", self.store)] {
            if let Some(kind) = kind {
                line(name, kind.to_owned())?;
            }
        }
        line("seconds", self.seconds.to_string())?;
        for violation in &self.violations {
            line("broken", violation.clone())?;
        }
        Ok(())
    }
}

/// Thousandths of a whole as a number with two decimals.
pub fn decimals(thousandths: u64) -> f64 {
    f64::from(u32::try_from(thousandths.div_ceil(10)).unwrap_or(u32::MAX)) / 100.0
}

/// The value that `percent` of the sorted values do not exceed; 0 of none.
pub fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(rank).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_promised_keys_in_their_order() {
        let json = serde_json::to_string(&Report::of(&Options::default())).unwrap();
        let keys = "nodes days seed messages sent delivered lost doubled phantom out_of_order_in_thread offers owners \
                    cases none two leaks plaintext_in_carrier field_without_clause after_withdrawal bytes referral_p50 \
                    referral_p99 hours_to_receipt p50 p99 max audit chains_verified forks_found seconds";
        let place = |key| json.find(&format!("\"{key}\":")).unwrap();
        assert!(keys.split_whitespace().map(place).is_sorted());
        assert!(!json.contains("violations") && !json.contains("memory"));
    }

    #[test]
    fn a_report_of_a_large_run_names_its_stand_ins_in_both_outputs() {
        let report = Report::of(&Options { nodes: 200, ..Options::default() });
        let json = serde_json::to_string(&report).unwrap();
        assert!(json.contains(r#""seal":"stand-in","store":"memory","seconds":"#), "{json}");
        let text = report.to_string();
        assert!(text.lines().any(|line| line == "seal               stand-in"), "{text}");
        assert!(text.lines().any(|line| line == "store              memory"), "{text}");
    }

    #[test]
    fn any_count_that_must_be_zero_fails_the_run() {
        let clean = Report::of(&Options::default());
        assert!(!clean.failed());
        let lost = Report { messages: Messages { lost: 1, ..clean.messages }, ..clean.clone() };
        let two = Report { owners: Owners { two: 1, ..clean.owners }, ..clean.clone() };
        let leak = Report { leaks: Leaks { after_withdrawal: 1, ..clean.leaks }, ..clean.clone() };
        let other = Report { violations: vec!["I5".into()], ..clean };
        assert!(lost.failed() && two.failed() && leak.failed() && other.failed());
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&values, 50), percentile(&values, 99), percentile(&[], 50)), (50, 99, 0));
    }
}
