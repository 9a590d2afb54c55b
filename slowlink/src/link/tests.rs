//! Over loopback, on a clock that moves only when nothing else can: nothing here waits for real time.

use super::*;
use crate::plan;
use std::io::ErrorKind;
use tokio::io::AsyncWriteExt;

const FAST: Quality = Quality { down: None, up: None, delay: Duration::ZERO };

/// A far end that hands each connection to the test.
async fn far_end() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

async fn link_to(address: &str, quality: Quality, plan: &str) -> Link {
    open("127.0.0.1:0", address, quality, Box::new(plan::parse(plan).unwrap().into_iter())).await.unwrap()
}

async fn steps_done(link: &Link, count: u64) {
    link.shared.steps.subscribe().wait_for(|done| *done >= count).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn bytes_cross_unchanged_both_ways_and_are_counted() {
    let (listener, address) = far_end().await;
    let link =
        link_to(&address, Quality { down: Some(6_250), up: Some(2_500), delay: Duration::from_millis(250) }, "").await;
    let mut near = TcpStream::connect(link.address).await.unwrap();
    let sent: Vec<u8> = (0..=255).cycle().take(50_000).collect();
    let echo = async {
        let (mut far, _) = listener.accept().await.unwrap();
        let (mut read, mut write) = far.split();
        tokio::io::copy(&mut read, &mut write).await.unwrap();
    };
    let ask = async {
        let (mut read, mut write) = near.split();
        let write = async {
            write.write_all(&sent).await.unwrap();
            write.shutdown().await.unwrap();
        };
        let mut back = Vec::new();
        tokio::join!(write, async { read.read_to_end(&mut back).await.unwrap() });
        back
    };
    let ((), back) = tokio::join!(echo, ask);
    assert!(back == sent);
    assert_eq!(link.tally(), "connections 1 down 50000 up 50000");
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_takes_two_round_trips() {
    let (listener, address) = far_end().await;
    let link = link_to(&address, Quality { delay: Duration::from_millis(250), ..FAST }, "").await;
    let start = Instant::now();
    let mut near = TcpStream::connect(link.address).await.unwrap();
    near.write_all(b"?").await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    far.read_u8().await.unwrap();
    far.write_all(b"!").await.unwrap();
    near.read_u8().await.unwrap();
    let millis = start.elapsed().as_millis();
    assert!((1_000..1_100).contains(&millis), "{millis} ms");
}

#[tokio::test(start_paused = true)]
async fn a_cut_lets_exactly_the_planned_bytes_through_and_refuses_until_restored() {
    let (listener, address) = far_end().await;
    let link = link_to(&address, FAST, "after 4096B: cut\nafter 1s: restore").await;
    let mut near = TcpStream::connect(link.address).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let mut got = Vec::new();
    let (_, read) = tokio::join!(far.write_all(&[7; 10_000]), near.read_to_end(&mut got));
    read.unwrap();
    assert_eq!(got.len(), 4_096);
    let mut refused = TcpStream::connect(link.address).await.unwrap();
    assert_eq!(refused.read(&mut [0; 1]).await.unwrap(), 0);
    steps_done(&link, 2).await;
    let mut again = TcpStream::connect(link.address).await.unwrap();
    again.write_all(b"x").await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    assert_eq!(far.read_u8().await.unwrap(), b'x');
}

#[tokio::test(start_paused = true)]
async fn a_reset_reaches_the_near_side_as_a_reset() {
    let (listener, address) = far_end().await;
    let link = link_to(&address, FAST, "after 1B: reset").await;
    let mut near = TcpStream::connect(link.address).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    far.write_all(b"ab").await.unwrap();
    let mut got = Vec::new();
    let error = near.read_to_end(&mut got).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test(start_paused = true)]
async fn half_open_closes_the_far_side_and_leaves_the_near_side_in_silence() {
    let (listener, address) = far_end().await;
    let link = link_to(&address, FAST, "after 1B: half-open").await;
    let mut near = TcpStream::connect(link.address).await.unwrap();
    near.write_all(b"a").await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let mut got = Vec::new();
    far.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"a");
    steps_done(&link, 1).await;
    assert_eq!(near.try_read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test(start_paused = true)]
async fn a_stall_delays_and_loses_nothing() {
    let (listener, address) = far_end().await;
    let link = link_to(&address, FAST, "after 1B: stall 20s").await;
    let start = Instant::now();
    let mut near = TcpStream::connect(link.address).await.unwrap();
    near.write_all(b"abc").await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let mut got = [0; 3];
    far.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"abc");
    assert!(start.elapsed() >= Duration::from_secs(20));
}
