//! Fifty officers at a node of 100 000 cases, each asking for the next page as soon as one came: over sockets, by the real
//! pages. Their time on the wall depends on the machine and is told beside what is wanted; what a page costs is asserted:
//! 50 users share two cores, so 30 ms are 1.2 ms of CPU for a page.

use crate::lists;
use crate::meter::cpu_seconds;
use crate::node::{Node, START, runtime};
use crate::postgres;
use crate::row::{Line, Row};
use crate::story;
use base::{CaseId, OfficerId, Redacted};
use casework::Role;
use desk::cases::record::Assign;
use desk::staff::Officer;
use desk::staff::officer::AddOfficer;
use desk::staff::sessions::StartSession;
use desk::{Actor, Asking, Staff};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store_sqlite::Durability;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// Officers who ask at the same moment.
const USERS: u8 = 50;
/// Pages that each asks for, of each kind.
const PAGES: usize = 12;
/// Cases whose pages are asked for.
const LOOKED_AT: u32 = 500;
/// CPU of one page, in microseconds.
const CPU_BUDGET: f64 = 1_200.0;
const HOST: &str = "batam.localhost";

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    let sqlite = measure(&runtime, &node)?;
    let mut rows: Vec<Line> = Vec::new();
    for (kind, told) in KINDS.iter().zip(&sqlite) {
        rows.push(Row::micros(kind.name, told.cpu, CPU_BUDGET).into());
        rows.push(Row::wanted("  50 users at once, p95 on the wall", told.p95, "ms", 30.0).into());
    }
    drop(node);
    rows.extend(over_postgres(&runtime, &sqlite)?);
    Ok(rows)
}

/// The same over PostgreSQL: no more than twice as long.
fn over_postgres(runtime: &Runtime, sqlite: &[Told]) -> anyhow::Result<Vec<Line>> {
    let Some((node, _server)) = postgres::node(runtime)? else {
        return Ok(vec![Line::Skipped("the same pages over PostgreSQL", postgres::MISSING.to_owned())]);
    };
    let there = measure(runtime, &node)?;
    let mut rows = Vec::new();
    for ((kind, told), here) in KINDS.iter().zip(&there).zip(sqlite) {
        rows.push(Row::wanted(kind.over_postgres, told.p95, "ms", 2.0 * here.p95).into());
    }
    Ok(rows)
}

/// What one kind of page took.
struct Told {
    /// CPU seconds of a page.
    cpu: f64,
    /// Milliseconds on the wall that 95 of 100 pages do not pass.
    p95: f64,
}

/// A page and what its rows are called.
struct Kind {
    name: &'static str,
    over_postgres: &'static str,
    path: fn(&CaseId) -> String,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "page: list of cases, among 100 000",
        over_postgres: "list of cases over PostgreSQL, 50 users, p95",
        path: |_| "/kasus".to_owned(),
    },
    Kind {
        name: "page: my day, among 100 000 cases",
        over_postgres: "my day over PostgreSQL, 50 users, p95",
        path: |_| "/hari-ini".to_owned(),
    },
    Kind {
        name: "page: one case of 100 000",
        over_postgres: "one case over PostgreSQL, 50 users, p95",
        path: |case| format!("/kasus/{case}"),
    },
];

fn measure(runtime: &Runtime, node: &Node) -> anyhow::Result<Vec<Told>> {
    let officers = runtime.block_on(officers(node))?;
    let cases = Arc::new(runtime.block_on(fill(node, &officers))?);
    let address = runtime.block_on(serve(node))?;
    KINDS.iter().map(|kind| asked(runtime, address, kind, &cases)).collect()
}

/// All users ask for pages of one kind.
fn asked(
    runtime: &Runtime,
    address: SocketAddr,
    kind: &'static Kind,
    cases: &Arc<Vec<CaseId>>,
) -> anyhow::Result<Told> {
    // Once for nothing: keys are opened, caches are warm, as at any hour but the first.
    let mut told = Told { cpu: 0.0, p95: 0.0 };
    for _ in 0..2 {
        let before = cpu_seconds();
        let mut took = runtime.block_on(async {
            let mut users = tokio::task::JoinSet::new();
            for user in 0..USERS {
                users.spawn(user_asks(address, user, kind, Arc::clone(cases)));
            }
            let mut took = Vec::new();
            while let Some(one) = users.join_next().await {
                took.extend(one??);
            }
            anyhow::Ok(took)
        })?;
        took.sort_unstable();
        let at = took.len() * 95 / 100;
        let p95 = took.get(at).copied().unwrap_or_default();
        let pages = f64::from(u32::try_from(took.len())?);
        told = Told { cpu: (cpu_seconds() - before) / pages, p95: p95.as_secs_f64() * 1e3 };
    }
    Ok(told)
}

async fn user_asks(
    address: SocketAddr,
    user: u8,
    kind: &Kind,
    cases: Arc<Vec<CaseId>>,
) -> anyhow::Result<Vec<Duration>> {
    let mut socket = TcpStream::connect(address).await?;
    let mut took = Vec::new();
    let far = cases.iter().cycle().skip(usize::from(user) * 19);
    for case in far.step_by(7).take(PAGES) {
        let asked = format!(
            "GET {} HTTP/1.1\r\nHost: {HOST}\r\nCookie: simpul={}\r\nAccept-Encoding: br\r\n\r\n",
            (kind.path)(case),
            base::hex(&token(user))
        );
        let began = tokio::time::Instant::now();
        socket.write_all(asked.as_bytes()).await?;
        answered(&mut socket).await?;
        took.push(began.elapsed());
    }
    Ok(took)
}

/// Reads one answer whole; anything but a page is an error.
async fn answered(socket: &mut TcpStream) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    let head = loop {
        anyhow::ensure!(socket.read_buf(&mut bytes).await? > 0, "the node closed the connection");
        if let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = String::from_utf8_lossy(bytes.get(..head).unwrap_or_default()).to_lowercase();
    anyhow::ensure!(text.starts_with("http/1.1 200"), "not a page: {}", text.lines().next().unwrap_or_default());
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let length = length.ok_or_else(|| anyhow::anyhow!("a page without its length"))?;
    while bytes.len() < head + length {
        anyhow::ensure!(socket.read_buf(&mut bytes).await? > 0, "a page broke off");
    }
    Ok(())
}

async fn serve(node: &Node) -> anyhow::Result<SocketAddr> {
    let settings = crate::node::settings(HOST.to_owned());
    let state = web::WebState::new(Arc::clone(&node.desk), settings, None);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(web::serve(listener, web::router(state)));
    Ok(address)
}

const fn token(user: u8) -> [u8; 32] {
    [user.wrapping_add(1); 32]
}

/// Officers who are signed in: each manages cases, every tenth coordinates.
async fn officers(node: &Node) -> anyhow::Result<Vec<OfficerId>> {
    let mut ids = Vec::new();
    for user in 0..USERS {
        let roles = if user % 10 == 9 {
            [Role::TaskforceCoordinator].into()
        } else {
            [Role::CaseManager, Role::ReferralDesk].into()
        };
        let officer = Officer {
            login: format!("petugas{user}"),
            name: Redacted::new(format!("Petugas {user}")),
            roles,
            password: Redacted::new(String::new()),
            totp: Redacted::new(String::new()),
            passkeys: BTreeMap::new(),
            paper: Vec::new(),
            since: START,
            left: None,
        };
        let id = node.does(&AddOfficer(officer.clone())).await?;
        let by = Actor::Officer(Staff { id, name: officer.name, roles: officer.roles, step_up_at: Some(START) });
        let session = StartSession { token_hash: seal::hash::sha256(&[&token(user)]), officer: id, own_device: false };
        node.desk.run(&by, Asking::once(&*node.desk.chance, START), &session).await?;
        ids.push(id);
    }
    Ok(ids)
}

/// A hundred thousand cases in the lists, and on top of them real ones, held by the same officers, whose pages are opened.
async fn fill(node: &Node, officers: &[OfficerId]) -> anyhow::Result<Vec<CaseId>> {
    lists::held_by(node, officers).await?;
    let mut cases = Vec::new();
    for number in 0..LOOKED_AT {
        let case = story::opens(&node.desk, number, "lbh").await?;
        let manager = officers.get(usize::try_from(number)? % officers.len()).copied().unwrap_or_default();
        story::change(&node.desk, case, Assign { manager, companion: None }).await?;
        cases.push(case);
    }
    Ok(cases)
}
