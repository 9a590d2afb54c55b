//! A server is believed only under a certificate we trust and the name we asked for.

use crate::load::command;
use crate::{options, server};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use store::StoreError;
use store_postgres::{Options, PostgresBackend};

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[tokio::test]
async fn only_a_trusted_certificate_with_the_right_name_is_believed() {
    if server::url().is_none() {
        return;
    }
    let (ours, other) = (authority(), authority());
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &ours).unwrap();
    let files = [("our.crt", certificate.pem()), ("our.key", key.serialize_pem())];
    let Some(server) = server::own("ssl=on -c ssl_cert_file=our.crt -c ssl_key_file=our.key", &files) else {
        eprintln!("SKIPPED (PostgreSQL is not installed here)");
        return;
    };
    let url = format!("{}?sslmode=require", server.url);
    let named = url.replace("127.0.0.1", "localhost");
    let trusting = |ca: &CertifiedIssuer<'_, KeyPair>| Options { ca_pem: Some(ca.pem().into_bytes()), ..options() };
    let refused = Some(StoreError::Engine("store.unreachable".to_owned()));

    let store = PostgresBackend::connect(&named, "simpul_tls", trusting(&ours)).await.unwrap();
    command(&store, 1).await.unwrap();
    let stranger = PostgresBackend::connect(&named, "simpul_tls", trusting(&other)).await;
    assert_eq!(stranger.err(), refused);
    let misnamed = PostgresBackend::connect(&url, "simpul_tls", trusting(&ours)).await;
    assert_eq!(misnamed.err(), refused);
}
