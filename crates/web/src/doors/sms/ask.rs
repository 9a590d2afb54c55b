//! What a short message asks for. Keywords are Indonesian and English, in any case; what follows them is free.

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// Look an agency up.
    Check(&'a str),
    /// A right.
    Right(&'a str),
    /// Help near a place.
    Help(&'a str),
    /// A report; whether it says that somebody is in danger now.
    Report(bool, &'a str),
    /// A code: the page of its answers that is wanted, or what is added.
    Code(String, Then<'a>),
    /// A code whose box is to be closed.
    Delete(String),
    /// None of these.
    Unknown,
}

/// What follows a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then<'a> {
    /// The newest answer.
    Newest,
    /// A page of the answers, from 1.
    Page(usize),
    /// Something to add.
    Add(&'a str),
}

/// Digits of a code.
const DIGITS: usize = 16;
/// So many digits at the beginning are meant as a code, with a slip of the pen.
const DIGITS_MEANT: usize = 12;

/// Reads a message.
pub fn read(text: &str) -> Ask<'_> {
    let text = text.trim();
    if let Some((code, rest)) = code(text) {
        return Ask::Code(code, then(rest));
    }
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric()).trim_end();
    match word.to_uppercase().as_str() {
        "CEK" | "PERIKSA" | "CHECK" => Ask::Check(rest),
        "HAK" | "RIGHT" | "RIGHTS" => Ask::Right(rest),
        "BANTUAN" | "BANTU" | "TOLONG" | "HELP" => Ask::Help(rest),
        "LAPOR" | "LAPORAN" | "REPORT" => {
            let first: String = rest.chars().take_while(|letter| letter.is_alphabetic()).collect();
            Ask::Report(matches!(first.to_uppercase().as_str(), "BAHAYA" | "DANGER"), rest)
        }
        "KODE" | "CODE" => code(rest).map_or(Ask::Unknown, |(code, rest)| Ask::Code(code, then(rest))),
        "HAPUS" | "TUTUP" | "DELETE" => code(rest.trim_start_matches(|letter: char| !letter.is_ascii_digit()))
            .map_or(Ask::Unknown, |(code, _)| Ask::Delete(code)),
        _ => Ask::Unknown,
    }
}

/// Digits at the beginning, with blanks and strokes between them, and what follows.
fn code(text: &str) -> Option<(String, &str)> {
    let (mut digits, mut end) = (String::new(), 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '0'..='9' if digits.len() < DIGITS => {
                digits.push(letter);
                end = at + 1;
            }
            ' ' | '-' | '.' if !digits.is_empty() && digits.len() < DIGITS => {}
            _ => break,
        }
    }
    (digits.len() >= DIGITS_MEANT).then(|| (digits, text.get(end..).unwrap_or_default()))
}

fn then(rest: &str) -> Then<'_> {
    let rest = rest.trim_matches(|letter: char| letter.is_whitespace() || ":,.-".contains(letter));
    match rest.parse() {
        _ if rest.is_empty() => Then::Newest,
        Ok(page) if rest.len() <= 2 => Then::Page(page),
        _ => Then::Add(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_read_in_both_languages_and_any_spelling() {
        let code = || "1234567890123456".to_owned();
        let cases = [
            ("CEK PT Karya Rekaan", Ask::Check("PT Karya Rekaan")),
            ("  cek: R-0001 ", Ask::Check("R-0001")),
            ("check", Ask::Check("")),
            ("Hak biaya", Ask::Right("biaya")),
            ("BANTUAN 21.71", Ask::Help("21.71")),
            ("help#Batam", Ask::Help("Batam")),
            ("LAPOR", Ask::Report(false, "")),
            ("Lapor! ada rumah terkunci", Ask::Report(false, "ada rumah terkunci")),
            ("LAPOR BAHAYA pintu dikunci", Ask::Report(true, "BAHAYA pintu dikunci")),
            ("1234 5678 9012 3456", Ask::Code(code(), Then::Newest)),
            ("1234-5678-9012-3456 2", Ask::Code(code(), Then::Page(2))),
            ("Kode 1234567890123456", Ask::Code(code(), Then::Newest)),
            ("1234567890123456 mereka pindah", Ask::Code(code(), Then::Add("mereka pindah"))),
            ("123456789012", Ask::Code("123456789012".to_owned(), Then::Newest)),
            ("HAPUS kode 1234 5678 9012 3456", Ask::Delete(code())),
            ("HAPUS", Ask::Unknown),
            ("0812", Ask::Unknown),
            ("halo", Ask::Unknown),
            ("", Ask::Unknown),
        ];
        for (text, ask) in cases {
            assert_eq!(read(text), ask, "{text}");
        }
    }
}
