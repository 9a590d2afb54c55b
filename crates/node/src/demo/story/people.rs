//! Made-up words of the story. Each is rare, so that finding one where it must not be is proof.

/// Her name.
pub const NAME: &str = "Inaq Kenari Saruni";
/// How to reach her.
pub const SAFE_WAY: &str = "lewat bibi Sumiyem, sore";
/// What she said.
pub const WORDS: &str = "Paspor saya ditahan di Johor; saya tidur di gudang kenari-7731.";
/// Where she is sheltered.
pub const SHELTER: &str = "Rumah Aman Melati Jalan Kenanga 7731";

/// None of these may be seen outside the nodes that hold the case.
pub const SECRETS: [&str; 4] = [NAME, SAFE_WAY, WORDS, SHELTER];

/// Whether any of the secrets stands in these bytes.
pub fn leaks(bytes: &[u8]) -> bool {
    SECRETS.iter().any(|secret| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
}

/// The answers of vignette W04, adapted: a domestic worker back from Johor.
pub const W04: [(&str, &str); 18] = [
    ("A1", "adult"),
    ("A2", "yes"),
    ("A3", "yes"),
    ("B1", "yes"),
    ("B2", "yes"),
    ("B3", "yes"),
    ("V1", "yes"),
    ("E1", "yes"),
    ("E2", "yes"),
    ("E4", "yes"),
    ("K1", "yes"),
    ("K3", "yes"),
    ("H1", "yes"),
    ("H2", "yes"),
    ("R1", "yes"),
    ("R3", "yes"),
    ("S1", "no"),
    ("S2", "no"),
];
