//! The HTTP transport, and its other end: the headers that carry a request's context between our processes.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use http::HeaderMap;
use serde::Serialize;

use super::{ClientInfo, GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use crate::identity::{InternalTokens, Principal, TokenError};
use crate::language::Language;

/// The signed principal.
pub const PRINCIPAL_HEADER: &str = "x-doa-principal";
/// The client's idempotency key.
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";
/// W3C trace context.
pub const TRACE_HEADER: &str = "traceparent";
/// The address of the client, as the edge saw it.
const CLIENT_ADDRESS_HEADER: &str = "x-doa-client-address";

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
    }
}

/// Reaches a subgraph at a URL.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    url: Arc<str>,
    settings: HttpTransportSettings,
    /// Signs the principal for our own subgraphs; strangers' subgraphs get none.
    tokens: Option<Arc<InternalTokens>>,
}

#[derive(Serialize)]
struct Body<'a> {
    query: &'a str,
    variables: &'a async_graphql::Variables,
}

impl HttpTransport {
    /// A client to share between transports: its pool of connections is.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn client(settings: &HttpTransportSettings) -> Result<reqwest::Client, TransportError> {
        crate::http_client::builder()
            .connect_timeout(settings.connect_timeout)
            .pool_max_idle_per_host(settings.idle_connections)
            .build()
            .map_err(|error| TransportError::Connection(error.to_string()))
    }

    /// A transport to the GraphQL endpoint at `url`.
    pub fn new(
        client: reqwest::Client,
        url: &str,
        settings: HttpTransportSettings,
        tokens: Option<Arc<InternalTokens>>,
    ) -> Self {
        Self { client, url: url.into(), settings, tokens }
    }

    async fn send(&self, request: GraphRequest) -> Result<GraphAnswer, TransportError> {
        let connection = |error: reqwest::Error| TransportError::Connection(error.without_url().to_string());
        let mut post = self
            .client
            .post(&*self.url)
            .header(http::header::ACCEPT, "application/graphql-response+json, application/json")
            .header(http::header::ACCEPT_LANGUAGE, request.context.language.tag())
            .json(&Body { query: &request.query, variables: &request.variables });
        if let Some(tokens) = &self.tokens {
            let token = tokens
                .sign(&request.context.principal)
                .map_err(|error| TransportError::Connection(error.to_string()))?;
            post = post.header(PRINCIPAL_HEADER, &*token);
            if let Some(agent) = &request.context.client.user_agent {
                post = post.header(http::header::USER_AGENT, agent);
            }
            if let Some(address) = &request.context.client.ip_address {
                post = post.header(CLIENT_ADDRESS_HEADER, address);
            }
        }
        if let Some(key) = &request.context.idempotency_key {
            post = post.header(IDEMPOTENCY_HEADER, &**key);
        }
        if let Some(trace) = &request.context.trace_parent {
            post = post.header(TRACE_HEADER, &**trace);
        }
        let mut response = post.send().await.map_err(connection)?;
        let status = response.status().as_u16();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(connection)? {
            if body.len() + chunk.len() > self.settings.max_response_bytes {
                return Err(TransportError::TooLarge(self.settings.max_response_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(GraphAnswer::Json { status, body: Bytes::from(body) })
    }
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

/// The context of a request that one of our processes sent: who asks is believed only when the signature is ours.
///
/// # Errors
/// When a principal is claimed and its signature is not ours.
pub fn request_context_from_headers(
    headers: &HeaderMap,
    tokens: &InternalTokens,
) -> Result<RequestContext, TokenError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let principal = match text(PRINCIPAL_HEADER) {
        Some(token) => tokens.verify(token)?,
        None => Arc::new(Principal::default()),
    };
    Ok(RequestContext {
        principal,
        language: text("accept-language").map(Language::from_accept_language).unwrap_or_default(),
        idempotency_key: text(IDEMPOTENCY_HEADER).map(Into::into),
        trace_parent: text(TRACE_HEADER).map(Into::into),
        client: Arc::new(ClientInfo {
            user_agent: text("user-agent").map(str::to_owned),
            ip_address: text(CLIENT_ADDRESS_HEADER).map(str::to_owned),
        }),
    })
}
