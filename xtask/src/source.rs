//! Reading Rust just well enough to measure it: comments and literals blanked out, functions found by their braces.

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
    pub parameters: usize,
}

/// The text without its unit tests: the `#[cfg(test)] mod …` that ends a file is not counted.
pub fn without_tests(text: &str) -> &str {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("#[cfg(test)]")) {
        let start = from + found;
        let after = text.get(start + "#[cfg(test)]".len()..).unwrap_or("").trim_start();
        if after.starts_with("mod ") && after.lines().next().is_some_and(|line| line.ends_with('{')) {
            return text.get(..start).unwrap_or(text);
        }
        from = start + 1;
    }
    text
}

/// Whether an example stands in the documentation of the text: a fence in a comment that documents.
pub fn has_example(text: &str) -> bool {
    let documents =
        |line: &str| Some(line.trim_start().strip_prefix("///").or(line.trim_start().strip_prefix("//!"))?.to_owned());
    text.lines().filter_map(documents).any(|line| line.trim_start().starts_with("```"))
}

/// The same text, byte for byte as long, with comments, strings and characters replaced by spaces.
pub fn blank(text: &str) -> String {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, out: Vec::with_capacity(text.len()) };
    while scan.at < scan.bytes.len() {
        scan.step();
    }
    String::from_utf8_lossy(&scan.out).into_owned()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    out: Vec<u8>,
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (b'/', b'/') => self.hide_while(|scan| scan.peek(0) != b'\n'),
            (b'/', b'*') => self.hide_block_comment(),
            (b'r' | b'b' | b'c', _) if !self.after_word() => self.prefixed(),
            (b'"', _) => self.hide_string(0),
            (b'\'', _) => self.quote(),
            _ => self.keep(),
        }
    }

    fn after_word(&self) -> bool {
        self.out.last().is_some_and(|&byte| is_word(byte))
    }

    fn keep(&mut self) {
        self.out.push(self.peek(0));
        self.at += 1;
    }

    fn hide(&mut self, count: usize) {
        for _ in 0..count {
            if self.at < self.bytes.len() {
                self.out.push(if self.peek(0) == b'\n' { b'\n' } else { b' ' });
                self.at += 1;
            }
        }
    }

    fn hide_while(&mut self, go_on: impl Fn(&Self) -> bool) {
        while self.at < self.bytes.len() && go_on(self) {
            self.hide(1);
        }
    }

    fn hide_block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => depth += 1,
                (b'*', b'/') => depth -= 1,
                _ => {
                    self.hide(1);
                    continue;
                }
            }
            self.hide(2);
            if depth == 0 {
                return;
            }
        }
    }

    /// `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`, `b'…'`, or a word that merely begins with one of these letters.
    fn prefixed(&mut self) {
        let letters = (0..2).take_while(|&ahead| matches!(self.peek(ahead), b'r' | b'b' | b'c')).count();
        let raw = (0..letters).any(|ahead| self.peek(ahead) == b'r');
        let hashes = (letters..letters + 256).take_while(|&ahead| raw && self.peek(ahead) == b'#').count();
        match self.peek(letters + hashes) {
            b'"' if raw => {
                self.hide(letters + hashes + 1);
                self.hide_raw(hashes);
            }
            b'"' => self.hide_string(letters),
            b'\'' if letters == 1 && self.peek(0) == b'b' => {
                self.hide(1);
                self.quote();
            }
            _ => self.keep(),
        }
    }

    fn hide_raw(&mut self, hashes: usize) {
        while self.at < self.bytes.len() {
            let closes = self.peek(0) == b'"' && (1..=hashes).all(|ahead| self.peek(ahead) == b'#');
            self.hide(if closes { hashes + 1 } else { 1 });
            if closes {
                return;
            }
        }
    }

    fn hide_string(&mut self, prefix: usize) {
        self.hide(prefix + 1);
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.hide(2),
                b'"' => return self.hide(1),
                _ => self.hide(1),
            }
        }
    }

    /// A character literal, or a lifetime.
    fn quote(&mut self) {
        if self.peek(1) == b'\\' {
            self.hide(3);
            self.hide_while(|scan| scan.peek(0) != b'\'');
            return self.hide(1);
        }
        let width = match self.peek(1) {
            0..0x80 => 1,
            0x80..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => 4,
        };
        if self.peek(1 + width) == b'\'' { self.hide(width + 2) } else { self.keep() }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The functions with a body in a blanked text.
pub fn functions(blanked: &str) -> Vec<Function> {
    let bytes = blanked.as_bytes();
    let word_start = |at: usize| at == 0 || bytes.get(at - 1).is_some_and(|&byte| !is_word(byte));
    blanked.match_indices("fn ").filter(|(at, _)| word_start(*at)).filter_map(|(at, _)| function(blanked, at)).collect()
}

fn function(blanked: &str, at: usize) -> Option<Function> {
    let rest = blanked.get(at..)?;
    let name: String = rest.get(3..)?.chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect();
    if name.is_empty() {
        return None;
    }
    let open = list_start(rest, 3 + name.len())?;
    let close = matching(rest, open)?;
    let body = body_start(rest, close + 1)?;
    let end = matching(rest, body)?;
    let line = blanked.get(..at)?.matches('\n').count() + 1;
    let lines = rest.get(..=end)?.matches('\n').count() + 1;
    Some(Function { name, line, lines, parameters: parameters(rest.get(open + 1..close)?) })
}

/// Where the parameter list opens, past generics.
fn list_start(text: &str, from: usize) -> Option<usize> {
    let mut angle = 0_i32;
    let mut before = ' ';
    for (offset, c) in text.get(from..)?.char_indices() {
        match c {
            '<' => angle += 1,
            '>' if before != '-' => angle -= 1,
            '(' if angle == 0 => return Some(from + offset),
            '{' | ';' if angle == 0 => return None,
            _ => {}
        }
        before = c;
    }
    None
}

/// Where the body opens; none for a function of a trait without one.
fn body_start(text: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, c) in text.get(from..)?.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(from + offset),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The bracket that closes the one at `open`.
fn matching(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, c) in text.get(open..)?.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + offset);
        }
    }
    None
}

/// How many parameters a list has; the receiver does not count.
fn parameters(list: &str) -> usize {
    let mut depth = 0_i32;
    let mut before = ' ';
    let mut part = String::new();
    let mut parts = Vec::new();
    for c in list.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' => depth -= 1,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => {}
        }
        if !(c == ',' && depth == 0) {
            part.push(c);
        }
        before = c;
    }
    parts.push(part);
    let receiver = |part: &str| matches!(part.trim_start_matches(['&', ' ']).trim(), "self" | "mut self");
    parts.iter().filter(|part| !part.trim().is_empty() && !receiver(part)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_a_fence_in_a_comment_that_documents() {
        assert!(has_example("/// Adds.\n/// ```\n/// add(1, 2);\n/// ```\nfn add() {}\n"));
        assert!(!has_example("/// Adds ``a``.\n// ```\nlet fence = \"```\";\n"));
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lengths_kept() {
        let text =
            "let a = \"fn x {\"; // fn y\nlet b = r#\"\"{\"#; let c = '{'; fn z<'a>(d: &'a str) {}\n/* { /* } */ */";
        let blanked = blank(text);
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.matches('{').count(), 1);
        assert!(blanked.contains("fn z<'a>(d: &'a str) {}"));
        assert!(!blanked.contains('x') && !blanked.contains('y'));
    }

    #[test]
    fn a_function_is_found_with_its_length_and_parameters() {
        let text = "impl A {\n    fn long<F: Fn(u8) -> u8>(&mut self, f: F, pair: (u8, u8)) -> [u8; 2]\n    where F: Copy,\n    {\n        f(1)\n    }\n}\ntrait B { fn none(&self); }\ntype C = fn (u8);\n";
        let found = functions(&blank(text));
        assert_eq!(found, [Function { name: "long".into(), line: 2, lines: 5, parameters: 2 }]);
    }

    #[test]
    fn tests_at_the_end_of_a_file_are_not_counted() {
        assert_eq!(without_tests("fn a() {}\n#[cfg(test)]\nmod tests {\n}\n"), "fn a() {}\n");
        let far = "#[cfg(test)]\nmod tests;\nfn a() {}\n#[cfg(test)]\nfn b() {}\n";
        assert_eq!(without_tests(far), far);
    }
}
