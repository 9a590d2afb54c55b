//! The alphabet of short messages: 160 letters of GSM 03.38 in one message. One letter outside of it and only 70 would fit.

/// Letters of one message.
pub const SEPTETS_MAX: usize = 160;
/// Basic letters, one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Letters of the extension, two septets each.
const EXTENDED: &str = "^{}\\[~]|€";

/// Septets of a text; `None` if a letter is outside of the alphabet.
pub fn septets(text: &str) -> Option<usize> {
    text.chars().map(of_letter).sum()
}

fn of_letter(letter: char) -> Option<usize> {
    if BASIC.contains(letter) { Some(1) } else { EXTENDED.contains(letter).then_some(2) }
}

/// A text in this alphabet, on one line: what is outside of it becomes its nearest letter, or a question mark.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{2018}' | '\u{2019}' | '\u{2032}' => out.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{ab}' | '\u{bb}' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{b7}' | '\u{2022}' => out.push('-'),
            '\u{2026}' => out.push_str("..."),
            _ if letter.is_whitespace() => out.push(' '),
            _ if of_letter(letter).is_some() => out.push(letter),
            _ => match base::text::match_key(&letter.to_string()).as_str() {
                near if near.len() == 1 => out.push_str(near),
                _ => out.push('?'),
            },
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words around something long, cut so that the whole is one message. It ends in two dots where it was cut.
pub fn fit(words: impl Fn(&str) -> String, long: &str) -> String {
    let long = plain(long);
    let whole = plain(&words(&long));
    if septets(&whole).is_some_and(|length| length <= SEPTETS_MAX) {
        return whole;
    }
    let cuts: Vec<usize> = long.char_indices().map(|(at, _)| at).collect();
    let shorter =
        cuts.into_iter().rev().filter_map(|at| Some(plain(&words(&format!("{}..", long.get(..at)?.trim_end())))));
    let mut fitting = shorter.filter(|text| septets(text).is_some_and(|length| length <= SEPTETS_MAX));
    fitting.next().unwrap_or_else(|| plain(&words("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_counts_one_or_two_or_is_none_of_them() {
        for (text, septet) in [("Kode 7F3K.", Some(10)), ("[a]", Some(5)), ("é", Some(1)), ("“a”", None), ("ê", None)]
        {
            assert_eq!(septets(text), septet, "{text}");
        }
        assert_eq!(septets(BASIC), Some(127), "128 places, one of them the way to the extension");
    }

    #[test]
    fn any_text_becomes_one_of_this_alphabet_and_as_long_as_one_message() {
        assert_eq!(plain("“Ibu Aminê” – rumah…\n\t di 東"), "\"Ibu Amine\" - rumah... di ?");
        let cut = fit(|long| format!("Jawaban: {long} [selesai]"), &"panjang ".repeat(40));
        assert!(septets(&cut).is_some_and(|length| (150..=SEPTETS_MAX).contains(&length)), "{cut}");
        assert!(cut.ends_with(".. [selesai]"), "{cut}");
        assert_eq!(fit(str::to_owned, "pendek"), "pendek");
    }
}
