//! The headers that carry a request's context between our processes, and those that strangers' subgraphs are sent.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::graph::{ClientInfo, RequestContext, TransportError};
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

/// The headers of a client's request that go on to a subgraph, and those that are set for it. By default there are none
/// of either: a subgraph that is not ours learns of a client's request nothing but its trace.
#[derive(Clone, Debug, Default)]
pub struct HeaderRules {
    /// Headers of the client's request, by name. [`ClientInfo::headers`] must hold them.
    pub propagate: Vec<HeaderName>,
    /// Headers to set; they win over the client's.
    pub insert: HeaderMap,
}

/// What a subgraph is told about a request beside the operation.
pub(super) enum Told {
    /// One of ours: everything, with the principal signed.
    All(Arc<InternalTokens>),
    /// A stranger's: the trace, and what the rules say.
    Rules(HeaderRules),
}

/// Adds what one of our processes tells another about a request: its trace, who asks (signed), in which language, under
/// which idempotency key, from which device.
///
/// # Errors
/// When the principal cannot be signed.
pub fn write_request_context(
    context: &RequestContext,
    tokens: &InternalTokens,
    headers: &mut HeaderMap,
) -> Result<(), TransportError> {
    if let Some(trace) = &context.trace_parent {
        set(headers, HeaderName::from_static(TRACE_HEADER), trace);
    }
    let token = tokens
        .sign(&context.principal)
        .map_err(|error| TransportError::Connection(format!("the principal: {error}")))?;
    set(headers, HeaderName::from_static(PRINCIPAL_HEADER), &token);
    set(headers, header::ACCEPT_LANGUAGE, context.language.tag());
    if let Some(key) = &context.idempotency_key {
        set(headers, HeaderName::from_static(IDEMPOTENCY_HEADER), key);
    }
    if let Some(agent) = &context.client.user_agent {
        set(headers, header::USER_AGENT, agent);
    }
    if let Some(address) = &context.client.ip_address {
        set(headers, HeaderName::from_static(CLIENT_ADDRESS_HEADER), address);
    }
    Ok(())
}

impl Told {
    /// Adds the headers of a request.
    pub(super) fn write(&self, context: &RequestContext, headers: &mut HeaderMap) -> Result<(), TransportError> {
        match self {
            Self::All(tokens) => write_request_context(context, tokens, headers)?,
            Self::Rules(rules) => {
                if let Some(trace) = &context.trace_parent {
                    set(headers, HeaderName::from_static(TRACE_HEADER), trace);
                }
                rules.write(context, headers);
            }
        }
        Ok(())
    }
}

impl Told {
    /// What the headers of a query say that may change its answer, beside who asks. The trace does not, nor does a
    /// client's device: sessions, which are told of it, begin with mutations.
    pub(super) fn distinguishing(&self, context: &RequestContext) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::All(_) => set(&mut headers, header::ACCEPT_LANGUAGE, context.language.tag()),
            Self::Rules(rules) => rules.write(context, &mut headers),
        }
        headers
    }
}

impl HeaderRules {
    fn write(&self, context: &RequestContext, headers: &mut HeaderMap) {
        for name in &self.propagate {
            // A mutation's `@idempotent` counts as the header.
            if name == IDEMPOTENCY_HEADER {
                if let Some(key) = &context.idempotency_key {
                    set(headers, name.clone(), key);
                }
                continue;
            }
            for value in context.client.headers.get_all(name) {
                headers.append(name.clone(), value.clone());
            }
        }
        for (name, value) in &self.insert {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// Sets a header; a value that no header can have is left out, as it came in none either.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
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
        action: None,
        client: Arc::new(ClientInfo {
            user_agent: text("user-agent").map(str::to_owned),
            ip_address: text(CLIENT_ADDRESS_HEADER).map(str::to_owned),
            headers: HeaderMap::new(),
        }),
        replayed: None,
    })
}
