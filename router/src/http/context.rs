//! Who asks, in which language, under which trace: read from a request's headers.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use platform::graph::{ClientInfo, RequestContext};
use platform::identity::{Principal, TokenError};
use platform::language::Language;
use platform::trace::continue_or_start;

use super::{Access, Edge, clients};
use crate::error::{GraphError, codes};

/// The signed principal of one of our own services.
const PRINCIPAL_HEADER: &str = "x-doa-principal";
/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 255;

/// Why a request is not let in.
pub(crate) struct Denied {
    pub(crate) status: StatusCode,
    pub(crate) error: GraphError,
}

/// Reads the context of a request. The context comes with a refusal, too, for the trace in its answer.
pub(crate) async fn read_context(
    edge: &Edge,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> (RequestContext, Option<Denied>) {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut context = RequestContext {
        principal: Arc::new(Principal::default()),
        language: text("accept-language").map(Language::from_accept_language).unwrap_or_default(),
        idempotency_key: None,
        trace_parent: Some(continue_or_start(text("traceparent"))),
        action: None,
        client: Arc::new(ClientInfo {
            user_agent: text("user-agent").map(str::to_owned),
            ip_address: address(edge, headers, extensions),
            headers: propagated(edge, headers),
        }),
        replayed: None,
    };
    let denied = match identify(edge, headers, &context).await {
        Ok(principal) => {
            context.principal = principal;
            None
        }
        Err(denied) => Some(denied),
    };
    if denied.is_some() {
        return (context, denied);
    }
    if let Some(value) = headers.get("idempotency-key") {
        match value.to_str() {
            Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => context.idempotency_key = Some(key.into()),
            _ => {
                let message = format!("Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters.");
                let error = GraphError::new(codes::REQUEST, message);
                return (context, Some(Denied { status: StatusCode::BAD_REQUEST, error }));
            }
        }
    }
    (context, None)
}

/// Lets a request for a route beside the graph in, with its context. Such routes may have credentials of their own, as a
/// provider's call-backs and sandboxes do: what is no token of ours makes nobody of who asks, and the route decides.
pub(super) async fn identified(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let (context, _) = read_context(&edge, request.headers(), request.extensions()).await;
    request.extensions_mut().insert(context);
    next.run(request).await
}

/// The headers that some subgraph is to be sent.
fn propagated(edge: &Edge, headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in edge.propagated.iter() {
        for value in headers.get_all(name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

async fn identify(edge: &Edge, headers: &HeaderMap, context: &RequestContext) -> Result<Arc<Principal>, Denied> {
    if let (Some(tokens), Some(value)) = (&edge.internal, headers.get(PRINCIPAL_HEADER)) {
        let token = value.to_str().map_err(|_| refusal(&TokenError::Invalid))?;
        return tokens.verify(token).map_err(|error| refusal(&error));
    }
    let verifier = match &edge.access {
        Access::Unread => return Ok(Arc::new(Principal::default())),
        Access::Refused => None,
        Access::Verified(verifier) => Some(verifier),
    };
    let (key, value) = (headers.get(clients::KEY_HEADER), headers.get(header::AUTHORIZATION));
    let value = match (key, value) {
        (None, None) => return Ok(Arc::new(Principal::default())),
        (None, Some(value)) => value,
        (Some(key), None) => return clients::identify(edge.clients.as_deref(), key, context).await,
        (Some(_), Some(_)) => {
            let error = GraphError::new(codes::REQUEST, "Send either an access token or an API key.");
            return Err(Denied { status: StatusCode::BAD_REQUEST, error });
        }
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    match (verifier, token) {
        (Some(verifier), Some(token)) => verifier.verify(token).await.map_err(|error| refusal(&error)),
        _ => Err(refusal(&TokenError::Invalid)),
    }
}

fn refusal(error: &TokenError) -> Denied {
    let (status, code, message) = match error {
        TokenError::Expired => {
            (StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED", "The access token has expired; refresh the session.")
        }
        TokenError::Invalid => (StatusCode::UNAUTHORIZED, "INVALID_TOKEN", "The access token is not valid."),
        TokenError::KeysUnavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "Access tokens cannot be verified right now; try again.")
        }
    };
    Denied { status, error: GraphError::new(code, message) }
}

fn address(edge: &Edge, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    if edge.trusts_forwarded
        && let Some(forwarded) = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok())
        // The proxy in front appends the address that it saw; what is before it, anybody can write.
        && let Some(last) = forwarded.rsplit(',').map(str::trim).find(|part| !part.is_empty())
    {
        return Some(last.to_owned());
    }
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string())
}
