//! A report by SMS to the real program: locked all the time, killed while it hands its answer over, over a gateway on loopback.

use crate::run::{Folder, free_port, http};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};

const SECRET: &str = "rahasia rekaan";

/// The next message that the node hands over; answered, or cut off.
fn next(gateway: &TcpListener, answers: bool) -> serde_json::Value {
    let (mut stream, _) = gateway.accept().unwrap();
    let (mut said, mut bytes) = (Vec::new(), [0; 4_096]);
    while !said.ends_with(b"}") {
        let length = stream.read(&mut bytes).unwrap();
        said.extend_from_slice(&bytes[..length]);
    }
    if answers {
        stream.write_all(b"HTTP/1.1 202 x\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
    let body = said.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    serde_json::from_slice(&said[body..]).unwrap()
}

#[test]
fn a_report_by_sms_reaches_a_locked_node_and_its_answer_survives_a_kill() {
    let folder = Folder::new();
    let port = folder.found();
    let gateway = TcpListener::bind((Ipv4Addr::LOCALHOST, free_port())).unwrap();
    let at = gateway.local_addr().unwrap();
    folder.write("n/gerbang", format!("{SECRET}\n"));
    let more = format!(
        "\n[sms.http]\nurl = \"http://{at}/kirim\"\nbody = '{{\"ke\":\"{{to}}\",\"isi\":\"{{text}}\",\"id\":\"{{id}}\"}}'\n\
         [sms.http.callback]\nsecret_file = \"gerbang\"\n"
    );
    folder.write("n/simpul.toml", [folder.read("n/simpul.toml"), more.into_bytes()].concat());
    let says = |id: &str, text: &str| {
        let body = serde_json::json!({ "id": id, "from": "+628000000001", "text": text }).to_string();
        let signature = base::hex(&seal::hash::hmac(SECRET.as_bytes(), &[body.as_bytes()]));
        let headers = [("x-signature", signature.as_str()), ("content-type", "application/json")];
        http(port, "POST /kirim/sms", &headers, body.as_bytes()).0
    };
    let node = folder.serve(&[]);
    assert_eq!(says("a", "LAPOR pintu dikunci dari luar"), 204);
    let first = next(&gateway, false);
    node.kill_9();
    let node = folder.serve(&[]);
    assert_eq!(says("a", "LAPOR pintu dikunci dari luar"), 204, "the gateway brings it again");
    let again = next(&gateway, true);
    assert_eq!(first, again, "one answer, with one id");
    let text = again["isi"].as_str().unwrap();
    let digits = text.find(|letter: char| letter.is_ascii_digit()).unwrap();
    assert_eq!(says("b", &text[digits..digits + 19]), 204);
    let answer = next(&gateway, true);
    assert_eq!(answer["ke"], "+628000000001");
    assert!(answer["isi"].as_str().unwrap().starts_with("Belum ada jawaban."), "{answer}");
    assert_eq!(node.terminate(), Some(0));
}
