use super::config::{CallbackConfig, GammuConfig, HttpConfig};
use super::*;
use crate::runtime::found::{Plan, config as plan_of, found};
use crate::runtime::running::web_state;
use base::{Lang, ManualClock, OfficerId, Place, Redacted, Timestamp};
use casework::Role;
use desk::act::Asking;
use desk::cases::reports::{ReplyReport, reports};
use desk::{Actor, Staff};
use std::collections::BTreeMap;
use std::path::PathBuf;
use store::Page;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const HER: &str = "+628000000001";
const PASSPHRASE: &str = "empat kata untuk uji";
/// A Monday morning in Batam.
const START: Timestamp = Timestamp::from_seconds(1_795_402_800);

/// A node on disk, and what of it runs; started anew it knows what is on disk.
struct House {
    dir: PathBuf,
    config: SmsConfig,
    clock: Arc<ManualClock>,
    running: Arc<Running>,
    web: WebState,
    gateway: Gateway,
}

impl House {
    async fn found(folder: &Path, config: SmsConfig) -> Self {
        let dir = folder.join("n");
        let mut plan = plan_of("batam", "Batam", Place::parse("21.71").unwrap(), "task_force", (1, 2));
        plan.demo = true;
        plan.sms = Some(config.clone());
        let officers = Vec::new();
        found(Plan { dir: &dir, config: plan, passphrase: PASSPHRASE, officers }).await.unwrap();
        let clock = Arc::new(ManualClock::at(START.plus_hours(24 * 365)));
        Self::start(dir, config, clock).await
    }

    async fn start(dir: PathBuf, config: SmsConfig, clock: Arc<ManualClock>) -> Self {
        let mut node = Node::open(&dir).await.unwrap();
        Arc::get_mut(&mut node.desk).unwrap().clock = Arc::clone(&clock) as Arc<dyn base::Clock>;
        let running = Running::new(node).await.unwrap();
        let web = switch_on(web_state(&running), &running.node).unwrap();
        let gateway = Gateway::new(&dir, &config).unwrap();
        Self { dir, config, clock, running, web, gateway }
    }

    /// What a power cut leaves.
    async fn again(self) -> Self {
        let Self { dir, config, clock, running, web, gateway } = self;
        drop((web, running, gateway));
        Self::start(dir, config, clock).await
    }

    async fn rounds(&mut self, count: usize) -> Result<(), Problem> {
        let mut done = Ok(());
        for _ in 0..count {
            done = self.gateway.round(&self.web, self.web.sms().unwrap()).await;
        }
        done
    }

    /// She writes, at whatever gateway this is.
    async fn says(&mut self, folders: &Folders, minute: &str, text: &str) -> String {
        folders.brings(minute, text);
        self.rounds(2).await.unwrap();
        assert_eq!(list(&folders.inbox), [""; 0], "what was taken is deleted");
        let sent = folders.sends();
        self.rounds(1).await.unwrap();
        sent
    }

    /// The node is opened, an officer answers every report, and it is locked again.
    async fn answers(&self, words: &str) -> usize {
        let desk = &self.running.node.desk;
        let given = crate::runtime::lock::Given::new("", PASSPHRASE.to_owned());
        self.running.unlock(given).await.unwrap();
        self.clock.advance_millis(1_000);
        let step_up_at = Some(desk.now());
        let roles = [Role::IntakeOfficer].into();
        let dewi = Staff { id: OfficerId::from_bytes([4; 16]), name: Redacted::default(), roles, step_up_at };
        let all = reports(&mut desk.read().await.unwrap(), true, &Page::first(9)).await.unwrap();
        for report in &all {
            let act = ReplyReport { report: report.card.id, text: Redacted::new(words.to_owned()) };
            desk.run(&Actor::Officer(dewi.clone()), Asking::once(&*desk.chance, desk.now()), &act).await.unwrap();
        }
        self.running.lock().await;
        all.len()
    }
}

/// The folders of a made-up Gammu.
struct Folders {
    inbox: PathBuf,
    outbox: PathBuf,
    sent: PathBuf,
}

impl Folders {
    fn new(at: &Path) -> (Self, SmsConfig) {
        let [inbox, outbox, sent, error] = ["inbox", "outbox", "sent", "error"].map(|name| at.join(name));
        for folder in [&inbox, &outbox, &sent, &error] {
            std::fs::create_dir(folder).unwrap();
        }
        let gammu = GammuConfig { inbox: inbox.clone(), outbox: outbox.clone(), sent: sent.clone(), error };
        (Self { inbox, outbox, sent }, SmsConfig { lang: Lang::Id, gammu: Some(gammu), http: None })
    }

    /// As Gammu writes it with `InboxFormat = unicode`.
    fn brings(&self, minute: &str, text: &str) {
        self.brings_part(minute, "00", text);
    }

    fn brings_part(&self, minute: &str, part: &str, text: &str) {
        let bytes: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        std::fs::write(self.inbox.join(format!("IN20271130_07{minute}00_00_{HER}_{part}.txt")), bytes).unwrap();
    }

    /// Gammu sends what it has and moves it away. Gives the text, if there was one.
    fn sends(&self) -> String {
        let mut texts = Vec::new();
        for name in list(&self.outbox) {
            assert!(!name.contains("8000000001"), "{name}");
            let file = std::fs::read_to_string(self.outbox.join(&name)).unwrap();
            assert_eq!(field(&file, "NumberUnicode"), HER);
            texts.push(field(&file, "Text0"));
            std::fs::rename(self.outbox.join(&name), self.sent.join(&name)).unwrap();
        }
        assert!(texts.len() < 2, "{texts:?}");
        texts.pop().unwrap_or_default()
    }
}

fn list(folder: &Path) -> Vec<String> {
    let found = std::fs::read_dir(folder).unwrap();
    found.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A text of a file `.smsbackup`, over all its lines.
fn field(file: &str, name: &str) -> String {
    let lines = file.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.split(" = ").nth(1));
    let bytes = base::from_hex(&lines.collect::<String>()).unwrap();
    let units: Vec<u16> = bytes.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    String::from_utf16(&units).unwrap()
}

fn code(answer: &str) -> String {
    let at = answer.find(|letter: char| letter.is_ascii_digit()).unwrap();
    answer.get(at..at + 19).unwrap().to_owned()
}

#[tokio::test]
async fn by_gammu_a_report_two_replies_and_the_end_while_the_node_is_locked_and_killed_in_between() {
    let folder = tempfile::tempdir().unwrap();
    let (gammu, config) = Folders::new(folder.path());
    let mut house = House::found(folder.path(), config).await;
    // Two parts; the first is still being written when it is met.
    gammu.brings("00", "LAPOR pintu");
    house.rounds(1).await.unwrap();
    gammu.brings("00", "LAPOR pintu dikunci");
    gammu.brings_part("00", "01", " dari luar");
    house.rounds(1).await.unwrap();
    assert_eq!(list(&gammu.inbox).len(), 2, "what still grows is left alone");
    house.rounds(1).await.unwrap();
    // It is killed after the answer was handed over, and Gammu sends it in between.
    let mut house = house.again().await;
    let code = code(&gammu.sends());
    assert_eq!(house.says(&gammu, "00", "LAPOR pintu dikunci").await, "", "Gammu brings it again");
    assert_eq!(list(&gammu.sent), [""; 0], "what was sent is deleted");
    assert_eq!(house.answers("Apakah masih?").await, 1);
    assert_eq!(house.says(&gammu, "02", &code).await, "Jawaban 1/1: Apakah masih?");
    let mut house = house.again().await;
    house.answers("Kami datang.").await;
    assert_eq!(house.says(&gammu, "03", &code).await, "Jawaban 2/2: Kami datang.");
    assert!(house.says(&gammu, "04", &format!("HAPUS {code}")).await.starts_with("Kotak jawaban dihapus"));
    assert!(house.says(&gammu, "05", &code).await.starts_with("Kode itu tidak membuka"));
}

#[tokio::test]
async fn a_message_that_was_handed_to_gammu_before_a_kill_is_not_handed_over_again() {
    let folder = tempfile::tempdir().unwrap();
    let (gammu, config) = Folders::new(folder.path());
    let mut house = House::found(folder.path(), config).await;
    gammu.brings("00", "HAK upah");
    let door = house.web.sms().unwrap();
    let Gateway::Gammu(files) = &mut house.gateway else { panic!("another gateway") };
    files.receive().unwrap();
    let came = files.receive().unwrap().pop().unwrap();
    door.take(&house.web, &came.incoming).await.unwrap();
    let out = door.exchange().due(house.web.now(), 9).await.unwrap().pop().unwrap();
    files.send(&out).unwrap();
    // Killed here: its file came, and the row still waits. Gammu sends.
    assert!(gammu.sends().starts_with("Upah."));
    let mut house = house.again().await;
    house.rounds(3).await.unwrap();
    assert_eq!((gammu.sends(), list(&gammu.inbox).len(), list(&gammu.sent).len()), (String::new(), 0, 0));
}

/// A gateway of a few words: gives each request, and answers with what it is told to; 0 hangs up.
async fn server(listener: TcpListener, answers: &[u16]) -> Vec<String> {
    let mut heard = Vec::new();
    for status in answers {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut said, mut bytes) = (String::new(), [0; 4_096]);
        while !said.ends_with('}') {
            let length = stream.read(&mut bytes).await.unwrap();
            said.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
        }
        heard.push(said);
        if *status > 0 {
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }
    heard
}

#[tokio::test]
async fn a_gateway_that_hangs_up_and_refuses_gets_the_same_message_again_until_it_has_it_and_then_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    std::fs::write(folder.path().join("kunci"), "rahasia\n").unwrap();
    let http = HttpConfig {
        url: format!("http://{at}/kirim?id={{id}}"),
        method: "POST".into(),
        content_type: "application/json".into(),
        body: r#"{"ke":"{to}","isi":"{text}"}"#.into(),
        headers: BTreeMap::from([("authorization".to_owned(), "Bearer {secret}".to_owned())]),
        secret_file: Some(folder.path().join("kunci")),
        ca: None,
        callback: None,
    };
    let config = SmsConfig { lang: Lang::Id, gammu: None, http: Some(http) };
    let mut house = House::found(folder.path(), config).await;
    let part = |text: &str| desk::sms::Incoming {
        group: Redacted::new("1".into()),
        from: Redacted::new(HER.into()),
        parts: vec![desk::sms::Part { id: Redacted::new("1".into()), number: 1, text: Redacted::new(text.into()) }],
    };
    house.web.sms().unwrap().take(&house.web, &part("HAK paspor")).await.unwrap();
    let heard = tokio::spawn(async move { server(listener, &[0, 500, 202]).await });
    assert_eq!(house.rounds(1).await.unwrap_err().code.0, "sms.unreachable");
    assert_eq!(house.rounds(1).await, Ok(()), "not at once");
    house.clock.advance_millis(31_000);
    assert_eq!(house.rounds(1).await.unwrap_err().code.0, "sms.refused");
    let mut house = house.again().await;
    house.clock.advance_millis(61_000);
    house.rounds(3).await.unwrap();
    let heard = heard.await.unwrap();
    assert_eq!(heard.len(), 3);
    assert!(heard.iter().all(|said| said == &heard[0]), "the same bytes, with the same id");
    assert!(heard[0].starts_with("POST /kirim?id=") && heard[0].contains("authorization: Bearer rahasia\r\n"));
    assert!(heard[0].contains(r#"{"ke":"+628000000001","isi":"Paspor dan surat. "#), "{}", heard[0]);
}

#[test]
fn a_configuration_names_one_gateway_and_speaks_without_tls_to_this_machine_alone() {
    let read = |text: &str| {
        toml::from_str::<SmsConfig>(text).map_err(drop).and_then(|config| config.check().map(|()| config).map_err(drop))
    };
    let gammu = "[gammu]\ninbox = \"a\"\noutbox = \"b\"\nsent = \"c\"\nerror = \"d\"\n";
    assert!(read(gammu).is_ok_and(|config| config.lang == Lang::Id));
    assert!(read("lang = \"en\"\n[http]\nurl = \"https://sms.example/\"\n").is_ok());
    for bad in
        ["", "lang = \"id\"\n", &format!("{gammu}[http]\nurl = \"https://sms.example/\"\n"), "[gammu]\ninbox = \"a\"\n"]
    {
        assert!(read(bad).is_err(), "{bad}");
    }
    let callback = "[http]\nurl = \"http://sms.example/\"\n[http.callback]\nsecret_file = \"x\"\n";
    let config = read(callback).unwrap().http.unwrap();
    let Some(CallbackConfig { header, parts, .. }) = &config.callback else { panic!("no callback") };
    assert_eq!((header.as_str(), parts), ("x-signature", &None));
    let refused = Http::new(Path::new("."), &config).err().unwrap();
    assert_eq!(refused.at.as_deref(), Some("sms.http.url"));
}
