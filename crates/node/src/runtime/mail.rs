//! The one mail that a node sends: a guest's one-time link, in two languages. Its words are fixed; besides the name of the node
//! and the link nothing stands in it, and the code that the link needs is told by telephone (WEB.md 10, ADR 44).

use super::config::{MailConfig, MailTls};
use base::Problem;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::Path;
use std::time::Duration;

/// The officer waits for the answer before her page comes.
const PATIENCE: Duration = Duration::from_secs(10);
/// It says neither what it is about nor to whom it could matter.
const SUBJECT: &str = "Tautan masuk / Sign-in link";

/// Sends mails by the server of the configuration.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    title: String,
}

impl Mailer {
    /// Reads what it needs beside the configuration: password, certificates.
    pub fn new(dir: &Path, config: &MailConfig, title: &str) -> Result<Self, Problem> {
        let bad = |what: &str| Problem::at("node.bad-config", format!("mail.{what}"));
        let (host, port) = config.server.rsplit_once(':').ok_or_else(|| bad("server"))?;
        let port: u16 = port.parse().map_err(|_| bad("server"))?;
        let from: Address = config.from.parse().map_err(|_| bad("from"))?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.domain().to_owned()))
            .tls(tls(dir, config, host)?);
        if let (Some(user), Some(file)) = (&config.user, &config.password_file) {
            let password = std::fs::read_to_string(dir.join(file)).map_err(|_| bad("password_file"))?;
            transport = transport.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
        }
        Ok(Self { transport: transport.build(), from, title: title.to_owned() })
    }

    /// Sends a link. `mail.unreachable`: no server, or none that is safe; `mail.refused`: it said no.
    pub async fn send(&self, to: &str, links: &[String; 2]) -> Result<(), Problem> {
        let refused = || Problem::new("mail.refused");
        let to: Address = to.parse().map_err(|_| Problem::new("guest.bad-mail"))?;
        let mail = Message::builder()
            .from(self.from.clone().into())
            .to(to.into())
            .subject(SUBJECT)
            .header(ContentType::TEXT_PLAIN)
            .body(words(&self.title, links))
            .map_err(|_| refused())?;
        self.transport.send(mail).await.map(drop).map_err(|error| {
            // The error may name the receiver; its kind does not.
            let is_no = error.is_permanent() || error.is_transient();
            tracing::warn!(refused = is_no, "a mail with a link was not sent");
            if is_no { refused() } else { Problem::new("mail.unreachable") }
        })
    }
}

/// What a connection to the server is protected with. Without protection only this machine itself is spoken to.
fn tls(dir: &Path, config: &MailConfig, host: &str) -> Result<Tls, Problem> {
    let bad = |what: &str| Problem::at("node.bad-config", format!("mail.{what}"));
    if config.tls == MailTls::None {
        let here = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
        return if here { Ok(Tls::None) } else { Err(bad("tls")) };
    }
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(ca) = &config.ca {
        let pem = std::fs::read(dir.join(ca)).map_err(|_| bad("ca"))?;
        parameters = parameters.certificate_store(CertificateStore::None);
        parameters = certificates(&pem).into_iter().fold(parameters, TlsParametersBuilder::add_root_certificate);
    }
    let parameters = parameters.build().map_err(|_| bad("ca"))?;
    Ok(if config.tls == MailTls::Starttls { Tls::Required(parameters) } else { Tls::Wrapper(parameters) })
}

/// Each certificate of a file by itself: one that cannot be read is none to trust, and no reason to trust no other.
fn certificates(pem: &[u8]) -> Vec<Certificate> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    let each = text.split_inclusive(END).filter(|part| part.ends_with(END));
    each.filter_map(|part| Certificate::from_pem(part.as_bytes()).ok()).collect()
}

/// The mail. A test holds every line of it against what a server received.
fn words(title: &str, [link, english]: &[String; 2]) -> String {
    [
        &format!("Simpul {title}"),
        "",
        "Ini tautan masuk Anda. Berlaku sekali, selama 48 jam.",
        "Kodenya dibacakan kepada Anda lewat telepon.",
        link,
        "",
        "This is your sign-in link. It is good once, for 48 hours.",
        "The code is read out to you by telephone.",
        english,
        "",
        "Tidak menunggu surat ini? Abaikan saja. / Not expecting this? Ignore it.",
        "",
    ]
    .join("\r\n")
}

#[cfg(test)]
mod tests;
