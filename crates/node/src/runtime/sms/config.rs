//! `[sms]` of `simpul.toml`: one gateway, switched off by default.

use base::{Lang, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Short messages: one of the two gateways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsConfig {
    /// Language of the answers.
    #[serde(default)]
    pub lang: Lang,
    /// A telephone or modem at this machine, by Gammu SMSD.
    pub gammu: Option<GammuConfig>,
    /// A gateway that is called.
    pub http: Option<HttpConfig>,
}

/// The folders of Gammu SMSD with its service FILES.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GammuConfig {
    /// `inboxpath`.
    pub inbox: PathBuf,
    /// `outboxpath`.
    pub outbox: PathBuf,
    /// `sentsmspath`: what is in it is deleted.
    pub sent: PathBuf,
    /// `errorsmspath`: likewise.
    pub error: PathBuf,
}

/// How a gateway is called, and how it calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Where a message is sent to; `{to}`, `{text}` and `{id}` may stand in it. Plain `http` only for this machine itself.
    pub url: String,
    /// `POST` or `GET`.
    #[serde(default = "post")]
    pub method: String,
    /// Type of the body.
    #[serde(default = "json")]
    pub content_type: String,
    /// The body, with `{to}`, `{text}` and `{id}`.
    #[serde(default)]
    pub body: String,
    /// Headers, with `{secret}`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// File with that secret, in or from the folder of the node.
    pub secret_file: Option<PathBuf>,
    /// File with the certificates that the gateway's is checked against, PEM; absent: those of the system.
    pub ca: Option<PathBuf>,
    /// How it brings messages to `/kirim/sms`; absent: it does not.
    pub callback: Option<CallbackConfig>,
}

/// What a gateway calls its fields, and how it signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallbackConfig {
    /// File with the secret of its signatures, in or from the folder of the node.
    pub secret_file: PathBuf,
    /// Header with the HMAC-SHA-256 of the body, in hex.
    #[serde(default = "signature")]
    pub header: String,
    /// Its id of the message.
    #[serde(default = "id")]
    pub id: String,
    /// The sender.
    #[serde(default = "from")]
    pub from: String,
    /// The words.
    #[serde(default = "text")]
    pub text: String,
    /// What the parts of a long message have in common, the number of a part, how many there are.
    pub parts: Option<[String; 3]>,
}

impl SmsConfig {
    /// Exactly one gateway.
    pub fn check(&self) -> Result<(), Problem> {
        let is_one = self.gammu.is_some() != self.http.is_some();
        if is_one { Ok(()) } else { Err(Problem::at("node.bad-config", "sms")) }
    }
}

fn post() -> String {
    "POST".to_owned()
}

fn json() -> String {
    "application/json".to_owned()
}

fn signature() -> String {
    "x-signature".to_owned()
}

fn id() -> String {
    "id".to_owned()
}

fn from() -> String {
    "from".to_owned()
}

fn text() -> String {
    "text".to_owned()
}
