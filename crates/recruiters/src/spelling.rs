//! How one word is written in many ways. [`fold`] gives all of them one form; it is for comparing, never for showing.
//!
//! Sources: the spelling of 1901-1947 (Van Ophuijsen: oe, dj, tj, nj, sj, ch, j for y), that of 1947 (Soewandi: u for oe)
//! and of 1972 (EYD); Arabic letters written by ear (kh/h, dh/d, sy/s, z/j, f/p, q/k), as name lists of offices show.

/// One form for all spellings of a word that came through [`base::text::match_key`].
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let letters: Vec<char> = word.chars().collect();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let (sound, taken) = sound(letter, next, at == 0);
        let kept = if sound.is_none() { Some(letter) } else { None };
        for letter in sound.unwrap_or_default().chars().chain(kept) {
            if !out.ends_with(letter) || letter.is_ascii_digit() {
                out.push(letter);
            }
        }
        at += taken;
    }
    if out.ends_with('d') {
        out.pop();
        out.push('t');
    }
    if out.is_empty() { word.to_owned() } else { out }
}

/// What stands for one letter or two, and how many were read; `None` keeps the letter.
const fn sound(letter: char, next: char, first: bool) -> (Option<&'static str>, usize) {
    let (sound, taken) = match (letter, next) {
        ('o', 'e' | 'u') => ("u", 2),
        ('d', 'j') => ("j", 2),
        ('t', 'j') => ("c", 2),
        ('s', 'j' | 'y' | 'h') => ("s", 2),
        ('k', 'h') => ("k", 2),
        ('d', 'h') => ("d", 2),
        ('t', 'h') => ("t", 2),
        ('b', 'h') => ("b", 2),
        ('g', 'h') => ("g", 2),
        ('c', 'h') => (if first { "k" } else { "" }, 2),
        ('p', 'h') => ("p", 2),
        ('a' | 'e', 'i') | ('a', 'e') => ("e", 2),
        ('i', 'e') => ("i", 2),
        ('f' | 'v', _) => ("p", 1),
        ('q', _) => ("k", 1),
        ('y', 'a' | 'e' | 'i' | 'o' | 'u') | ('z', _) => ("j", 1),
        ('y', _) => ("i", 1),
        ('x', _) => ("ks", 1),
        ('h', _) if !first => ("", 1),
        _ => return (None, 1),
    };
    (Some(sound), taken)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn old_and_new_spelling_fold_alike() {
        for (old, new) in [
            ("soeparman", "suparman"),
            ("djoko", "joko"),
            ("tjahjono", "cahyono"),
            ("soerjadi", "suryadi"),
            ("sjamsoel", "syamsul"),
            ("achmad", "ahmad"),
            ("khadijah", "kadija"),
            ("zainal", "jaenal"),
            ("fitri", "pitri"),
            ("hassan", "hasan"),
            ("rudy", "rudi"),
            ("mochammad", "mohamad"),
            ("ahmat", "ahmad"),
        ] {
            assert_eq!(fold(old), fold(new), "{old} {new}");
        }
    }

    #[test]
    fn other_names_stay_apart() {
        for (a, b) in [("budi", "badu"), ("sri", "sari"), ("ani", "ina"), ("wati", "yati")] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }
}
