//! What was refused, in words: what somebody tried, and why not.

use crate::text::Words;
use base::{Code, Problem};

/// What was tried, from the name of the act, and why it was refused, from the codes.
pub fn refused(t: Words, act: &str, codes: &[String]) -> String {
    let why: Vec<String> = codes.iter().map(|code| why(t, code)).collect();
    format!("{}: {}", tried(t, act), why.join(" ")).trim_end_matches([' ', ':']).to_owned()
}

fn tried(t: Words, act: &str) -> &'static str {
    match act.split('.').next().unwrap_or_default() {
        _ if act == "case.see" => t.tried_case(),
        _ if act == "right.copy" => t.tried_identity(),
        "identity" => t.tried_identity(),
        "need" => t.tried_need(),
        "document" => t.tried_document(),
        "report" => t.tried_report(),
        "offer" => t.tried_offer(),
        "consent" => t.tried_consent(),
        "bundle" => t.tried_bundle(),
        _ => t.tried_change(),
    }
}

/// Who is shut out reads that there is no such page; who holds the case reads why.
fn why(t: Words, code: &str) -> String {
    match Code::named(code) {
        Some(Code("access.shut-out")) => t.refused_shut_out().to_owned(),
        // A message that ends with its place ends before it: the log keeps none.
        Some(code) => Problem { code, at: None }.message().get(t.lang()).replace(": .", "."),
        None => t.refused_unknown().to_owned(),
    }
}

/// A refusal of an agreement: what, and what would change it.
pub fn refusal(t: Words, code: &str) -> (String, String) {
    let Some(known) = base::Code::named(code) else { return (code.to_owned(), String::new()) };
    let known = known.entry();
    (known.message.get(t.lang()).to_owned(), known.remedy.get(t.lang()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Lang;

    #[test]
    fn a_refusal_reads_in_words_and_names_no_code() {
        let said = |lang, act, code: &str| refused(Words::of(lang), act, &[code.to_owned()]);
        assert_eq!(said(Lang::Id, "case.see", "access.shut-out"), "membuka halaman kasus: kasus ini tertutup baginya.");
        assert_eq!(said(Lang::En, "identity.show", "identity.not-near").split(": ").next(), Some("see the identity"));
        for entry in base::codes::CATALOGUE.iter() {
            for lang in Lang::ALL {
                let words = said(lang, "step.finish", entry.code);
                assert!(!words.contains(entry.code) && !words.contains("{at}"), "{words}");
            }
        }
        assert!(
            said(Lang::En, "case.see", "of.a-newer-version").ends_with("for a reason that this version does not know.")
        );
    }
}
