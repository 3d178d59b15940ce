//! Connections to one server: TCP, and TLS where its URL says so.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{AddressError, Protocol};
use crate::graph::TransportError;

/// A connection, with or without TLS.
pub(super) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// A connection as hyper reads and writes it.
pub(super) type Io = TokioIo<Box<dyn Connection>>;

/// A server to connect to.
pub(super) struct Server {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    limit: Duration,
}

impl Server {
    /// The server that a URL names.
    pub(super) fn new(url: &Uri, protocol: Protocol, limit: Duration) -> Result<Self, AddressError> {
        let invalid = || AddressError::Url(url.to_string());
        let secure = match url.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid()),
        };
        let host = url.host().ok_or_else(invalid)?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let tls = if secure {
            let name = ServerName::try_from(host.clone()).map_err(|_| invalid())?;
            Some((connector(protocol)?, name))
        } else {
            None
        };
        Ok(Self { port: url.port_u16().unwrap_or(if secure { 443 } else { 80 }), host, tls, limit })
    }

    /// Connects within the limit.
    pub(super) async fn connect(&self) -> Result<Io, TransportError> {
        tokio::time::timeout(self.limit, self.handshake())
            .await
            .unwrap_or(Err(TransportError::Timeout(self.limit)))
            .map(TokioIo::new)
    }

    async fn handshake(&self) -> Result<Box<dyn Connection>, TransportError> {
        let failed = |error: std::io::Error| TransportError::Connection(error.to_string());
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await.map_err(failed)?;
                Ok(Box::new(stream))
            }
        }
    }
}

fn connector(protocol: Protocol) -> Result<TlsConnector, AddressError> {
    crate::http_client::choose_cryptography();
    let failed = |error: rustls::Error| AddressError::Tls(error.to_string());
    let mut config = rustls::ClientConfig::builder().with_platform_verifier().map_err(failed)?.with_no_client_auth();
    config.alpn_protocols = match protocol {
        Protocol::Http1 => vec![b"http/1.1".to_vec()],
        Protocol::Http2 => vec![b"h2".to_vec()],
    };
    Ok(TlsConnector::from(Arc::new(config)))
}
