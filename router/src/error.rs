//! Errors as clients see them in the `errors` of an answer.

use std::borrow::Cow;

use async_graphql::Name;
use serde_json::{Map, Value};

/// One step of an error's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// A response key.
    Key(Name),
    /// A position in a list, from 0.
    Index(usize),
}

/// An error in the answer to a client.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphError {
    /// What went wrong, for people; never an internal cause.
    pub message: String,
    /// The stable code, in `extensions.code`.
    pub code: Cow<'static, str>,
    /// Where in the document, as (line, column) from 1.
    pub locations: Vec<(usize, usize)>,
    /// Where in the answer; empty when it concerns the whole request.
    pub path: Vec<PathSegment>,
    /// What else is in `extensions`.
    pub extensions: Option<Box<Map<String, Value>>>,
}

impl GraphError {
    /// An error that concerns the whole request.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { message: message.into(), code: code.into(), locations: Vec::new(), path: Vec::new(), extensions: None }
    }

    /// The same error at a place in the answer.
    #[must_use]
    pub fn at(mut self, path: Vec<PathSegment>) -> Self {
        self.path = path;
        self
    }
}

/// Codes of the router's own errors.
pub mod codes {
    /// The document is no GraphQL.
    pub const PARSE: &str = "GRAPHQL_PARSE_FAILED";
    /// The document does not fit the schema.
    pub const VALIDATION: &str = "GRAPHQL_VALIDATION_FAILED";
    /// A variable's value does not fit its type.
    pub const VARIABLES: &str = "BAD_USER_INPUT";
    /// The request is no GraphQL request.
    pub const REQUEST: &str = "BAD_REQUEST";
    /// No document has the hash that was asked for.
    pub const NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
    /// Nothing can be asked for by a hash here.
    pub const NOT_SUPPORTED: &str = "PERSISTED_QUERY_NOT_SUPPORTED";
    /// No operation, or more than one and none named.
    pub const OPERATION: &str = "OPERATION_NOT_FOUND";
    /// The operation is larger than allowed.
    pub const TOO_COMPLEX: &str = "OPERATION_TOO_COMPLEX";
    /// Nobody is signed in where somebody must be.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// The one who is signed in lacks a scope.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// The scope is withheld from the one who is signed in until the account has a second factor.
    pub const SECOND_FACTOR: &str = "SECOND_FACTOR_REQUIRED";
    /// The session has to prove anew who it is.
    pub const STEP_UP: &str = "STEP_UP_REQUIRED";
    /// Introspection is switched off.
    pub const INTROSPECTION: &str = "INTROSPECTION_DISABLED";
    /// A part of the system did not answer.
    pub const SUBREQUEST: &str = "SUBREQUEST_FAILED";
    /// A part of the system did not answer in time.
    pub const SUBREQUEST_TIMEOUT: &str = "SUBREQUEST_TIMEOUT";
    /// The answer of a part of the system is no GraphQL, or not what was asked for.
    pub const SUBREQUEST_INVALID: &str = "SUBREQUEST_INVALID";
    /// A part of the system is asked too often.
    pub const RATE_LIMITED: &str = "RATE_LIMITED";
    /// A part of the system says that it cannot answer now.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";
    /// The request took longer than allowed.
    pub const TIMEOUT: &str = "REQUEST_TIMEOUT";
    /// A fault of ours.
    pub const INTERNAL: &str = "INTERNAL_SERVER_ERROR";
    /// A required value is missing in the answer.
    pub const NULL: &str = "NULL_FOR_NON_NULL";
    /// A value in the answer does not fit its type.
    pub const VALUE: &str = "INVALID_VALUE";
}
