//! The GraphQL endpoint.

use std::collections::BTreeMap;
use std::time::Instant;

use async_graphql::{Name, Value};
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::trace::trace_id;
use serde::Deserialize;

use super::accept::{Media, negotiate};
use super::body::read_body;
use super::context::{Denied, read_context};
use super::documents::{self, Extensions};
use super::{Edge, exceeded};
use crate::error::{GraphError, codes};
use crate::operation::OperationKind;
use crate::respond::write_failure;
use crate::router;

const IDE: &str = include_str!("ide.html");
/// The page runs its own script and style and talks to its own origin, nothing else.
const IDE_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The parameters of a request.
#[derive(Deserialize)]
struct Parameters {
    query: Option<String>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<BTreeMap<Name, Value>>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

/// A request that is no GraphQL request.
struct Malformed {
    status: StatusCode,
    error: GraphError,
}

impl Malformed {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, error: GraphError::new(codes::REQUEST, message) }
    }
}

/// Serves `/graphql`.
pub(super) async fn serve(State(edge): State<Edge>, request: Request<Body>) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let response = answer(&edge, parts, body).await;
    metrics::histogram!("graphql_request_seconds", "status" => status_class(response.status()))
        .record(started.elapsed().as_secs_f64());
    response
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=299 => "2xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

async fn answer(edge: &Edge, parts: Parts, body: Body) -> Response<Body> {
    let media = negotiate(&parts.headers);
    let asks = |query: &str| query.contains("query=") || query.contains("extensions=");
    let asks_nothing = parts.method == Method::GET && !parts.uri.query().is_some_and(asks);
    if asks_nothing && media == Some(Media::Html) && edge.router.settings.ide {
        return page();
    }
    // A browser that asks for HTML and sends a query gets JSON.
    let media = match media {
        Some(Media::Html) => Some(Media::Json),
        media => media,
    };
    let (context, denied) = read_context(edge, &parts.headers, &parts.extensions).await;
    let Some(media) = media else {
        let message = "Accept application/graphql-response+json or application/json.";
        let malformed = Malformed::new(StatusCode::NOT_ACCEPTABLE, message);
        return failure(Media::Json, malformed.status, &[malformed.error], &context);
    };
    if let Some(Denied { status, error }) = denied {
        let mut response = failure(media, status, &[error], &context);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        return response;
    }
    match read(edge, &parts, body).await {
        Ok(parameters) => execute(edge, media, &parts.method, parameters, &context).await,
        Err(malformed) => {
            let mut response = failure(media, malformed.status, &[malformed.error], &context);
            if malformed.status == StatusCode::METHOD_NOT_ALLOWED {
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
            }
            response
        }
    }
}

async fn execute(
    edge: &Edge,
    media: Media,
    method: &Method,
    parameters: Parameters,
    context: &RequestContext,
) -> Response<Body> {
    let router = &edge.router;
    // Where the request is a GraphQL request, the older media type always answers 200.
    let refused = if media == Media::Json { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let hash = parameters.extensions.as_ref().and_then(Extensions::hash);
    let document;
    let query = match (&parameters.query, hash) {
        (Some(query), _) => query.as_str(),
        (None, Some(hash)) => match documents::find(edge.documents.as_deref(), hash, context).await {
            Ok(found) => {
                document = found;
                &*document
            }
            Err(error) => return failure(media, refused, &[error], context),
        },
        (None, None) => {
            let error = GraphError::new(codes::REQUEST, "The parameter \"query\" is missing.");
            return failure(media, StatusCode::BAD_REQUEST, &[error], context);
        }
    };
    let internal = context.principal.has_scope(Scope::Service);
    let prepared = match router.prepared(query, parameters.operation_name.as_deref(), internal) {
        Ok(prepared) => prepared,
        Err(errors) => return failure(media, refused, &errors, context),
    };
    if *method == Method::GET && prepared.kind != OperationKind::Query {
        let error = GraphError::new(codes::REQUEST, "Only queries may be sent with GET; use POST.");
        let mut response = failure(media, StatusCode::METHOD_NOT_ALLOWED, &[error], context);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let allowance = edge.spend(&prepared, context).await;
    let mut response = match exceeded(allowance, &prepared) {
        Some(error) => failure(media, StatusCode::TOO_MANY_REQUESTS, &[error], context),
        None => {
            let variables = parameters.variables.unwrap_or_default();
            let answered = router.execute_prepared(&prepared, variables, context).await;
            let status = if answered.executed { status_of(&answered) } else { refused };
            let mut response = respond(media, status, answered.body);
            if answered.replayed {
                response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
            }
            response
        }
    };
    if let Some(allowance) = allowance {
        allowance.write(response.headers_mut());
    }
    response
}

/// The status of an executed operation: 200, unless nothing came of it but that one may not ask.
fn status_of(answered: &router::Response) -> StatusCode {
    let all = |known: &[&str]| answered.errors.iter().all(|error| known.contains(&&*error.code));
    if !answered.data_is_null || answered.errors.is_empty() {
        StatusCode::OK
    } else if all(&[codes::FORBIDDEN, codes::SECOND_FACTOR, codes::STEP_UP]) {
        StatusCode::FORBIDDEN
    } else if all(&[codes::FORBIDDEN, codes::SECOND_FACTOR, codes::STEP_UP, codes::UNAUTHENTICATED]) {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    }
}

async fn read(edge: &Edge, parts: &Parts, body: Body) -> Result<Parameters, Malformed> {
    match parts.method {
        Method::GET => read_query_string(parts.uri.query().unwrap_or_default()),
        Method::POST => {
            check_content_type(&parts.headers)?;
            let limit = edge.router.settings.limits.body_bytes;
            let bytes = read_body(body, limit).await.ok_or_else(|| {
                Malformed::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("The request's body is larger than {limit} bytes."),
                )
            })?;
            serde_json::from_slice(&bytes).map_err(|error| {
                Malformed::new(StatusCode::BAD_REQUEST, format!("The body is no GraphQL request: {error}"))
            })
        }
        _ => Err(Malformed::new(StatusCode::METHOD_NOT_ALLOWED, "Use GET or POST.")),
    }
}

/// Only JSON: a page of another origin cannot send it without asking first.
fn check_content_type(headers: &HeaderMap) -> Result<(), Malformed> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    let utf8 = parts
        .filter_map(|part| part.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    if json && utf8 {
        Ok(())
    } else {
        Err(Malformed::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8."))
    }
}

fn read_query_string(query: &str) -> Result<Parameters, Malformed> {
    let bad = |message: String| Malformed::new(StatusCode::BAD_REQUEST, message);
    let mut parameters = Parameters { query: None, operation_name: None, variables: None, extensions: None };
    let pairs: Vec<(String, String)> =
        decode_pairs(query).ok_or_else(|| bad("The query string is not UTF-8.".to_owned()))?;
    for (name, value) in pairs {
        match name.as_str() {
            "query" => parameters.query = Some(value),
            "operationName" if !value.is_empty() => parameters.operation_name = Some(value),
            "variables" if !value.is_empty() => {
                parameters.variables = serde_json::from_str(&value)
                    .map_err(|error| bad(format!("The parameter \"variables\" is no JSON object: {error}")))?;
            }
            "extensions" if !value.is_empty() => {
                parameters.extensions = serde_json::from_str(&value)
                    .map_err(|error| bad(format!("The parameter \"extensions\" is no JSON object: {error}")))?;
            }
            _ => {}
        }
    }
    Ok(parameters)
}

/// The pairs of a query string; none where it is not UTF-8.
pub(crate) fn decode_pairs(query: &str) -> Option<Vec<(String, String)>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// Decodes percent escapes and plus signs.
fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], escaped) {
            (_, Some(byte)) => {
                decoded.push(byte);
                at += 3;
                continue;
            }
            (b'+', None) => decoded.push(b' '),
            (byte, None) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8(decoded).ok()
}

fn failure(media: Media, status: StatusCode, errors: &[GraphError], context: &RequestContext) -> Response<Body> {
    respond(media, status, write_failure(errors, context.trace_parent.as_deref().map(trace_id)))
}

fn respond(media: Media, status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language, authorization, x-api-key"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn page() -> Response<Body> {
    let mut response = respond(Media::Html, StatusCode::OK, IDE.as_bytes().to_vec());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(IDE_POLICY));
    response
}
