//! The door under slow, silent and endless connections: whoever says too little loses her seat, and nobody else an answer.

use axum::Router;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use web::{Patience, serve_with};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

async fn door(patience: Patience) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(async || "ada")).route("/", post(async |body: String| body));
    tokio::spawn(serve_with(listener, router, patience));
    at
}

async fn said(socket: &mut TcpStream, bytes: &[u8]) -> String {
    socket.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is taken away may be reset.
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn silent_and_slow_connections_lose_their_seats_and_whole_requests_are_answered() {
    let at = door(Patience { seats: 4, ..Patience::default() }).await;
    let mut others = Vec::new();
    for head in [&b""[..], b"GE", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"].iter().cycle().take(30) {
        let mut other = TcpStream::connect(at).await.unwrap();
        other.write_all(head).await.unwrap();
        others.push(other);
        let mut her = TcpStream::connect(at).await.unwrap();
        let answer = said(&mut her, GET).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ada"), "{answer}");
    }
    assert_eq!(said(&mut others.remove(0), b"").await, "", "the first of them is gone");
}

#[tokio::test]
async fn a_head_that_does_not_come_and_one_that_never_ends_are_cut() {
    let at = door(Patience { head: Duration::from_millis(20), ..Patience::default() }).await;
    let mut slow = TcpStream::connect(at).await.unwrap();
    assert!(!said(&mut slow, b"GET / HTTP/1.1\r\nHo").await.contains(" 200"));
    let at = door(Patience::default()).await;
    let flood = [b"GET / HTTP/1.1\r\n".to_vec(), b"X-A: b\r\n".repeat(65), b"\r\n".to_vec()].concat();
    let long = [b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'x'; 16 << 10], b"\r\n\r\n".to_vec()].concat();
    for bad in [flood, long] {
        let mut socket = TcpStream::connect(at).await.unwrap();
        assert!(said(&mut socket, &bad).await.starts_with("HTTP/1.1 431"));
    }
}

#[tokio::test]
async fn a_body_that_comes_no_further_is_cut_and_one_that_comes_is_taken() {
    let at = door(Patience { body: Duration::from_millis(20), ..Patience::default() }).await;
    let head =
        |length: usize| format!("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    let mut slow = TcpStream::connect(at).await.unwrap();
    let answer = said(&mut slow, format!("{}xy", head(9)).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let mut quick = TcpStream::connect(at).await.unwrap();
    assert!(said(&mut quick, format!("{}{}", head(7), "berkas!").as_bytes()).await.ends_with("berkas!"));
}

#[tokio::test]
async fn bodies_that_are_never_finished_have_a_bound_together_and_small_ones_pass_it() {
    let at = door(Patience { bodies: 300_000, ..Patience::default() }).await;
    let head =
        |length: usize| format!("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    let mut held = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let begun = [head(200_001).into_bytes(), vec![b'x'; 200_000]].concat();
        held.spawn(async move { said(&mut TcpStream::connect(at).await.unwrap(), &begun).await });
    }
    // There is room for one: another is told so.
    let cut = held.join_next().await.unwrap().unwrap();
    assert!(!cut.contains(" 200"), "{cut}");
    let mut small = TcpStream::connect(at).await.unwrap();
    assert!(said(&mut small, format!("{}{}", head(7), "berkas!").as_bytes()).await.ends_with("berkas!"));
}
