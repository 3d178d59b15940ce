//! The HTTP transport: HTTP/1.1 with connections kept alive, or HTTP/2, with and without TLS.

mod connect;
mod exchange;
mod headers;
mod http1;
mod http2;
mod shared;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use ::http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST};
use ::http::{HeaderMap, HeaderValue, Method, Uri};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::BoxFuture;
use http_body_util::Full;

use self::connect::Server;
use self::exchange::{Answer, Request};
use self::headers::Told;
use self::http1::Http1;
use self::http2::Http2;
use self::shared::{Question, Shared};
use super::{GraphAnswer, GraphRequest, SubgraphTransport, TransportError};
use crate::identity::InternalTokens;

pub use self::headers::{
    HeaderRules, IDEMPOTENCY_HEADER, PRINCIPAL_HEADER, TRACE_HEADER, request_context_from_headers,
    write_request_context,
};

crate::settings! {
    /// How subgraphs are reached over HTTP.
    pub struct HttpTransportSettings {
        /// How long a subgraph may take to answer.
        timeout: Duration = "SUBGRAPH_TIMEOUT", "10s";
        /// How long connecting to a subgraph may take.
        connect_timeout: Duration = "SUBGRAPH_CONNECT_TIMEOUT", "1s";
        /// Largest answer of a subgraph, in bytes.
        max_response_bytes: usize = "SUBGRAPH_MAX_RESPONSE_BYTES", "16777216";
        /// Idle connections kept to each subgraph.
        idle_connections: usize = "SUBGRAPH_IDLE_CONNECTIONS", "64";
        /// How long an idle connection is kept.
        idle_timeout: Duration = "SUBGRAPH_IDLE_TIMEOUT", "55s";
        /// The protocol that subgraphs are spoken to in: http1, or http2 (without TLS from the first byte on, h2c).
        protocol: Protocol = "SUBGRAPH_PROTOCOL", "http1";
        /// What is compressed with gzip: off, answers, or both answers and requests.
        compression: Gzip = "SUBGRAPH_COMPRESSION", "off";
        /// Whether equal queries of the same principal that are under way at the same moment share one request.
        share_queries: bool = "SUBGRAPH_SHARE_QUERIES", "true";
    }
}

/// The protocol that a subgraph is spoken to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1 with connections kept alive.
    Http1,
    /// HTTP/2. Without TLS it is spoken from the first byte on: the server must expect that (h2c with prior knowledge).
    Http2,
}

impl crate::settings::SettingValue for Protocol {
    const EXPECTED: &'static str = "http1 or http2";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "http1" => Some(Self::Http1),
            "http2" => Some(Self::Http2),
            _ => None,
        }
    }
}

/// What is compressed between us and a subgraph. An answer that comes in gzip is read in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gzip {
    /// Nothing: on a fast network compressing costs more than it saves.
    Off,
    /// Answers are asked for in gzip.
    Answers,
    /// Requests are sent in gzip, too; the subgraph must understand that.
    Both,
}

impl crate::settings::SettingValue for Gzip {
    const EXPECTED: &'static str = "off, answers or both";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "off" => Some(Self::Off),
            "answers" => Some(Self::Answers),
            "both" => Some(Self::Both),
            _ => None,
        }
    }
}

/// A subgraph cannot be reached by what is said about it.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// The URL.
    #[error("{0:?} is no http:// or https:// URL without credentials")]
    Url(String),
    /// The certificates of this machine.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
}

/// Reaches a subgraph at a URL.
pub struct HttpTransport {
    connections: Connections,
    uri: Uri,
    /// The headers that all requests have.
    head: HeaderMap,
    told: Told,
    settings: HttpTransportSettings,
    shared: Shared,
}

enum Connections {
    Http1(Http1),
    Http2(Http2),
}

impl HttpTransport {
    /// A transport to one of our own subgraphs, which is told everything about a request, signed with our key.
    ///
    /// # Errors
    /// When the URL cannot be one of a subgraph.
    pub fn to_ours(
        url: &str,
        settings: HttpTransportSettings,
        tokens: Arc<InternalTokens>,
    ) -> Result<Self, AddressError> {
        Self::new(url, settings, Told::All(tokens))
    }

    /// A transport to a stranger's subgraph, which is told the trace of a request and what the rules say.
    ///
    /// # Errors
    /// When the URL cannot be one of a subgraph.
    pub fn to_stranger(url: &str, settings: HttpTransportSettings, rules: HeaderRules) -> Result<Self, AddressError> {
        Self::new(url, settings, Told::Rules(rules))
    }

    fn new(text: &str, settings: HttpTransportSettings, told: Told) -> Result<Self, AddressError> {
        let invalid = || AddressError::Url(text.to_owned());
        let url: Uri = text.parse().map_err(|_| invalid())?;
        let authority = url.authority().ok_or_else(invalid)?;
        // Credentials in a URL end up in logs; a header can be set instead.
        if authority.as_str().contains('@') {
            return Err(invalid());
        }
        let mut head = HeaderMap::new();
        head.insert(ACCEPT, HeaderValue::from_static("application/graphql-response+json, application/json"));
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if settings.compression != Gzip::Off {
            head.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if settings.compression == Gzip::Both {
            head.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let server = Server::new(&url, settings.protocol, settings.connect_timeout)?;
        let (connections, uri) = match settings.protocol {
            Protocol::Http1 => {
                head.insert(HOST, HeaderValue::from_str(authority.as_str()).map_err(|_| invalid())?);
                let path = url.path_and_query().map_or("/", ::http::uri::PathAndQuery::as_str);
                let http1 = Http1::new(server, settings.idle_connections, settings.idle_timeout);
                (Connections::Http1(http1), path.parse().map_err(|_| invalid())?)
            }
            Protocol::Http2 => (Connections::Http2(Http2::new(server)), url.clone()),
        };
        Ok(Self { connections, uri, head, told, settings, shared: Shared::default() })
    }

    async fn send(&self, asked: GraphRequest) -> Result<GraphAnswer, TransportError> {
        let body = self.body(&asked)?;
        let reads = only_reads(&asked.query);
        let answer = if reads && self.settings.share_queries {
            let question = Question {
                body: body.clone(),
                principal: Arc::clone(&asked.context.principal),
                headers: self.told.distinguishing(&asked.context),
            };
            self.shared.ask(question, self.exchange(&asked, body, reads)).await
        } else {
            let _under_way = (!reads).then(|| self.shared.mutation());
            self.exchange(&asked, body, reads).await
        };
        answer.map(|Answer { status, body }| GraphAnswer::Json { status, body })
    }

    /// Sends a request over a connection. One that only reads is sent again where a connection broke.
    async fn exchange(&self, asked: &GraphRequest, body: Bytes, reads: bool) -> Result<Answer, TransportError> {
        let mut headers = self.head.clone();
        self.told.write(&asked.context, &mut headers)?;
        let request = || -> Request {
            let mut request = ::http::Request::new(Full::new(body.clone()));
            *request.method_mut() = Method::POST;
            *request.uri_mut() = self.uri.clone();
            request.headers_mut().clone_from(&headers);
            request
        };
        let limit = self.settings.max_response_bytes;
        match &self.connections {
            Connections::Http1(http1) => http1.ask(request, reads, limit).await,
            Connections::Http2(http2) => http2.ask(request, reads, limit).await,
        }
    }

    fn body(&self, asked: &GraphRequest) -> Result<Bytes, TransportError> {
        let failed = |error: String| TransportError::Connection(format!("the request cannot be written: {error}"));
        let mut body = write_body(asked).map_err(|error| failed(error.to_string()))?;
        if self.settings.compression == Gzip::Both {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&body).map_err(|error| failed(error.to_string()))?;
            body = encoder.finish().map_err(|error| failed(error.to_string()))?;
        }
        Ok(body.into())
    }
}

fn write_body(asked: &GraphRequest) -> serde_json::Result<Vec<u8>> {
    let variables: usize = asked.json_variables.iter().map(|(_, json)| json.len()).sum();
    let mut body = Vec::with_capacity(asked.query.len() + variables + 512);
    body.extend_from_slice(b"{\"query\":");
    serde_json::to_writer(&mut body, &*asked.query)?;
    body.extend_from_slice(b",\"variables\":{");
    let next = |body: &mut Vec<u8>, name: &async_graphql::Name| {
        if body.last() != Some(&b'{') {
            body.push(b',');
        }
        serde_json::to_writer(&mut *body, name.as_str())?;
        body.push(b':');
        serde_json::Result::Ok(())
    };
    for (name, value) in asked.variables.iter() {
        next(&mut body, name)?;
        serde_json::to_writer(&mut body, value)?;
    }
    for (name, json) in &asked.json_variables {
        next(&mut body, name)?;
        body.extend_from_slice(json);
    }
    body.extend_from_slice(b"}}");
    Ok(body)
}

/// Whether an operation changes nothing. A document of several operations cannot be sent without a name, so that what
/// begins with a query is one.
fn only_reads(document: &str) -> bool {
    let document = document.trim_start();
    document.starts_with('{') || document.starts_with("query")
}

impl SubgraphTransport for HttpTransport {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async move {
            tokio::time::timeout(self.settings.timeout, self.send(request))
                .await
                .unwrap_or(Err(TransportError::Timeout(self.settings.timeout)))
        })
    }
}
