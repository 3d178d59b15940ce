//! Reads what a subgraph answered, in whichever form its transport has it.

use async_graphql::Name;
use platform::graph::{GraphAnswer, REPLAYED, TransportError};
use serde_json::{Map, Value};

use super::tree::{Kept, Node};
use crate::error::{GraphError, PathSegment, codes};

/// A subgraph's answer.
pub(super) struct Answer<'a> {
    pub(super) data: Node<'a>,
    pub(super) errors: Vec<GraphError>,
    pub(super) replayed: bool,
}

impl Answer<'_> {
    /// The answer of a subgraph that gave none.
    pub(super) fn none(error: &TransportError) -> Self {
        match error {
            TransportError::Connection(_) => Self::error(codes::SUBREQUEST, "A part of the system did not answer."),
            TransportError::Timeout(_) => {
                Self::error(codes::SUBREQUEST_TIMEOUT, "A part of the system did not answer in time.")
            }
            TransportError::TooLarge(_) => Self::unusable(),
        }
    }

    /// The answer of a subgraph that says something else than it was asked.
    pub(super) fn unusable() -> Self {
        Self { data: Node::Null, errors: vec![unusable()], replayed: false }
    }

    fn error(code: &'static str, message: &str) -> Self {
        Self { data: Node::Null, errors: vec![GraphError::new(code, message)], replayed: false }
    }
}

fn unusable() -> GraphError {
    GraphError::new(codes::SUBREQUEST_INVALID, "A part of the system gave an answer that cannot be used.")
}

/// What stays inside: names of services and causes.
const HIDDEN_EXTENSIONS: &[&str] =
    &["service", "serviceName", "subgraph", "exception", "stacktrace", "stackTrace", "debug", "code"];

/// Reads an answer that is kept.
pub(super) fn read<'a>(answer: &'a GraphAnswer, kept: &'a Kept, subgraph: &str, mask: bool) -> Answer<'a> {
    match answer {
        GraphAnswer::Tree(response) => {
            let replayed = matches!(response.extensions.get(REPLAYED), Some(async_graphql::Value::Boolean(true)));
            let errors = response.errors.iter().map(|error| from_local(error, subgraph, mask)).collect();
            Answer { data: Node::from_value(&response.data, kept), errors, replayed }
        }
        GraphAnswer::Json { status, body } => from_json(*status, body, kept, subgraph, mask),
    }
}

fn from_local(error: &async_graphql::ServerError, subgraph: &str, mask: bool) -> GraphError {
    let path = error
        .path
        .iter()
        .map(|segment| match segment {
            async_graphql::PathSegment::Field(name) => PathSegment::Key(Name::new(name)),
            async_graphql::PathSegment::Index(index) => PathSegment::Index(*index),
        })
        .collect();
    let extensions = match error.extensions.as_ref().map(serde_json::to_value) {
        Some(Ok(Value::Object(map))) => map,
        _ => Map::new(),
    };
    client_error(error.message.clone(), path, extensions, subgraph, mask)
}

fn client_error(
    mut message: String,
    path: Vec<PathSegment>,
    mut extensions: Map<String, Value>,
    subgraph: &str,
    mask: bool,
) -> GraphError {
    if message.is_empty() {
        "Something went wrong.".clone_into(&mut message);
    }
    let code = match extensions.get("code") {
        Some(Value::String(code)) => Some(code.clone()),
        _ => None,
    };
    extensions.retain(|name, _| !HIDDEN_EXTENSIONS.contains(&name.as_str()));
    let mut error = match code {
        Some(code) => GraphError::new(code, message),
        None if mask => {
            tracing::warn!(subgraph, %message, "an error without a code");
            extensions.clear();
            GraphError::new(codes::INTERNAL, "Something went wrong on our side.")
        }
        None => GraphError::new(codes::SUBREQUEST, message),
    };
    error.path = path;
    error.extensions = (!extensions.is_empty()).then(|| Box::new(extensions));
    error
}

fn from_json<'a>(status: u16, body: &'a [u8], kept: &'a Kept, subgraph: &str, mask: bool) -> Answer<'a> {
    let read = match std::str::from_utf8(body) {
        Ok(text) => Node::from_json(text, kept).map_err(|problem| problem.to_string()),
        Err(problem) => Err(problem.to_string()),
    };
    let mut object = match read {
        Ok(Node::Object(object)) if object.position("data").is_some() || object.position("errors").is_some() => object,
        other => return no_graphql(status, other.err(), subgraph),
    };
    let mut take = |key: &str| object.position(key).map(|at| object.entries.swap_remove(at).1);
    let data = take("data").unwrap_or(Node::Null);
    let errors: Vec<GraphError> = match take("errors") {
        None | Some(Node::Null) => Vec::new(),
        Some(Node::List(errors)) => {
            errors.into_iter().map(|error| from_node(error, status, subgraph, mask).unwrap_or_else(unusable)).collect()
        }
        Some(_) => vec![unusable()],
    };
    let replayed = match take("extensions") {
        Some(Node::Object(extensions)) => matches!(extensions.get(REPLAYED), Some(Node::Bool(true))),
        _ => false,
    };
    if !matches!(data, Node::Null | Node::Object(_)) || (data.is_null() && errors.is_empty()) {
        return no_graphql(status, None, subgraph);
    }
    Answer { data, errors, replayed }
}

fn no_graphql(status: u16, problem: Option<String>, subgraph: &str) -> Answer<'static> {
    tracing::warn!(subgraph, status, ?problem, "a subgraph's answer is no GraphQL");
    match status {
        401 => Answer::error(codes::UNAUTHENTICATED, "Sign in first."),
        403 => Answer::error(codes::FORBIDDEN, "This is not allowed."),
        429 => Answer::error(codes::RATE_LIMITED, "A part of the system is asked too often; try again later."),
        503 => Answer::error(codes::UNAVAILABLE, "A part of the system cannot answer now; try again later."),
        _ => Answer::unusable(),
    }
}

/// An error as a subgraph tells it; none where it is no error of GraphQL.
fn from_node(node: Node<'_>, status: u16, subgraph: &str, mask: bool) -> Option<GraphError> {
    let Node::Object(object) = node else { return None };
    let mut message = object.get("message").and_then(Node::as_str).unwrap_or("").to_owned();
    let path = match object.get("path") {
        Some(Node::List(segments)) => segments
            .iter()
            .filter_map(|segment| match segment {
                Node::Int(index) => usize::try_from(*index).ok().map(PathSegment::Index),
                key => key.as_str().map(|key| PathSegment::Key(Name::new(key))),
            })
            .collect(),
        _ => Vec::new(),
    };
    let mut extensions = match object.get("extensions").map(|node| node.to_value().into_json()) {
        Some(Ok(Value::Object(map))) => map,
        _ => Map::new(),
    };
    // Where the error has no code, the status is one.
    let meant = match status {
        401 => Some((codes::UNAUTHENTICATED, "Sign in first.")),
        403 => Some((codes::FORBIDDEN, "This is not allowed.")),
        _ => None,
    };
    if let (Some((code, text)), false) = (meant, extensions.get("code").is_some_and(Value::is_string)) {
        extensions.insert("code".to_owned(), code.into());
        text.clone_into(&mut message);
    }
    Some(client_error(message, path, extensions, subgraph, mask))
}
