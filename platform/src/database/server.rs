//! The way to a PostgreSQL server: its URL, with TLS as `sslmode` and `sslrootcert` ask for it.
//!
//! The names and their meaning are libpq's. Without `sslmode` a server on this machine is reached plainly, and any other
//! by TLS when it offers it. Without `sslrootcert` (or with `system`) certificates are checked against the system's
//! authorities.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::pool::PoolError;

/// A PostgreSQL server, as one role and on one database of it.
#[derive(Clone)]
pub struct Server {
    config: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Reads a `postgres://` URL.
    ///
    /// # Errors
    /// When it is none, has an option that is not known, or names authorities that cannot be read.
    pub fn parse(url: &str) -> Result<Self, PoolError> {
        let mut parsed = reqwest::Url::parse(url).map_err(|_| PoolError::new("DATABASE_URL is no URL"))?;
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for (name, value) in parsed.query_pairs() {
            match &*name {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => roots = Some(value.into_owned()),
                _ => others.push((name.into_owned(), value.into_owned())),
            }
        }
        let loopback = parsed.host_str().is_none_or(is_loopback);
        parsed.set_query(Some(&query(&others)));
        let mut config: tokio_postgres::Config =
            parsed.as_str().parse().map_err(|error| PoolError::new(format!("DATABASE_URL: {}", causes(&error))))?;
        let tls = match mode.as_deref() {
            None if loopback => None,
            Some("disable") => None,
            None | Some("prefer") => Some((SslMode::Prefer, Trust::Anybody)),
            Some("require") => match roots {
                Some(roots) => Some((SslMode::Require, Trust::AnyName(authorities(Some(&roots))?))),
                None => Some((SslMode::Require, Trust::Anybody)),
            },
            Some("verify-ca") => Some((SslMode::Require, Trust::AnyName(authorities(roots.as_deref())?))),
            Some("verify-full") => Some((SslMode::Require, Trust::Named(authorities(roots.as_deref())?))),
            Some(other) => {
                let known = "disable, prefer, require, verify-ca or verify-full";
                return Err(PoolError::new(format!("DATABASE_URL: sslmode is {other}, and not {known}")));
            }
        };
        config.ssl_mode(tls.as_ref().map_or(SslMode::Disable, |(mode, _)| *mode));
        let tls = tls.map(|(_, trust)| trust.into_config()).transpose()?.map(MakeRustlsConnect::new);
        Ok(Self { config, tls })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When the server cannot be reached or is not the one that is wanted, or refuses.
    pub async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let failed = |error: tokio_postgres::Error| ConnectionError::BadConnection(causes(&error));
        match &self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await.map_err(failed)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(failed)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.is_empty() || host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// An error with all that it comes from; its own text says only where it happened.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}

/// A query string. PostgreSQL's URLs have `%20` for a space but take `+` literally, so that form encoding will not do.
pub(super) fn query(pairs: &[(String, String)]) -> String {
    let encode = |value: &str| -> String {
        value
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// The authorities of a file, or the system's.
fn authorities(file: Option<&str>) -> Result<RootCertStore, PoolError> {
    let mut store = RootCertStore::empty();
    match file.filter(|file| *file != "system") {
        Some(file) => {
            let unreadable = |error: &dyn std::fmt::Display| PoolError::new(format!("sslrootcert {file}: {error}"));
            let certificates = CertificateDer::pem_file_iter(Path::new(file)).map_err(|error| unreadable(&error))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                store.add(certificate).map_err(|error| unreadable(&error))?;
            }
            if store.is_empty() {
                return Err(unreadable(&"there is no certificate in it"));
            }
        }
        None => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() {
                return Err(PoolError::new("the system has no certificate authorities; name some with sslrootcert"));
            }
        }
    }
    Ok(store)
}

/// Whom the server may be.
enum Trust {
    /// Anybody: the connection is secret from those who only listen.
    Anybody,
    /// Anybody with a certificate of these authorities.
    AnyName(RootCertStore),
    /// Who has a certificate of these authorities for the URL's host.
    Named(RootCertStore),
}

impl Trust {
    fn into_config(self) -> Result<ClientConfig, PoolError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(PoolError::new)?;
        let chain = match self {
            Self::Named(roots) => return Ok(builder.with_root_certificates(roots).with_no_client_auth()),
            Self::Anybody => None,
            Self::AnyName(roots) => {
                let roots = Arc::new(roots);
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
                Some(verifier.map_err(PoolError::new)?)
            }
        };
        let verifier = Arc::new(NamelessVerifier { chain, provider });
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
    }
}

/// Checks less than rustls does by itself: not the name, and the chain only where there are authorities.
#[derive(Debug)]
struct NamelessVerifier {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for NamelessVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last: everything else was right.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_on_this_machine_is_plain_by_default() {
        let cases = [
            ("postgres://doa@127.0.0.1:5432/doa", SslMode::Disable),
            ("postgres://doa@localhost/doa", SslMode::Disable),
            ("postgres://doa@[::1]/doa", SslMode::Disable),
            ("postgres://doa@database.internal/doa", SslMode::Prefer),
            ("postgres://doa@10.0.0.7/doa?sslmode=disable", SslMode::Disable),
            ("postgres://doa@127.0.0.1/doa?sslmode=require", SslMode::Require),
            ("postgres://doa@database.internal/doa?sslmode=prefer&application_name=a%20b", SslMode::Prefer),
        ];
        for (url, mode) in cases {
            let server = Server::parse(url).unwrap();
            assert_eq!(server.config.get_ssl_mode(), mode, "{url}");
            assert_eq!(server.tls.is_some(), mode != SslMode::Disable, "{url}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (url, says) in [
            ("postgres://doa@127.0.0.1/doa?sslmode=verify", "sslmode is verify, and not"),
            ("postgres://doa@127.0.0.1/doa?sslmode=verify-full&sslrootcert=/none.pem", "sslrootcert /none.pem"),
            ("postgres://doa@127.0.0.1/doa?colour=red", "colour"),
            ("no url", "no URL"),
        ] {
            let error = Server::parse(url).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(says), "{url}: {error}");
        }
    }
}
