//! 20,000 services: a search by place and kind, and the whole of it out as HSDS and back.

use crate::meter::{cpu_seconds, per_call};
use crate::node::{Node, START, runtime};
use crate::row::{Line, Row};
use base::places::REGENCIES;
use desk::directory::{KeepServices, Wanted, search};
use desk::{Actor, Asking};
use pocketbook::ServiceKind;
use pocketbook::services::{Listed, Where, csv, hsds};
use std::hint::black_box;
use store_sqlite::Durability;

/// Services of a country: forty in each regency.
const SERVICES: usize = 20_000;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let today = START.day();
    let services = services(today)?;
    let before = cpu_seconds();
    let json = hsds::write(services.iter());
    let out = cpu_seconds() - before;
    anyhow::ensure!(hsds::read(json.as_bytes(), today).ok().as_ref() == Some(&services), "HSDS lost something");
    let text = csv::write(&services);
    anyhow::ensure!(csv::read(text.as_bytes(), today).ok().as_ref() == Some(&services), "CSV lost something");

    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    let asking = Asking::once(&*node.desk.chance, START);
    let before = cpu_seconds();
    runtime.block_on(node.desk.run(&Actor::Node, asking, &KeepServices(services)))?;
    let kept = cpu_seconds() - before;
    let mut found = 0;
    let mut place = 0;
    let seconds = per_call(|| {
        place = (place + 37) % REGENCIES.len();
        let at = REGENCIES.get(place).and_then(|regency| Where::parse(&regency.code));
        let wanted = at.map(|at| Wanted { at, kind: Some(ServiceKind::Health), public: true });
        let all = runtime.block_on(async {
            let mut view = node.desk.read().await.ok()?;
            search(&mut view, &wanted?).await.ok()
        });
        found += black_box(all).map_or(0, |all| all.len());
    });
    anyhow::ensure!(found > 0, "nothing was found");
    Ok(vec![
        Row::at_most("services near a place, of 20 000", seconds * 1e3, "CPU ms", 20.0).into(),
        Row::at_most("20 000 services as HSDS 3", out, "CPU seconds", 1.0).into(),
        Row::told("20 000 services taken from a file", kept, "CPU seconds").into(),
    ])
}

fn services(today: i64) -> anyhow::Result<Vec<Listed>> {
    let record = |n: usize| {
        let place = REGENCIES.get(n % REGENCIES.len()).map(|regency| regency.code.clone()).unwrap_or_default();
        let kind = ServiceKind::ALL.get(n / REGENCIES.len() % ServiceKind::ALL.len()).map_or("", |kind| kind.word());
        let address = if kind == "shelter" { String::new() } else { format!("Jalan Rekaan {n}") };
        [
            format!("layanan-{n}"),
            place,
            kind.to_owned(),
            format!("Lembaga Rekaan {}", n % 1_000),
            format!("Layanan {n}"),
            format!("Service {n}"),
            "Pemeriksaan, perawatan, dan pendampingan.".to_owned(),
            "Examination, treatment and company.".to_owned(),
            "Siapa saja.".to_owned(),
            "Anyone.".to_owned(),
            "id; jv".to_owned(),
            "MO-FR 08:00-16:00; SA 08:00-12:00".to_owned(),
            "+62 800 0000 001; +62 800 0000 002".to_owned(),
            "+62 800 0000 003".to_owned(),
            address,
            if n.is_multiple_of(4) { "partners" } else { "public" }.to_owned(),
            "2026-11-01".to_owned(),
            "Rekaan".to_owned(),
            "Made up".to_owned(),
        ]
    };
    let read = |n| Listed::from_record(&record(n), today).map_err(|faults| anyhow::anyhow!("{faults:?}"));
    (0..SERVICES).map(read).collect()
}
