use super::*;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const LINKS: [&str; 2] = ["https://batam.example/l/0707", "https://batam.example/en/l/0707"];
const TITLE: &str = "Gugus Tugas PP-TPPO Kota Batam";

fn config(server: &str, tls: MailTls) -> MailConfig {
    let from = "simpul@batam.example".to_owned();
    MailConfig { server: server.to_owned(), from, tls, user: None, password_file: None, ca: None }
}

/// A mail server of a few words: takes one connection and gives all that was said to it. `recipient` is its answer to RCPT.
async fn server(recipient: &'static str) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let (mut heard, mut in_data) = (Vec::new(), false);
        stream.write_all(b"220 palsu ESMTP\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
            let said = line.trim_end_matches(['\r', '\n']).to_owned();
            line.clear();
            let answer = match said.split(' ').next().unwrap_or_default() {
                "." if in_data => {
                    in_data = false;
                    "250 ok\r\n".to_owned()
                }
                _ if in_data => String::new(),
                "EHLO" => "250-palsu\r\n250 8BITMIME\r\n".to_owned(),
                "RCPT" => format!("{recipient}\r\n"),
                "DATA" => {
                    in_data = true;
                    "354 go on\r\n".to_owned()
                }
                "QUIT" => "221 bye\r\n".to_owned(),
                _ => "250 ok\r\n".to_owned(),
            };
            heard.push(said);
            if !answer.is_empty() && stream.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
        }
        heard
    });
    (at, heard)
}

async fn sends(config: &MailConfig) -> Result<(), Problem> {
    let folder = tempfile::tempdir().unwrap();
    let mailer = Mailer::new(folder.path(), config, TITLE)?;
    mailer.send("ayu@kantor.example", &LINKS.map(str::to_owned)).await
}

#[tokio::test]
async fn a_mail_holds_the_name_of_the_node_the_link_and_fixed_words_and_nothing_else() {
    let (at, heard) = server("250 ok").await;
    sends(&config(&at, MailTls::None)).await.unwrap();
    let heard = heard.await.unwrap();
    let begin = heard.iter().position(|line| line == "DATA").unwrap() + 1;
    let end = heard.iter().position(|line| line == ".").unwrap();
    let mail = &heard[begin..end];
    let blank = mail.iter().position(String::is_empty).unwrap();
    let (head, body) = (&mail[..blank], &mail[blank + 1..]);
    let named: Vec<&str> = head.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(named, ["From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "Date"], "{head:?}");
    assert!(head.contains(&format!("Subject: {SUBJECT}")) && head.contains(&"To: ayu@kantor.example".to_owned()));
    let said = words(TITLE, &LINKS.map(str::to_owned));
    let said: Vec<&str> = said.split("\r\n").collect();
    assert_eq!(body.join("\n").trim_end(), said.join("\n").trim_end());
    let envelope: Vec<&String> = heard.iter().filter(|line| line.starts_with("RCPT")).collect();
    assert_eq!(envelope, ["RCPT TO:<ayu@kantor.example>"], "one receiver");
    for canary in ["Melati", "kasus", "case", "TPPO:", "korban", "victim", "hukum", "legal", "Ayu", "204816"] {
        let of_the_link = body.iter().filter(|line| !line.starts_with("Simpul "));
        assert!(of_the_link.clone().all(|line| !line.contains(canary)), "{canary}");
    }
}

#[tokio::test]
async fn a_server_that_says_no_or_is_not_there_is_told_and_an_unsafe_one_hears_nothing_of_it() {
    let (at, heard) = server("550 no such user").await;
    assert_eq!(sends(&config(&at, MailTls::None)).await.unwrap_err().code.0, "mail.refused");
    assert!(!heard.await.unwrap().contains(&"DATA".to_owned()));
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    assert_eq!(sends(&config(&gone, MailTls::None)).await.unwrap_err().code.0, "mail.unreachable");
    let (at, heard) = server("250 ok").await;
    let folder = tempfile::tempdir().unwrap();
    let ca = rcgen::generate_simple_self_signed(["palsu.example".to_owned()]).unwrap().cert.pem();
    std::fs::write(folder.path().join("ca.pem"), ca).unwrap();
    let starttls = MailConfig { ca: Some("ca.pem".into()), ..config(&at, MailTls::Starttls) };
    let mailer = Mailer::new(folder.path(), &starttls, TITLE).unwrap();
    let sent = mailer.send("ayu@kantor.example", &LINKS.map(str::to_owned)).await;
    assert!(sent.is_err(), "it offers no STARTTLS");
    drop(mailer);
    let heard = heard.await.unwrap();
    assert!(heard.iter().all(|line| !line.contains("kantor.example") && !line.contains("0707")), "{heard:?}");
}

#[test]
fn without_protection_only_this_machine_is_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = |server: &str, tls| Mailer::new(folder.path(), &config(server, tls), TITLE).err().map(|p| p.code.0);
    assert_eq!(wrong("surat.example:25", MailTls::None), Some("node.bad-config"));
    assert_eq!(wrong("localhost:25", MailTls::None), None);
    assert_eq!(wrong("localhost", MailTls::None), Some("node.bad-config"));
    let nowhere = MailConfig { ca: Some("tidak-ada.pem".into()), ..config("surat.example:587", MailTls::Starttls) };
    assert_eq!(Mailer::new(folder.path(), &nowhere, TITLE).err().map(|p| p.code.0), Some("node.bad-config"));
}
