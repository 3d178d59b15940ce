//! Asking a graph: one request and answer type, and the transports that carry them.
//!
//! A transport reaches one subgraph, in process ([`LocalTransport`]) or over HTTP ([`HttpTransport`]). The router
//! executes its plans over transports, and services send commands to each other over the same ones ([`GraphClient`]),
//! so that no service knows which shape of the system it runs in.

mod client;
mod http;
mod local;
mod sdl;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::http::HeaderMap;
use bytes::Bytes;
use futures::future::BoxFuture;

pub use client::{GraphClient, GraphClientError, WHOLE_GRAPH};
pub use http::{
    AddressError, Gzip, HeaderRules, HttpTransport, HttpTransportSettings, IDEMPOTENCY_HEADER, PRINCIPAL_HEADER,
    Protocol, TRACE_HEADER, request_context_from_headers, write_request_context,
};
pub use local::{LocalSchema, LocalTransport};
pub use sdl::print_sdl;

use crate::identity::Principal;
use crate::language::Language;

/// The extension by which a subgraph's answer says that it is a kept one.
pub const REPLAYED: &str = "idempotentReplayed";

/// One operation for one subgraph.
#[derive(Clone)]
pub struct GraphRequest {
    /// The text of the operation.
    pub query: Arc<str>,
    /// The same operation, parsed; a local transport executes it without parsing `query` again.
    pub document: Option<Arc<async_graphql::parser::types::ExecutableDocument>>,
    /// The values of the operation's variables.
    pub variables: async_graphql::Variables,
    /// Further variables, whose values are JSON already: entities that an HTTP transport asks for.
    pub json_variables: Vec<(async_graphql::Name, Bytes)>,
    /// On whose behalf, in which language, under which trace.
    pub context: RequestContext,
}

impl GraphRequest {
    /// The same request with all variables as values.
    #[must_use]
    pub fn with_values(mut self) -> Self {
        for (name, json) in std::mem::take(&mut self.json_variables) {
            // Who wrote it wrote JSON; what is not is null, and the operation's types then refuse it.
            self.variables.insert(name, serde_json::from_slice(&json).unwrap_or_default());
        }
        self
    }
}

/// What travels with a request through every hop: router to subgraph, and subgraph to subgraph.
#[derive(Clone, Debug, Default)]
pub struct RequestContext {
    /// Who asks.
    pub principal: Arc<Principal>,
    /// The language of messages meant for people.
    pub language: Language,
    /// The `Idempotency-Key` of the client's request, for mutations that move money or stock.
    pub idempotency_key: Option<Arc<str>>,
    /// W3C `traceparent` of the request; also the source of the `traceId` that error answers carry.
    pub trace_parent: Option<Arc<str>>,
    /// The name of the mutation that gives a command, known to its owner: the action in the audit log.
    pub action: Option<Arc<str>>,
    /// What is known of the client's device, for the session list.
    pub client: Arc<ClientInfo>,
    /// Where whoever answers notes that the answer is a kept one; none where nobody has an idempotency key.
    pub replayed: Option<Arc<AtomicBool>>,
}

impl RequestContext {
    /// Notes that the answer is the first one again, kept under the request's idempotency key.
    pub fn note_replay(&self) {
        if let Some(replayed) = &self.replayed {
            replayed.store(true, Ordering::Relaxed);
        }
    }
}

impl RequestContext {
    /// The context of a service that acts by itself: in a job, or by an event that came under this `traceparent`.
    pub fn of_service(name: &str, trace_parent: Option<&str>) -> Self {
        let principal = Arc::new(Principal::service(name));
        Self { principal, trace_parent: trace_parent.map(Into::into), ..Self::default() }
    }
}

/// What the edge saw of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The peer's address, or the one that a trusted proxy named.
    pub ip_address: Option<String>,
    /// The headers that the edge was told to keep for subgraphs.
    pub headers: HeaderMap,
}

/// A subgraph's answer, in the form its transport has it.
pub enum GraphAnswer {
    /// In process: the executed value tree, to be moved and not serialised.
    Tree(Box<async_graphql::Response>),
    /// Over HTTP: the status and the bytes of the body, not parsed yet.
    Json {
        /// The HTTP status of the answer.
        status: u16,
        /// The body as it came.
        body: Bytes,
    },
}

/// Why no answer came. The cause is for the log alone and never reaches a client.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransportError {
    /// The subgraph could not be reached, or broke the connection.
    #[error("connection failed: {0}")]
    Connection(String),
    /// No answer within the limit.
    #[error("no answer within {0:?}")]
    Timeout(std::time::Duration),
    /// The answer is larger than allowed.
    #[error("answer larger than {0} bytes")]
    TooLarge(usize),
}

/// A way to one subgraph.
pub trait SubgraphTransport: Send + Sync {
    /// Executes one operation there.
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>>;

    /// Whether it takes operations and variables as they are in memory; if not, it would only write them as text and JSON.
    fn in_memory(&self) -> bool {
        false
    }
}
