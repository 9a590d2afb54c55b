//! `DIR/simpul.toml`: who the node is and where it listens. Unknown keys are errors.

use super::sms::SmsConfig;
use base::{Place, Problem};
use seal::CarrierAddress;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use web::Settings;

/// File name.
pub const FILE: &str = "simpul.toml";

/// The configuration of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Short name, as accords name the party.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where it is responsible.
    pub place: Place,
    /// Party role in accords.
    pub role: String,
    /// Telephone of the duty officer, for partners.
    #[serde(default)]
    pub duty_phone: String,
    /// Where the public pages are reached over Tor, `http://….onion`: answered there, and named in `Onion-Location`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onion: Option<String>,
    /// Where the pages listen.
    pub web: Listen,
    /// Where the carrier listens.
    pub carrier: Listen,
    /// `host:port` at which partners reach the carrier, where that is another than it listens on.
    #[serde(default)]
    pub carrier_seen_as: Option<String>,
    /// The public pages as a process of their own (`simpul serve DIR --public`); absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<PublicConfig>,
    /// The store.
    #[serde(default)]
    pub store: StoreConfig,
    /// Keys of the publishers whose packs this node takes, 64 hex digits each (`simpul handbook key` prints one).
    #[serde(default)]
    pub publishers: Vec<String>,
    /// Folders to which the running node adds its backup whenever something changed.
    #[serde(default)]
    pub backup: Vec<PathBuf>,
    /// Blind relays that keep mail for this node, as `simpul relay` prints them: `https://host:port#key`. The node fetches
    /// there, and partners hand over there what does not reach it.
    #[serde(default)]
    pub relays: Vec<String>,
    /// The mail server that takes one-time links of guests; without it they are handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailConfig>,
    /// The gateway of short messages; without it none are read or sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsConfig>,
    /// A demonstration: cheap key slots and the demo clock.
    #[serde(default)]
    pub demo: bool,
}

/// Where something listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Host name people and partners use.
    pub host: String,
    /// Port; 0 takes a free one.
    pub port: u16,
}

/// Where the public window is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicConfig {
    /// Host name people use: an origin of its own, apart from that of the staff.
    pub host: String,
    /// Port on which it listens.
    pub port: u16,
    /// Address on which it listens.
    pub listen: String,
    /// A proxy in front of it speaks TLS; without one only `*.localhost` and an onion address are served.
    pub tls: bool,
}

impl Default for PublicConfig {
    fn default() -> Self {
        Self { host: "publik.localhost".to_owned(), port: 8280, listen: "127.0.0.1".to_owned(), tls: false }
    }
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// `host:port`.
    pub server: String,
    /// Address of the sender.
    pub from: String,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: MailTls,
    /// Name at the server, with `password_file`.
    pub user: Option<String>,
    /// File with the password, in or from the folder of the node.
    pub password_file: Option<PathBuf>,
    /// File with the certificates that the server's is checked against, PEM; absent: those of the system.
    pub ca: Option<PathBuf>,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// STARTTLS, and nothing is said without it.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: for a server on this machine alone.
    None,
}

/// Which store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// `postgres://…`; absent: `DIR/node.db`.
    pub url: Option<String>,
}

impl Config {
    /// Reads the configuration of a folder.
    pub fn read(dir: &Path) -> Result<Self, Problem> {
        let path = dir.join(FILE);
        let text =
            std::fs::read_to_string(&path).map_err(|_| Problem::at("node.no-folder", dir.display().to_string()))?;
        let config: Self =
            toml::from_str(&text).map_err(|error| Problem::at("node.bad-config", error.message().to_owned()))?;
        match &config.onion {
            Some(onion) if !is_onion(onion) => Err(Problem::at("node.bad-config", "onion")),
            _ => Ok(config),
        }
    }

    /// Writes it.
    pub fn write(&self, dir: &Path) -> Result<(), Problem> {
        let text = toml::to_string(self).map_err(|error| Problem::at("node.bad-config", error.to_string()))?;
        crate::output::write_file(&dir.join(FILE), text.as_bytes())
    }

    /// What the public window needs, without anything that reaches the store, partners or mail.
    pub fn public_part(&self) -> Self {
        Self {
            carrier: Listen { host: String::new(), port: 0 },
            carrier_seen_as: None,
            store: StoreConfig::default(),
            backup: Vec::new(),
            relays: Vec::new(),
            mail: None,
            ..self.clone()
        }
    }

    /// How the pages are reached and shown: of the node, or of its public window.
    pub fn settings(&self, hosts: Vec<String>, window: bool) -> Settings {
        Settings {
            hosts,
            tls: window && self.public.as_ref().is_some_and(|public| public.tls),
            run_by: self.title.clone(),
            duty_phone: self.duty_phone.clone(),
            demo: self.demo,
            exit_to: "https://www.bmkg.go.id/".to_owned(),
            onion: self.onion.clone(),
            window,
            password_cost: if self.demo { seal::Cost::CHEAP } else { seal::Cost::PASSWORD },
        }
    }

    /// Address of the pages as people type it. One host name a node, because cookies ignore ports (WEB.md 6).
    pub fn url(&self) -> String {
        format!("http://{}:{}", self.web.host, self.web.port)
    }

    /// The node's own carrier, for the signed entry.
    pub fn own_carrier(&self, pin: [u8; 32]) -> CarrierAddress {
        CarrierAddress { kind: 1, address: self.carrier_url(), tls: Some(pin) }
    }

    /// Its relays.
    pub fn relays(&self) -> Result<Vec<CarrierAddress>, Problem> {
        self.relays.iter().map(|text| relay(text).ok_or_else(|| Problem::at("node.bad-relay", text))).collect()
    }

    /// Address of the carrier, for the signed entry.
    pub fn carrier_url(&self) -> String {
        let here = format!("{}:{}", self.carrier.host, self.carrier.port);
        format!("https://{}", self.carrier_seen_as.as_ref().unwrap_or(&here))
    }
}

/// `http://`, 56 characters of a version 3 onion service, `.onion`; a port may follow.
fn is_onion(text: &str) -> bool {
    let Some((name, port)) = text.strip_prefix("http://").and_then(|rest| rest.split_once(".onion")) else {
        return false;
    };
    let is_base32 = |c: u8| c.is_ascii_lowercase() || (b'2'..=b'7').contains(&c);
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    name.len() == 56 && name.bytes().all(is_base32) && is_port
}

fn relay(text: &str) -> Option<CarrierAddress> {
    let (address, key) = text.split_once('#')?;
    let (host, port) = address.strip_prefix("https://")?.rsplit_once(':')?;
    let is_sound = !host.is_empty() && port.parse::<u16>().is_ok();
    let pin = base::from_hex(key)?.try_into().ok()?;
    is_sound.then(|| CarrierAddress { kind: 1, address: address.to_owned(), tls: Some(pin) })
}

/// The control socket of a running node.
pub fn socket(dir: &Path) -> PathBuf {
    dir.join("control.sock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_onion_address_of_version_3_is_one() {
        let name = "a2".repeat(28);
        assert!(is_onion(&format!("http://{name}.onion")) && is_onion(&format!("http://{name}.onion:8080")));
        for bad in ["", "http://a.onion", "https://example.org"] {
            assert!(!is_onion(bad), "{bad}");
        }
        assert!(!is_onion(&format!("http://{name}.onion/x")) && !is_onion(&format!("http://{}.onion", "1".repeat(56))));
    }
}
