//! Words of the interface. `text/id.ftl` is the source; each message there is one function here, so a missing key or
//! argument does not compile. A message that another language lacks is shown in Indonesian.

use base::Lang;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue, concurrent::FluentBundle};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Words(&'static Catalogue);

struct Catalogue {
    lang: Lang,
    /// Messages without arguments, ready; in the order of `KEYS`.
    plain: Vec<String>,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.0.lang.tag())
    }
}

/// What may stand in a message.
pub trait Arg {
    /// As Fluent takes it.
    fn fluent(&self) -> FluentValue<'_>;
}

impl Arg for str {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl Arg for String {
    fn fluent(&self) -> FluentValue<'_> {
        self.as_str().fluent()
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn fluent(&self) -> FluentValue<'_> {
        (**self).fluent()
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Arg for $kind {
            fn fluent(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )*};
}
numbers!(u32 i64 u64 usize);

impl Words {
    /// The words of a language.
    pub fn of(lang: Lang) -> Self {
        static ID: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Lang::Id, include_str!("../text/id.ftl")));
        static EN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Lang::En, include_str!("../text/en.ftl")));
        match lang {
            Lang::Id => Self(&ID),
            Lang::En => Self(&EN),
        }
    }

    /// The language.
    pub const fn lang(&self) -> Lang {
        self.0.lang
    }

    /// Its BCP 47 tag.
    pub const fn tag(&self) -> &'static str {
        self.0.lang.tag()
    }

    fn plain(self, number: usize) -> &'static str {
        self.0.plain.get(number).map_or("", String::as_str)
    }

    /// What people call a field of the data dictionary, such as `contact.safe_way`.
    pub fn datum(self, field: &str) -> Option<&'static str> {
        let key = format!("datum-{}", field.replace(['.', '_'], "-"));
        KEYS.binary_search(&key.as_str()).ok().map(|number| self.plain(number))
    }

    /// What the scripts of the phone say, by key without `phone-`; `{n}` stands where they put a value.
    pub fn phone(self) -> BTreeMap<&'static str, String> {
        let slots = |names: &[&'static str]| names.iter().map(|name| (*name, format!("{{{name}}}"))).collect();
        let one = |(number, key, names): &(usize, &'static str, &'static [&'static str])| {
            let slots: Vec<(&'static str, String)> = slots(names);
            (*key, self.filled(*number, slots.iter().map(|(name, slot)| (*name, slot.fluent())).collect()))
        };
        PHONE.iter().map(one).collect()
    }

    fn filled(self, number: usize, args: Vec<(&'static str, FluentValue<'_>)>) -> String {
        let args: FluentArgs<'_> = args.into_iter().collect();
        let key = KEYS.get(number).copied().unwrap_or_default();
        self.0.format(key, &args).unwrap_or_default()
    }
}

impl Catalogue {
    fn read(lang: Lang, text: &str) -> Self {
        let locales = lang.tag().parse().into_iter().collect();
        let mut bundle = FluentBundle::new_concurrent(locales);
        bundle.set_use_isolating(false);
        if lang != Lang::Id {
            bundle.add_resource_overriding(parsed(include_str!("../text/id.ftl")));
        }
        bundle.add_resource_overriding(parsed(text));
        let mut new = Self { lang, plain: Vec::new(), bundle };
        let none = FluentArgs::new();
        new.plain = KEYS.iter().map(|key| new.format(key, &none).unwrap_or_default()).collect();
        new
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut faults: Vec<FluentError> = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(args), &mut faults).into_owned())
    }
}

/// What parses; a test below holds both files to parse without a fault.
fn parsed(text: &str) -> FluentResource {
    FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, _)| partial)
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn messages(text: &str) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =")
                && key.starts_with(|c: char| c.is_ascii_lowercase())
            {
                found.push((key.to_owned(), Vec::new()));
            }
            let names = line.split('$').skip(1).map(|s| s.chars().take_while(char::is_ascii_alphanumeric).collect());
            if let Some((_, args)) = found.last_mut() {
                args.extend::<Vec<String>>(names.collect());
                args.sort();
                args.dedup();
            }
        }
        found.sort();
        found
    }

    #[test]
    fn both_languages_parse_and_hold_the_same_messages_with_the_same_arguments() {
        let (id, en) = (include_str!("../text/id.ftl"), include_str!("../text/en.ftl"));
        for text in [id, en] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok());
        }
        assert_eq!(messages(id), messages(en));
        let mut keys: Vec<String> = messages(id).into_iter().map(|(key, _)| key).collect();
        keys.dedup();
        assert_eq!(keys, KEYS);
    }

    #[test]
    fn every_message_is_used() {
        let mut sources = String::new();
        for folder in ["src", "templates"] {
            gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
        }
        // Those of the phone are held against its scripts by crates/web/islands/test/words.test.mjs, fields by the next test.
        let pages = KEYS.iter().filter(|key| !key.starts_with("phone-") && !key.starts_with("datum-"));
        let unused: Vec<&&str> =
            pages.filter(|key| !sources.contains(&format!(".{}(", key.replace('-', "_")))).collect();
        assert!(unused.is_empty(), "unused messages: {unused:?}");
    }

    #[test]
    fn no_message_stands_twice_in_a_file() {
        for file in [include_str!("../text/id.ftl"), include_str!("../text/en.ftl")] {
            let mut seen = BTreeSet::new();
            let keys = file.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
            let twice: Vec<_> =
                keys.filter_map(|line| line.split_once(" =")).filter(|(key, _)| !seen.insert(*key)).collect();
            assert!(twice.is_empty(), "the last would win without a word: {twice:?}");
        }
    }

    #[test]
    fn every_field_of_the_data_dictionary_has_a_name_that_tells_it_apart() {
        let list = accord::FieldList::shipped();
        for lang in Lang::ALL {
            let named = list.fields().iter().map(|field| Words::of(lang).datum(&field.field));
            let names: BTreeSet<&str> = named.map(Option::unwrap).collect();
            assert_eq!(names.len(), list.fields().len());
            assert_eq!(names.len(), KEYS.iter().filter(|key| key.starts_with("datum-")).count());
        }
    }

    #[test]
    fn words_for_the_phone_keep_a_place_for_each_value() {
        for lang in Lang::ALL {
            let words = Words::of(lang).phone();
            assert!(words.values().all(|text| !text.is_empty() && !text.contains('$')));
            assert!(words.get("step").is_some_and(|text| text.contains("{n}") && text.contains("{of}")));
        }
    }

    fn gather(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, into);
            } else {
                into.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn indonesian_sentences_for_the_public_stay_short() {
        // WEB.md 8: public and pocketbook sentences have at most 22 words.
        let text = include_str!("../text/id.ftl");
        let public = text.split("## ").filter(|part| part.starts_with("Public") || part.starts_with("Pocketbook"));
        for line in public.flat_map(str::lines).filter_map(|line| line.split_once(" = ")) {
            for sentence in line.1.split(['.', ':', '?', '!']) {
                let words = sentence.split_whitespace().count();
                assert!(words <= 22, "{words} words in {}: {sentence}", line.0);
            }
        }
    }
}
