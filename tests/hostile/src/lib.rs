//! **hostile**: what each parser does with hostile bytes, and the good bytes to start from.
//!
//! Job: a target panics when a promise breaks: no input stops a reader, and what is read and written again is the same.
//! `make test` replays the seeds, what is kept in `kept/TARGET/`, and a few changes of each; `make long` and `fuzz/` feed more.
//!
//! Invariant: no room names this one, and it knows no rule of the field, only how bytes are read.
//! Start reading at [`TARGETS`].

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a target that breaks is to panic; seeds are our own"
)]

mod mutate;
mod packs;
mod rest;
mod seeds;
mod wire;

pub use mutate::{Dice, changed};
pub use seeds::seeds;

/// One target: its name, what it does.
pub struct Target {
    /// As the fuzz target is called.
    pub name: &'static str,
    /// What it does with bytes.
    pub run: fn(&[u8]),
}

macro_rules! targets {
    ($($room:ident: $($name:ident),+;)+) => {
        /// All targets.
        pub const TARGETS: &[Target] = &[$($(Target { name: stringify!($name), run: $room::$name },)+)+];
    };
}

targets! {
    packs: accord_document, accord_request, screening_pack, guide_pack, screening_line, handbook_pack, field_list, typed,
        mentions, services;
    wire: envelope, body, bundle, join_file, accord_file, content, extract, entry, statement, http;
    rest: share, lock, chunk, sealed_report, archive, upload;
}

/// Runs a target by its name.
pub fn run(name: &str, bytes: &[u8]) {
    TARGETS.iter().filter(|target| target.name == name).for_each(|target| (target.run)(bytes));
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Lang;
    use seal::Body;
    use std::path::Path;

    #[test]
    fn every_target_holds_on_its_seeds_and_on_what_is_kept() {
        for target in TARGETS {
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("kept").join(target.name);
            let files: Vec<_> = std::fs::read_dir(kept).unwrap().map(|entry| entry.unwrap().path()).collect();
            assert!(!files.is_empty(), "{} has nothing kept", target.name);
            let kept = files.iter().map(|path| std::fs::read(path).unwrap());
            for input in seeds(target.name).into_iter().chain(kept) {
                (target.run)(&input);
            }
        }
    }

    #[test]
    fn every_target_holds_on_some_changes_of_its_seeds() {
        for target in TARGETS {
            let (dice, pool) = (Dice::new(7), seeds(target.name));
            for _ in 0..60 {
                let mut input = pool[dice.below(pool.len())].clone();
                changed(&mut input, &pool, &dice);
                (target.run)(&input);
            }
        }
    }

    #[test]
    fn every_target_has_a_program_for_the_fuzzer() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
        let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        for Target { name, .. } in TARGETS {
            let program = std::fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
            assert!(program.contains(&format!("hostile::run(\"{name}\", data)")), "{name}");
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
    }

    #[test]
    fn every_seed_is_good() {
        let first = |name: &str| seeds(name).swap_remove(0);
        let all = |name: &str, reads: &dyn Fn(&[u8]) -> bool| seeds(name).iter().all(|seed| reads(seed));
        assert!(accord::Document::parse(&first("accord_document")).is_ok());
        assert!(accord::Request::parse(&first("accord_request")).is_ok());
        assert!(!pocketbook::run_lines(pocketbook::Pack::embedded(), &first("screening_line"), Lang::Id).1);
        assert!(packs::pack_of(&first("screening_pack")).is_some());
        assert!(all("guide_pack", &|seed| packs::guide_of(seed).is_ok()));
        assert!(all("handbook_pack", &|seed| packs::handbook_of(seed).is_ok()));
        assert!(accord::FieldList::parse(std::str::from_utf8(&first("field_list")).unwrap()).is_ok());
        let mentions = recruiters::reading::read(&*first("mentions"), usize::MAX).unwrap();
        assert_eq!((mentions.mentions.rows.len(), mentions.skipped_count), (6, 0));
        assert!(Body::decode(&first("body")).is_ok());
        assert!(seal::entry::read_joining_file(&first("join_file")).is_ok());
        assert!(seal::AccordFile::decode(&first("accord_file")).unwrap().verify().is_ok());
        let number = |seed: &[u8]| u16::from_be_bytes([seed[0], seed[1]]);
        let reads = |seed: &[u8]| desk::wire::Message::from_content(number(seed), &seed[2..]).is_ok();
        assert!(all("content", &reads));
        let numbers: Vec<u16> = seeds("content").iter().map(|seed| number(seed)).collect();
        assert_eq!(numbers, seeds::NUMBERS, "every message that this version acts on");
        assert!(minicbor::decode::<casework::Extract>(&first("extract")).is_ok());
        assert!(seal::share::Share::decode(&first("share")).is_ok());
        assert!(all("lock", &|seed| seal::Lock::decode(seed).is_ok()));
        assert!(seal::open_report(&first("sealed_report"), &seeds::intake()).is_ok());
        assert!(serde_json::from_slice::<desk::cases::reports::ReportJson>(&seeds("sealed_report")[1]).is_ok());
        assert!(store::archive::Record::decode(&first("archive")).is_some());
        assert!(relay::http::split(&seeds("http")[1]).is_some_and(|items| items.len() == 2));
        let kind = casework::report::FileKind::of;
        assert!(all("upload", &|seed| web::picture::shown(seed, kind(seed)).is_ok()));
        let cast = seeds::cast();
        let key = cast.identity.public();
        assert!(seal::open(&first("envelope"), &cast.epoch, seeds::TO, &|_| Some((seeds::FROM, key))).is_ok());
        let unpacked = seal::bundle::unpack(&first("bundle"), std::slice::from_ref(&cast.epoch), &|_| Some(key));
        assert!(unpacked.is_ok_and(|unpacked| unpacked.ended.is_ok() && unpacked.items.len() == 3));
    }
}
