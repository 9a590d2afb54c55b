//! The town of the demo: founding the nodes, their accords, their processes, the clock, the log-ins.

use super::browser::{Answer, Browser};
use super::cast::{PARTS, Part, staff};
use super::link::Link;
use crate::output::{talk, write_file};
use crate::platform::{SystemChance, SystemClock};
use crate::runtime::control::{Ask, ask};
use crate::runtime::found::{self, FirstOfficer, Plan};
use crate::runtime::joining::Joining;
use crate::runtime::lock::{Given, master};
use crate::runtime::{Config, Node, packs};
use accord::{PartyRole, TemplateFill, TemplateParty, Word};
use base::{Clock, NodeId, Place, Problem, Timestamp};
use seal::{AccordFile, PublisherKey};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// The passphrase of every demo node. They hold nothing real.
const PASSPHRASE: &str = "hanya untuk peragaan";
/// How long a node may take to answer after its start.
const START_SECONDS: u64 = 60;
/// How long something may take to arrive over a link that is up.
const ARRIVE_SECONDS: u64 = 60;

/// A node of the demo.
pub struct House {
    /// Who it is.
    pub part: Part,
    /// Its folder.
    pub dir: PathBuf,
    /// Its configuration.
    pub config: Config,
    /// Its id.
    pub id: NodeId,
    /// Its first officers.
    pub officers: Vec<FirstOfficer>,
    /// The link to its carrier.
    pub link: Link,
    /// Its two ports, held until it starts: nobody else, the links among them, is given one of them meanwhile.
    held: Vec<TcpListener>,
    child: Option<Child>,
}

/// All of them, and the clock.
pub struct Town {
    /// The nodes, as in [`PARTS`].
    pub houses: Vec<House>,
    dir: PathBuf,
    offset_millis: i64,
}

fn failed(what: impl std::fmt::Display) -> Problem {
    Problem::at("demo.failed", what.to_string())
}

impl Town {
    /// Founds eight nodes with their own keys and databases, and joins them by signed files.
    pub async fn build(dir: &Path) -> Result<Self, Problem> {
        std::fs::create_dir_all(dir).map_err(|_| failed(dir.display()))?;
        write_file(&dir.join("frasa"), PASSPHRASE.as_bytes())?;
        let publisher = PublisherKey::generate(&SystemChance);
        let mut houses = Vec::new();
        for part in PARTS {
            talk(&format!("membuat simpul {} / making node {}", part.name, part.name));
            houses.push(found_house(dir, part, &publisher).await?);
        }
        let town = Self { houses, dir: dir.to_path_buf(), offset_millis: 0 };
        town.join_all().await?;
        for house in &town.houses {
            let node = opened(&house.dir).await?;
            super::registers::fill(&node).await?;
            if house.part.name == "batam" {
                super::directory::fill(&node).await?;
            }
        }
        Ok(town)
    }

    /// A node by its name.
    pub fn house(&self, name: &str) -> Result<&House, Problem> {
        self.houses.iter().find(|house| house.part.name == name).ok_or_else(|| failed(name))
    }

    fn house_mut(&mut self, name: &str) -> Result<&mut House, Problem> {
        self.houses.iter_mut().find(|house| house.part.name == name).ok_or_else(|| failed(name))
    }

    /// Accords: all task forces with one another, and Batam with each legal-aid institution. One file each, signed by as
    /// many officers as the party's rule says; taking it in is the joining.
    async fn join_all(&self) -> Result<(), Problem> {
        let task_forces: Vec<&House> = self.houses.iter().filter(|house| house.part.role == "task_force").collect();
        self.sign("gugus-tugas-kerja-sama", "task-forces", &task_forces).await?;
        let batam = self.house("batam")?;
        for lbh in self.houses.iter().filter(|house| house.part.role == "legal_aid") {
            self.sign(&format!("batam-bantuan-hukum-{}", lbh.part.name), "legal-aid", &[batam, lbh]).await?;
        }
        Ok(())
    }

    async fn sign(&self, id: &str, template: &str, parties: &[&House]) -> Result<(), Problem> {
        let fill = TemplateFill {
            id: id.to_owned(),
            effective: "2026-01-01".to_owned(),
            expires: "2036-12-31".to_owned(),
            place: Place::parse("21.71").map_err(failed)?,
            parties: parties.iter().map(|house| party(house)).collect(),
        };
        let document = accord::template(template, &fill).ok_or_else(|| failed(template))?.into_bytes();
        let mut whole: Option<AccordFile> = None;
        for house in parties {
            let node = opened(&house.dir).await?;
            let signatures = if house.part.role == "task_force" { 2 } else { 1 };
            let part = node.sign_accord(&document, signatures).await?;
            match &mut whole {
                None => whole = Some(part),
                Some(whole) => {
                    whole.signatures.extend(part.signatures);
                    whole.entries.extend(part.entries);
                    whole.signers.extend(part.signers);
                }
            }
        }
        let file = whole.ok_or_else(|| failed(id))?.encode();
        write_file(&self.dir.join(format!("{id}.spa")), &file)?;
        for house in parties {
            opened(&house.dir).await?.join(&Joining::read(&file)?, &desk::Actor::Node).await?;
        }
        Ok(())
    }

    /// Starts every node as a process of its own and waits until it answers.
    pub async fn start_all(&mut self) -> Result<(), Problem> {
        for part in PARTS {
            self.start(part.name).await?;
        }
        Ok(())
    }

    /// Starts one node.
    pub async fn start(&mut self, name: &str) -> Result<(), Problem> {
        let phrase = self.dir.join("frasa");
        let log = std::fs::File::create(self.dir.join(format!("{name}.log"))).map_err(failed)?;
        let house = self.house_mut(name)?;
        house.held.clear();
        let program = std::env::current_exe().map_err(failed)?;
        let child = Command::new(program)
            .arg("serve")
            .arg(&house.dir)
            .arg("--passphrase-file")
            .arg(phrase)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        house.child = Some(child);
        self.answers(name).await
    }

    async fn answers(&mut self, name: &str) -> Result<(), Problem> {
        let mut browser = self.browser(name)?;
        for _ in 0..START_SECONDS * 10 {
            if browser.get("/sehat").await.is_ok_and(|answer| answer.status.is_success()) {
                return Ok(());
            }
            if self.ended(name)? {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Problem::at("demo.unreachable", format!("{name} ({})", self.last_words(name))))
    }

    /// Whether the process of a node is over.
    fn ended(&mut self, name: &str) -> Result<bool, Problem> {
        let child = self.house_mut(name)?.child.as_mut();
        Ok(child.is_none_or(|child| !matches!(child.try_wait(), Ok(None))))
    }

    /// What a node wrote last before it fell silent.
    fn last_words(&self, name: &str) -> String {
        let log = std::fs::read_to_string(self.dir.join(format!("{name}.log"))).unwrap_or_default();
        log.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
    }

    /// Stops one node, as a power cut does.
    pub async fn kill(&mut self, name: &str) -> Result<(), Problem> {
        if let Some(mut child) = self.house_mut(name)?.child.take() {
            child.kill().await.map_err(failed)?;
        }
        Ok(())
    }

    /// Stops all, in order.
    pub async fn stop_all(&mut self) {
        for house in &mut self.houses {
            let _ = ask(&house.dir, &Ask::Stop).await;
            if let Some(mut child) = house.child.take() {
                let ended = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
                if ended.is_err() {
                    let _ = child.kill().await;
                }
            }
        }
    }

    /// Moves the demo clock of all nodes forward.
    pub async fn advance_hours(&mut self, hours: i64) -> Result<(), Problem> {
        self.offset_millis += hours * 3_600_000;
        write_file(&self.dir.join("jam-peragaan"), self.offset_millis.to_string().as_bytes())?;
        // Every node reads the offset anew within a tenth of a second.
        tokio::time::sleep(Duration::from_millis(400)).await;
        Ok(())
    }

    /// The demo's present.
    pub fn now(&self) -> Timestamp {
        SystemClock.now().plus_millis(self.offset_millis)
    }

    /// A browser at a node, not logged in.
    pub fn browser(&self, name: &str) -> Result<Browser, Problem> {
        let config = &self.house(name)?.config;
        Ok(Browser::new(&config.web.host, config.web.port))
    }

    /// Logs an officer in through the page.
    pub async fn log_in(&self, node: &str, login: &str) -> Result<Browser, Problem> {
        let officer =
            self.house(node)?.officers.iter().find(|officer| officer.login == login).ok_or_else(|| failed(login))?;
        let mut browser = self.browser(node)?;
        let page = browser.get("/masuk").await?;
        let mut form = Browser::form(&page, "/masuk")?;
        form.set("nama", login);
        form.set("sandi", officer.password.expose());
        form.set("totp", &totp(officer.totp.expose(), self.now()));
        let answer = browser.post(&form).await?;
        if answer.path.starts_with("/masuk") {
            return Err(failed(format!("{node}/{login}: {}", answer.status)));
        }
        Ok(browser)
    }

    /// Gets a page again and again until its words fulfil a condition.
    pub async fn until(
        &self,
        browser: &mut Browser,
        path: &str,
        holds: impl Fn(&str) -> bool,
    ) -> Result<(bool, Answer), Problem> {
        self.until_page(browser, path, |answer| holds(&answer.text())).await
    }

    /// Gets a page again and again until it fulfils a condition.
    pub async fn until_page(
        &self,
        browser: &mut Browser,
        path: &str,
        holds: impl Fn(&Answer) -> bool,
    ) -> Result<(bool, Answer), Problem> {
        let mut answer = browser.get(path).await?;
        for _ in 0..ARRIVE_SECONDS * 2 {
            if holds(&answer) {
                return Ok((true, answer));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            answer = browser.get(path).await?;
        }
        Ok((false, answer))
    }

    /// Addresses and log-ins, for people and for browser tests.
    pub fn addresses(&self) -> serde_json::Value {
        let nodes: Vec<_> =
            self.houses.iter().map(|h| serde_json::json!({"name": h.part.name, "url": h.config.url()})).collect();
        let people: Vec<_> = self
            .houses
            .iter()
            .flat_map(|house| {
                house
                    .officers
                    .iter()
                    .flat_map(move |officer| officer.roles.iter().map(move |role| (house, officer, role)))
            })
            .map(|(house, officer, role)| {
                serde_json::json!({"node": house.part.name, "role": role.word(), "name": officer.login,
                    "password": officer.password.expose(), "totp": officer.totp.expose()})
            })
            .collect();
        serde_json::json!({"clock_offset_ms": self.offset_millis, "nodes": nodes, "people": people})
    }
}

fn party(house: &House) -> TemplateParty {
    TemplateParty {
        node: house.part.name.to_owned(),
        id: Some(house.id),
        name: house.part.title.to_owned(),
        role: PartyRole::parse(house.part.role).unwrap_or(PartyRole::TaskForce),
        signatures: if house.part.role == "task_force" { 2 } else { 1 },
    }
}

async fn found_house(town: &Path, part: Part, publisher: &PublisherKey) -> Result<House, Problem> {
    let dir = town.join(part.name);
    let (pages, posts) = (free_port().await?, free_port().await?);
    let port = |held: &TcpListener| held.local_addr().map(|address| address.port()).map_err(failed);
    let (web, carrier) = (port(&pages)?, port(&posts)?);
    let link = Link::open(carrier).await.map_err(failed)?;
    let place = Place::parse(part.place).map_err(failed)?;
    let mut config = found::config(part.name, part.title, place, part.role, (web, carrier));
    config.demo = true;
    config.publishers = vec![base::hex(&publisher.public().bytes())];
    "+62 800 0000 000".clone_into(&mut config.duty_phone);
    config.carrier_seen_as = Some(format!("127.0.0.1:{}", link.port));
    let plan = Plan { dir: &dir, config: config.clone(), passphrase: PASSPHRASE, officers: staff(&part) };
    let founded = found::found(plan).await?;
    packs::put(&dir, "peragaan", &super::directory::pack(publisher)?)?;
    Ok(House {
        part,
        dir,
        config,
        id: founded.node,
        officers: founded.officers,
        link,
        held: vec![pages, posts],
        child: None,
    })
}

async fn free_port() -> Result<TcpListener, Problem> {
    TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)
}

async fn opened(dir: &Path) -> Result<Node, Problem> {
    let node = Node::open(dir).await?;
    node.open_with(master(&node.lock().await?, &[Given::new("", PASSPHRASE.to_owned())])?).await?;
    Ok(node)
}

/// The six digits an authenticator app would show (RFC 6238, SHA-1, 30 s).
fn totp(secret: &str, now: Timestamp) -> String {
    web::totp_code(secret, now).unwrap_or_default()
}
