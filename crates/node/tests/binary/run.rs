//! One run of the binary in a folder of its own, a running node, and just enough HTTP to talk to it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

const BINARY: &str = env!("CARGO_BIN_EXE_simpul");
/// Opens the nodes of these tests.
pub const PASSPHRASE: &str = "empat kata untuk uji";

/// The top of the source tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output as one JSON value.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Standard output as JSON Lines.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }

    /// It ended well.
    #[track_caller]
    pub fn fine(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }
}

/// A folder that goes away with its test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("simpul-uji-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(args).current_dir(&self.0).env("LANG", "en_GB.UTF-8").env_remove("SIMPUL_LOG");
        command
    }

    /// Runs a command in this folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Begins a command that nobody waits for; what it says is not read.
    pub fn begin(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Runs a command with bytes on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Beside the reading, so that a full pipe stops nobody. A command that needs no input may close it early.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// A new node in `n`, and its ports. Its passphrase is in the file `frasa`.
    pub fn found(&self) -> u16 {
        self.found_printed().0
    }

    /// The same, with what was printed.
    pub fn found_printed(&self) -> (u16, String) {
        self.found_with(&[])
    }

    /// The same, founded in another way.
    pub fn found_with(&self, more: &[&str]) -> (u16, String) {
        self.write("frasa", PASSPHRASE);
        let (web, carrier) = (free_port(), free_port());
        let ports = ["--port", &web.to_string(), "--carrier-port", &carrier.to_string()];
        let who = ["init", "n", "--place", "21.71", "--name", "batam", "--passphrase-file", "frasa", "--demo"];
        let printed = self.run(&[&who[..], &ports[..], more].concat()).fine().out;
        (web, printed)
    }

    /// Starts the node `n` and waits until it says that it serves.
    pub fn serve(&self, more: &[&str]) -> Serving {
        begins(self.command(&[&["serve", "n"], more].concat()), "node serves")
    }
}

/// Starts something and waits until its log says the words.
pub fn begins(mut command: Command, words: &str) -> Serving {
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains(words) {
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "it ended: {said}");
    }
    // Nobody may meet a full pipe.
    std::thread::spawn(move || drop(std::io::copy(&mut log, &mut std::io::sink())));
    Serving(child)
}

impl Folder {
    /// Starts a blind relay in `r`; gives it, and the line that nodes write down.
    pub fn relay(&self, port: u16) -> (Serving, String) {
        let port = port.to_string();
        let args = ["relay", "r", "--host", "127.0.0.1", "--port", &port];
        let mut child =
            self.command(&args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        std::thread::spawn(move || drop(std::io::copy(&mut said, &mut std::io::sink())));
        (Serving(child), line.trim().to_owned())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running node; it dies with its test.
pub struct Serving(Child);

impl Serving {
    /// What a power cut does.
    pub fn kill_9(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// What the system does when it goes down; gives the exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let id = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.0.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody uses now, nor takes while a node of this test is down for a moment: below those that the system gives
/// to whoever asks for any, and apart from those of tests beside it.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let own = 10_000 + u16::try_from(std::process::id() % 400).unwrap() * 50;
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let mut ports = (0..50).map(|_| own + NEXT.fetch_add(1, Ordering::Relaxed) % 50);
    ports.find(is_free).unwrap()
}

/// One request to the pages of a node; status and body.
pub fn http(port: u16, line: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let headers: String = headers.iter().map(|(name, value)| [*name, ": ", *value, "\r\n"].concat()).collect();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: batam.localhost:{port}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let split = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
    (status, answer.split_off(split + 4))
}
