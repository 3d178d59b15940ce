//! A subgraph behind TLS, whose certificate this machine has to trust.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::folder::Folder;
use crate::ports::free_port;
use crate::support::Server;

/// The certificate of an authority as PEM, and a server's of it.
fn certificates() -> (String, ServerConfig) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    (authority.as_ref().pem(), config)
}

/// Answers every request with the same.
async fn converse(acceptor: TlsAcceptor, stream: TcpStream) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut bytes = vec![0; 16_384];
    // A request of this test comes in one piece.
    while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {
        let body = json!({ "data": { "number": 7 } }).to_string();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted_and_another_is_not() {
    let (authority, config) = certificates();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let subgraph = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(converse(acceptor.clone(), stream));
        }
    });
    let folder = Folder::new();
    let trusted = folder.write("authority.pem", &authority);
    folder.write("a.graphql", "type Query { number: Int }");
    for (certificates, data) in [(trusted.to_str().unwrap(), json!(7)), ("/nowhere.pem", json!(null))] {
        let port = free_port();
        let config = folder.write(
            "router.toml",
            &format!(
                "listen = '127.0.0.1:{port}'\n[subgraphs.a]\nurl = 'https://localhost:{subgraph}/graphql'\n\
                 schema = 'a.graphql'"
            ),
        );
        let mut router = Server::start(&config, port, &[("SSL_CERT_FILE", certificates)]);
        router.until_ready().await;
        let answer = router.ask("{ number }", &[]).await;
        assert_eq!(answer["data"], json!({ "number": data }), "{answer}");
    }
}
