//! TLS between nodes: a self-signed certificate whose key is pinned in the node's entry. Names and authorities prove
//! nothing here; the pin proves all (FEDERATION.md 9).

use base::Problem;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme};
use std::sync::Arc;

/// The node's certificate and its key.
#[derive(Clone)]
pub struct TlsIdentity {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl TlsIdentity {
    /// A new certificate. The name in it says nothing; peers look at the key alone.
    pub fn generate() -> Result<Self, Problem> {
        let failed = |_| Problem::at("relay.pin", "rcgen");
        let made = rcgen::generate_simple_self_signed(vec!["simpul.invalid".to_owned()]).map_err(failed)?;
        Ok(Self { cert: made.cert.der().to_vec(), key: made.signing_key.serialize_der() })
    }

    /// From what [`TlsIdentity::to_parts`] gave.
    pub const fn from_parts(cert: Vec<u8>, key: Vec<u8>) -> Self {
        Self { cert, key }
    }

    /// Certificate and private key, DER; the key is for a file of mode 0600.
    pub fn to_parts(&self) -> (&[u8], &[u8]) {
        (&self.cert, &self.key)
    }

    /// The pin for the node's entry: SHA-256 of the public key (SubjectPublicKeyInfo).
    pub fn pin(&self) -> Result<[u8; 32], Problem> {
        pin_of(&CertificateDer::from(self.cert.as_slice())).map_err(|_| Problem::at("relay.pin", "certificate"))
    }

    /// For a server: TLS 1.3 only.
    pub(super) fn server_config(&self) -> Result<Arc<ServerConfig>, Error> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(self.cert.clone())], key)?;
        Ok(Arc::new(config))
    }
}

/// For a client that takes exactly one key.
pub fn pinned(pin: [u8; 32]) -> Result<Arc<ClientConfig>, Error> {
    let provider = provider();
    let algorithms = provider.signature_verification_algorithms;
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pin { pin, algorithms }))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn pin_of(cert: &CertificateDer<'_>) -> Result<[u8; 32], Error> {
    let parsed = ParsedCertificate::try_from(cert)?;
    Ok(seal::hash::sha256(&[parsed.subject_public_key_info().as_ref()]))
}

#[derive(Debug)]
struct Pin {
    pin: [u8; 32],
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        cert: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if pin_of(cert)? == self.pin {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(rustls::CertificateError::ApplicationVerificationFailure))
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(rustls::PeerIncompatible::ServerDoesNotSupportTls12Or13))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
