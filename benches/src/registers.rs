//! Official registers: four million workers as fingerprints on disk, ten thousand agencies in memory, and the public check over
//! its real pages: found, sanctioned and not found in turn, equal in bytes and in work.

use crate::meter::{cpu_seconds, per_call};
use crate::node::{Node, START, does, runtime};
use crate::row::{Line, Row};
use anyhow::Context;
use desk::licences::{KeepLicences, Register};
use desk::registry::OnDisk;
use recruiters::licences::{Agency, Index, read};
use recruiters::registry::{ENTRIES_MAX, Key, Number, Registry, build};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use store_sqlite::Durability;
use tokio::net::TcpListener;

/// Agencies that are listed.
const AGENCIES: usize = 10_000;
/// Answers of the public check.
const CHECKS: usize = 10_000;
/// Numbers that are in no register.
const STRANGERS: u32 = 1_000_000;
const HOST: &str = "batam.localhost";

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let mut rows = workers()?;
    rows.extend(agencies()?);
    rows.extend(checks()?);
    Ok(rows)
}

/// A made-up NIK: no place has the code 99. Every other one is in the register.
fn nik(n: u64) -> String {
    format!("99{:014}", n.wrapping_mul(48_271) % 100_000_000_000_000)
}

fn workers() -> anyhow::Result<Vec<Line>> {
    let key = Key::new([7; 32]);
    let entries = ENTRIES_MAX as u64;
    let mut list = "nik\n".to_owned();
    for n in 0..entries {
        writeln!(list, "{}", nik(2 * n))?;
    }
    let before = cpu_seconds();
    let built = build(list.as_bytes(), &key, ("2026-11-01", "Rekaan"));
    let built = built.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    drop(list);
    let mut file = tempfile::tempfile()?;
    built.write(&mut file)?;
    let made = cpu_seconds() - before;
    drop(built);

    let file = OnDisk(file);
    let register = Registry::open(&file)?;
    let (mut n, mut reads, mut looks) = (0, 0_u32, 0_u32);
    let mut look = |n: u64| -> Option<bool> {
        let (is_in, pages) = register.has(&key, &Number::read(&nik(n))?).ok()?;
        (reads, looks) = (reads + pages, looks + 1);
        Some(is_in)
    };
    let seconds = per_call(|| {
        n = (n + 999_983) % (2 * entries);
        black_box(look(n));
    });
    let (mut lost, mut wrong) = (0_u32, 0_u32);
    for n in (0..STRANGERS).map(u64::from) {
        wrong += u32::from(look(2 * n + 1).context("a page is damaged")?);
        lost += u32::from(n % 16 == 0 && !look(2 * n).context("a page is damaged")?);
    }
    let bytes = f64::from(u32::try_from(register.header.file_bytes())?);
    let per_thousand = f64::from(wrong) * 1e3 / f64::from(STRANGERS);
    Ok(vec![
        Row::at_most("register of 4 000 000 workers, file", bytes / 1e6, "MB", 24.0).into(),
        Row::micros("  one look, open file", seconds, 1_000.0).into(),
        Row::told("  pages read for a look", f64::from(reads) / f64::from(looks), "pages").into(),
        Row::at_most("  wrong yes among 1 000 000 strangers", per_thousand, "in a thousand", 1.0).into(),
        Row::at_most("  entries that are not found", f64::from(lost), "of 62 500", 0.0).into(),
        Row::told("  making it from a list", made, "CPU seconds").into(),
    ])
}

fn listed() -> anyhow::Result<Vec<Agency>> {
    let mut list = "licence,name,phones,valid_until,sanction,sanction_from\n".to_owned();
    let words = ["Karya", "Bahtera", "Cahaya", "Melati", "Sumber", "Pelita", "Samudra", "Harapan", "Tunas", "Bintang"];
    let word = |n: usize| words.get(n % words.len()).copied().unwrap_or_default();
    for n in 0..AGENCIES {
        let name = format!("PT {} {} {} {n:05}", word(n), word(n / 10), word(n / 100));
        let sanction = if n % 4 == 1 { "revoked,2026-02-01" } else { "," };
        writeln!(list, "R-{n:05},{name},+62 800 {n:07},2030-01-31,{sanction}")?;
    }
    read(list.as_bytes()).map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

fn agencies() -> anyhow::Result<Vec<Line>> {
    let index = Index::new(listed()?.into_iter().map(|agency| (0, agency)));
    let mut found = 0;
    let names = ["Karja Bahtera Cahaja 01234", "PT Melati", "+62 800 0004321", "R-09999", "Tidak Ada Begitu"];
    let mut n = 0;
    let seconds = per_call(|| {
        n += 1;
        let words = names.get(n % names.len()).copied().unwrap_or_default();
        found += black_box(index.search(words, START.day())).0.len();
    });
    anyhow::ensure!(found > 0, "nothing was found");
    Ok(vec![Row::at_most("look-up of an agency, of 10 000", seconds * 1e3, "CPU ms", 5.0).into()])
}

/// What is asked, in turn: found, sanctioned, not found.
fn words(n: usize) -> String {
    match n % 4 {
        0 => format!("R-{:05}", n % AGENCIES / 4 * 4),
        1 => format!("R-{:05}", n % AGENCIES / 4 * 4 + 1),
        2 => format!("X-{:05}", n % AGENCIES),
        _ => format!("Y-{:05}", n % AGENCIES),
    }
}

fn checks() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    let keep = KeepLicences { source: "Rekaan".to_owned(), date: "2026-11-01".to_owned(), agencies: listed()? };
    let before = cpu_seconds();
    runtime.block_on(does(&node.desk, &keep))?;
    let kept = cpu_seconds() - before;
    let lists =
        runtime.block_on(Register::default().lists(&node.desk)).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let work: BTreeSet<_> =
        (0..CHECKS).map(|n| format!("{:?}", lists.index.search(&words(n), START.day()).1)).collect();

    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
    let address = listener.local_addr()?;
    let settings = crate::node::settings(format!("{HOST}:{}", address.port()));
    let state = web::WebState::new(Arc::clone(&node.desk), settings, None).with_free_checks(u32::MAX);
    let guard = runtime.enter();
    let serving = tokio::spawn(web::serve(listener, web::router(state)));
    drop(guard);
    let mut link = BufReader::new(TcpStream::connect(address)?);
    let (mut lengths, mut spent, mut counts) = (BTreeSet::new(), [0.0; 4], [0_u32; 4]);
    for n in 0..CHECKS {
        let before = cpu_seconds();
        lengths.insert(check(&mut link, address.port(), &words(n))?);
        if let (Some(spent), Some(count)) = (spent.get_mut(n % 4), counts.get_mut(n % 4)) {
            (*spent, *count) = (*spent + cpu_seconds() - before, *count + 1);
        }
    }
    serving.abort();
    let [found, sanctioned, none, none_again] = spent;
    let each = |seconds: f64| seconds * 1e3 / f64::from(counts.first().copied().unwrap_or(1));
    let others = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) - 1.0;
    Ok(vec![
        Row::at_most("public check, 10 000 in turn: other lengths", others(lengths.len()), "lengths", 0.0).into(),
        Row::at_most("  other counts of work", others(work.len()), "counts", 0.0).into(),
        Row::told("  an answer, found", each(found), "CPU ms").into(),
        Row::told("  an answer, sanctioned", each(sanctioned), "CPU ms").into(),
        Row::told("  an answer, not found", each(f64::midpoint(none, none_again)), "CPU ms").into(),
        Row::told("10 000 agencies taken from a list", kept, "CPU seconds").into(),
    ])
}

/// Asks, and gives the length of the packed answer with its headers.
fn check(link: &mut BufReader<TcpStream>, port: u16, words: &str) -> anyhow::Result<usize> {
    let body = format!("cari={words}");
    write!(
        link.get_mut(),
        "POST /periksa/hasil HTTP/1.1\r\nhost: {HOST}:{port}\r\naccept-encoding: br\r\ncontent-type: \
         application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let (mut head, mut line, mut length) = (0, String::new(), 0);
    loop {
        line.clear();
        head += link.read_line(&mut line)?;
        if let Some(told) = line.strip_prefix("content-length: ") {
            length = told.trim().parse()?;
        }
        anyhow::ensure!(head > line.len() || line.contains(" 200 "), "no answer: {line}");
        if line.trim().is_empty() {
            break;
        }
    }
    let mut packed = vec![0; length];
    link.read_exact(&mut packed)?;
    Ok(head + length)
}
