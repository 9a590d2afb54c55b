use super::*;
use crate::keys::EpochSecret;
use base::chance::SeededChance;

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

fn request() -> Request<'static> {
    Request { method: "POST", target_uri: "https://batam.example:9443/fed/1/mailbox/00/release", body: b"[]" }
}

fn verify(request: &Request<'_>, headers: &Headers, key: &dyn ProvesRequests, now: Timestamp) -> Result<(), Problem> {
    read(request, headers)?.verify(request, key, now)
}

#[test]
fn a_signed_request_verifies_within_five_minutes() {
    let key = CarrierKey::from_bytes(&[1; 32]);
    let headers = sign(&request(), &key, NOW, &SeededChance::new(1));
    for seconds in [-300, 0, 300] {
        assert_eq!(verify(&request(), &headers, &key.public(), NOW.plus_seconds(seconds)), Ok(()));
    }
    for seconds in [-301, 301] {
        let late = verify(&request(), &headers, &key.public(), NOW.plus_seconds(seconds));
        assert_eq!(late, Err(Problem::new("http.clock")));
    }
    assert_eq!(read(&request(), &headers).unwrap().keyid, key.public().kid());
}

#[test]
fn another_method_target_body_key_or_time_does_not_verify() {
    let key = CarrierKey::from_bytes(&[1; 32]);
    let headers = sign(&request(), &key, NOW, &SeededChance::new(1));
    for changed in [
        Request { method: "GET", ..request() },
        Request { target_uri: "https://batam.example:9443/fed/1/inbox", ..request() },
        Request { body: b"[1]", ..request() },
    ] {
        assert!(verify(&changed, &headers, &key.public(), NOW).is_err());
    }
    assert!(verify(&request(), &headers, &CarrierKey::from_bytes(&[2; 32]).public(), NOW).is_err());
    let later = headers.signature_input.replace("1795000000", "1795000001");
    assert!(verify(&request(), &Headers { signature_input: later, ..headers }, &key.public(), NOW).is_err());
}

#[test]
fn only_our_one_shape_is_read() {
    let headers = sign(&request(), &CarrierKey::from_bytes(&[1; 32]), NOW, &SeededChance::new(1));
    let input = &headers.signature_input;
    for other in [
        input.replace("sig1=", "sig2="),
        input.replace(" \"content-digest\"", ""),
        input.replace("created=", "created=+"),
        input.replace("created=", "created=0"),
        input.replace("nonce=\"", "nonce=\"AA"),
        format!("{input};alg=\"ed25519\""),
        input.to_uppercase(),
        String::new(),
    ] {
        assert!(read(&request(), &Headers { signature_input: other.clone(), ..headers.clone() }).is_err(), "{other}");
    }
    for other in ["", "sig1=::", "sig1=:AAAA:", "sig1:"] {
        assert!(read(&request(), &Headers { signature: other.into(), ..headers.clone() }).is_err(), "{other}");
    }
}

#[test]
fn the_signature_base_is_that_of_rfc_9421() {
    let text = request().base(&params(1_618_884_473, &[0xab; 16], Kid([1; 8])));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\"@method\": POST");
    assert_eq!(lines[1], "\"@target-uri\": https://batam.example:9443/fed/1/mailbox/00/release");
    // The digest of "[]".
    assert_eq!(lines[2], "\"content-digest\": sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:");
    assert!(lines[3].starts_with(
        "\"@signature-params\": (\"@method\" \"@target-uri\" \"content-digest\");created=1618884473;nonce="
    ));
    assert_eq!(lines.len(), 4);
    assert!(!text.ends_with('\n'));
}

#[test]
fn the_digest_is_that_of_rfc_9530() {
    // RFC 9530 appendix B.1: {"hello": "world"} and a newline.
    assert_eq!(content_digest(b"{\"hello\": \"world\"}\n"), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
}

#[test]
fn a_mailbox_header_must_hash_to_its_tag() {
    let epoch = EpochSecret::generate(2970, &SeededChance::new(2)).public();
    let other = EpochSecret::generate(2970, &SeededChance::new(3)).public();
    let header = mailbox_header(&epoch.fetch, &epoch.release);
    assert_eq!(read_mailbox_header(&header, epoch.tag()), Ok((epoch.fetch, epoch.release)));
    assert!(read_mailbox_header(&header, other.tag()).is_err());
    assert!(read_mailbox_header("", epoch.tag()).is_err());
}

#[test]
fn fetch_and_release_keys_sign_too() {
    let epoch = EpochSecret::generate(2970, &SeededChance::new(2));
    let headers = sign(&request(), &epoch.fetch, NOW, &SeededChance::new(1));
    assert_eq!(verify(&request(), &headers, &epoch.public().fetch, NOW), Ok(()));
    assert!(verify(&request(), &headers, &epoch.public().release, NOW).is_err());
}
