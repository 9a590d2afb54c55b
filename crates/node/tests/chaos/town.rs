//! The processes: eight nodes as the demo founds them, each behind a link of its own, and a relay.

use crate::browser::Browser;
use base::Timestamp;
use serde_json::Value;
use slowlink::{Link, Quality, Steps};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

pub const BINARY: &str = env!("CARGO_BIN_EXE_simpul");
/// A link as good as none.
pub const GOOD: Quality = Quality { down: None, up: None, delay: Duration::ZERO };
/// Looks at something that must come, ten a second.
const LOOKS_MAX: u32 = 900;
/// Where the clocks are, by default.
const CLOCK: &str = "jam-peragaan";

/// A node.
pub struct House {
    pub name: String,
    /// What its partners call it.
    pub title: String,
    pub dir: PathBuf,
    pub link: Link,
    web: (String, u16),
    child: Option<Child>,
}

/// The nodes, their people and their clock.
pub struct Town {
    pub houses: BTreeMap<String, House>,
    pub folder: tempfile::TempDir,
    people: Vec<Value>,
    offset_millis: i64,
}

/// Asks again and again, at a measured pace, until it is there.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..LOOKS_MAX {
        pace.tick().await;
        if let Some(seen) = look().await {
            return seen;
        }
    }
    panic!("it never came: {what}");
}

/// The program with these words, in this folder; it dies with its test.
pub fn command(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.args(words).current_dir(folder).env("LANG", "en_GB.UTF-8").env_remove("SIMPUL_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

impl Town {
    /// Founds eight nodes with their accords, as `simpul demo` does, and stops them again. `quality` says how good the link of
    /// a node is.
    pub async fn found(quality: impl Fn(&str) -> Quality) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let words = ["demo", "--no-story", "--dir", "kota", "--addresses", "alamat.json"];
        let mut demo = command(&words, at).spawn().unwrap();
        until("the demo's addresses", async || at.join("alamat.json").exists().then_some(())).await;
        let id = rustix::process::Pid::from_raw(demo.id().unwrap().cast_signed()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        demo.wait().await.unwrap();
        let said: Value = serde_json::from_slice(&std::fs::read(at.join("alamat.json")).unwrap()).unwrap();
        let mut houses = BTreeMap::new();
        for node in said["nodes"].as_array().unwrap() {
            let name = node["name"].as_str().unwrap().to_owned();
            let house = House::at(&name, at.join("kota").join(&name), quality(&name)).await;
            houses.insert(name, house);
        }
        Self { houses, folder, people: said["people"].as_array().unwrap().clone(), offset_millis: 0 }
    }

    pub fn house(&self, name: &str) -> &House {
        &self.houses[name]
    }

    pub fn house_mut(&mut self, name: &str) -> &mut House {
        self.houses.get_mut(name).unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        self.houses.keys().cloned().collect()
    }

    /// Starts a node and waits until it is open.
    pub async fn start(&mut self, name: &str) {
        let town = self.folder.path().to_owned();
        self.house_mut(name).start(&town, Some(&town.join("kota/frasa"))).await;
    }

    /// Starts a node and leaves it locked.
    pub async fn start_locked(&mut self, name: &str) {
        let town = self.folder.path().to_owned();
        self.house_mut(name).start(&town, None).await;
    }

    /// What a power cut does.
    pub async fn kill(&mut self, name: &str) {
        let mut child = self.house_mut(name).child.take().unwrap();
        child.kill().await.unwrap();
    }

    /// The journal of every node, when all have been told to stop.
    pub async fn all_stop_and_their_journals_are_whole(&mut self) {
        for name in self.names() {
            self.stop(&name).await;
            let house = self.house(&name);
            let words = ["audit", "verify", house.dir.to_str().unwrap(), "--json"];
            let done = command(&words, self.folder.path()).stdout(Stdio::piped()).output().await.unwrap();
            let said: Value = serde_json::from_slice(&done.stdout).unwrap();
            assert_eq!((done.status.code(), &said["whole"]), (Some(0), &Value::from(true)), "{name}: {said}");
        }
    }

    pub async fn stop(&mut self, name: &str) {
        let Some(mut child) = self.house_mut(name).child.take() else { return };
        let id = rustix::process::Pid::from_raw(child.id().unwrap().cast_signed()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        child.wait().await.unwrap();
    }

    /// Moves a node into a folder with a clock of its own, so many hours ahead of the others.
    pub fn set_wrong(&mut self, name: &str, hours: i64) {
        let aside = self.folder.path().join("kota/meleset");
        std::fs::create_dir(&aside).unwrap();
        let to = aside.join(name);
        std::fs::rename(&self.house(name).dir, &to).unwrap();
        std::fs::write(aside.join(CLOCK), (hours * 3_600_000).to_string()).unwrap();
        self.house_mut(name).dir = to;
    }

    /// Time goes on at every node; each clock keeps its error.
    pub async fn later(&mut self, minutes: i64) {
        self.offset_millis += minutes * 60_000;
        let town = self.folder.path().join("kota");
        for folder in [town.clone(), town.join("meleset")].iter().filter(|folder| folder.exists()) {
            let file = folder.join(CLOCK);
            let before = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse::<i64>().ok());
            let after = before.unwrap_or(0) + minutes * 60_000;
            // Beside it and renamed: nobody reads half a number.
            std::fs::write(folder.join("jam.part"), after.to_string()).unwrap();
            std::fs::rename(folder.join("jam.part"), file).unwrap();
        }
        let name = self.names().into_iter().find(|name| self.house(name).child.is_some()).unwrap();
        let mut browser = self.browser(&name);
        let mut last = None;
        until("the later hour", async || {
            let now = health(&mut browser).await?.1;
            let before = *last.get_or_insert(now);
            // The offset is read anew within a tenth of a second.
            (now.millis() - before.millis() >= 200).then_some(())
        })
        .await;
    }

    pub fn browser(&self, name: &str) -> Browser {
        let (host, port) = &self.house(name).web;
        Browser::new(host, *port)
    }

    /// Logs an officer in through the page.
    pub async fn log_in(&self, node: &str, login: &str) -> Browser {
        let is_her = |person: &&Value| person["node"] == node && person["name"] == login;
        let person = self.people.iter().find(is_her).unwrap();
        let mut browser = self.browser(node);
        let (_, now) = health(&mut browser).await.unwrap();
        let page = browser.get("/masuk").await.unwrap();
        let mut form = Browser::form(&page, "/masuk").unwrap();
        form.set("nama", login);
        form.set("sandi", person["password"].as_str().unwrap());
        form.set("totp", &web::totp_code(person["totp"].as_str().unwrap(), now).unwrap());
        let answer = browser.post(&form).await.unwrap();
        assert!(!answer.path.starts_with("/masuk"), "{node}/{login}: {} {}", answer.status, answer.text());
        browser
    }

    /// All that a node wrote to its log, over its lives.
    pub fn log(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(format!("{name}.log"))).unwrap()
    }
}

impl House {
    /// A node that was founded in a folder, and the link where its partners look for it.
    pub async fn at(name: &str, dir: PathBuf, quality: Quality) -> Self {
        let config: toml::Table = std::fs::read_to_string(dir.join("simpul.toml")).unwrap().parse().unwrap();
        let port = |part: &str| config[part]["port"].as_integer().unwrap();
        let seen_as = config["carrier_seen_as"].as_str().unwrap();
        let to = format!("127.0.0.1:{}", port("carrier"));
        let none: Steps = Box::new(std::iter::empty());
        let link = slowlink::open(seen_as, &to, quality, none).await.unwrap();
        link.listen_in();
        let web = (config["web"]["host"].as_str().unwrap().to_owned(), u16::try_from(port("web")).unwrap());
        let title = config["title"].as_str().unwrap().to_owned();
        Self { name: name.to_owned(), title, dir, link, web, child: None }
    }

    /// Writes down a relay that keeps its mail.
    pub fn keeps_mail_at(&self, relay: &str) {
        let file = self.dir.join("simpul.toml");
        let toml = std::fs::read_to_string(&file).unwrap();
        let with = toml.replace("relays = []", &format!("relays = [\"{relay}\"]"));
        assert_ne!(with, toml);
        std::fs::write(file, with).unwrap();
    }

    /// Starts it and waits until it is open, or, without a passphrase, until it answers.
    pub async fn start(&mut self, logs: &Path, passphrase: Option<&Path>) {
        let log = logs.join(format!("{}.log", self.name));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        let mut words = vec!["serve", self.dir.to_str().unwrap()];
        words.extend(passphrase.iter().flat_map(|file| ["--passphrase-file", file.to_str().unwrap()]));
        self.child = Some(command(&words, logs).stderr(log).spawn().unwrap());
        let mut browser = Browser::new(&self.web.0, self.web.1);
        let child = self.child.as_mut().unwrap();
        until("a node that is open", async || {
            assert!(child.try_wait().unwrap().is_none(), "{} ended", self.name);
            health(&mut browser).await.filter(|(locked, _)| *locked == passphrase.is_none()).map(drop)
        })
        .await;
    }
}

/// Whether it is locked, and what time it is there.
async fn health(browser: &mut Browser) -> Option<(bool, Timestamp)> {
    let answer = browser.get("/sehat").await.ok().filter(|answer| answer.status.is_success())?;
    let said: Value = serde_json::from_slice(&answer.body).ok()?;
    Some((said["locked"].as_bool()?, Timestamp::parse(said["now"].as_str()?)?))
}
