//! The public window under many: what a page costs (2 000 views a second on two cores are 1 ms of CPU for each, over sockets,
//! packed), and what a report costs that is sealed on arrival and on disk when it is answered (200 a second: 10 ms).

use crate::meter::cpu_seconds;
use crate::node::{Node, runtime};
use crate::row::{Line, Row};
use base::Chance;
use desk::cases::reports::ReportJson;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use store_sqlite::Durability;
use tokio::net::TcpListener;

/// Pages that people come for, in turn.
const PAGES: [&str; 8] =
    ["/", "/hak", "/hak/surat", "/bantuan/21.71", "/periksa", "/lapor", "/data", "/en/bantuan/52.03"];
const VIEWS: u32 = 4_000;
/// Reports, so many at a time.
const REPORTS: u32 = 2_000;
const AT_A_TIME: u32 = 50;
const HOST: &str = "publik.localhost";

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let mut rows = views()?;
    rows.extend(reports()?);
    Ok(rows)
}

fn views() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    node.desk.store.vault().lock();
    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
    let address = listener.local_addr()?;
    let settings = web::Settings { window: true, ..crate::node::settings(format!("{HOST}:{}", address.port())) };
    let state = web::WebState::new(Arc::clone(&node.desk), settings, None);
    let guard = runtime.enter();
    let serving = tokio::spawn(web::serve(listener, web::public_router(state)));
    drop(guard);
    let mut link = BufReader::new(TcpStream::connect(address)?);
    let mut bytes = 0;
    let before = cpu_seconds();
    for path in PAGES.iter().cycle().take(VIEWS as usize) {
        bytes += view(&mut link, address.port(), path)?;
    }
    let each = (cpu_seconds() - before) / f64::from(VIEWS);
    serving.abort();
    let bytes = f64::from(u32::try_from(bytes)?) / f64::from(VIEWS);
    Ok(vec![
        Row::micros("a view of the public window, packed, with its reader", each, 1_000.0).into(),
        Row::told("  bytes of a page", bytes, "bytes").into(),
    ])
}

/// Asks, and gives the length of the packed page.
fn view(link: &mut BufReader<TcpStream>, port: u16, path: &str) -> anyhow::Result<usize> {
    // In one piece: one that waits for the answer to another would wait for the network's own timers.
    let asked = format!("GET {path} HTTP/1.1\r\nhost: {HOST}:{port}\r\naccept-encoding: br\r\n\r\n");
    link.get_mut().write_all(asked.as_bytes())?;
    let (mut line, mut length) = (String::new(), 0);
    link.read_line(&mut line)?;
    anyhow::ensure!(line.contains(" 200 "), "{path}: {line}");
    while line.trim() != "" {
        line.clear();
        link.read_line(&mut line)?;
        if let Some(told) = line.strip_prefix("content-length: ") {
            length = told.trim().parse()?;
        }
    }
    let mut packed = vec![0; length];
    link.read_exact(&mut packed)?;
    Ok(length)
}

fn reports() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let node = Node::sqlite(Durability::Full).await?;
        let mut tx = node.begin().await?;
        node.desk.make_intake_key(&mut tx).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        tx.commit().await?;
        node.desk.store.vault().lock();
        #[expect(clippy::disallowed_methods, reason = "how long the disk takes is told, and judged by nobody")]
        let begun = std::time::Instant::now();
        let before = cpu_seconds();
        for _ in 0..REPORTS / AT_A_TIME {
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..AT_A_TIME {
                let desk = Arc::clone(&node.desk);
                all.spawn(async move {
                    let chance: &dyn Chance = &*desk.chance;
                    let kunci: [u8; 16] = chance.bytes();
                    desk.report_in_clear(&kunci, report()).await.map(drop).map_err(|error| format!("{error:?}"))
                });
            }
            while let Some(done) = all.join_next().await {
                done?.map_err(anyhow::Error::msg)?;
            }
        }
        let (spent, wall) = (cpu_seconds() - before, begun.elapsed().as_secs_f64());
        Ok(vec![
            Row::micros("a report sealed on arrival and kept", spent / f64::from(REPORTS), 10_000.0).into(),
            Row::told("  50 at a time, on this disk", f64::from(REPORTS) / wall, "a second").into(),
        ])
    })
}

/// A made-up report.
fn report() -> ReportJson {
    ReportJson {
        report: 1,
        pack: String::new(),
        stage: None,
        answers: None,
        place: Some("21.71".to_owned()),
        consent: BTreeMap::new(),
        text: "Rekaan: sebuah rumah di ujung gang, jendelanya ditutup papan. ".repeat(12),
        contact: BTreeMap::new(),
        files: Vec::new(),
        opinion: None,
        danger: false,
    }
}
