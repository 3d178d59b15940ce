//! Errors of HTTP routes, as `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

/// A part of the request that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's path, joined by dots; empty where no single field is at fault.
    pub field: String,
    /// Why, for programs.
    pub code: String,
    /// Why, for people.
    pub message: String,
}

/// Why a request has no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// Why, for programs.
    pub code: String,
    /// Why, for people.
    pub detail: String,
    /// The fields at fault.
    pub errors: Vec<FieldProblem>,
}

/// The answers with these statuses in an operation of OpenAPI, all of them problems; others can be added.
pub fn answers(statuses: &[u16]) -> Map<String, Value> {
    let problem = || json!({ "$ref": "#/components/responses/Problem" });
    statuses.iter().map(|status| (status.to_string(), problem())).collect()
}

impl Problem {
    /// A problem as a whole.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), detail: detail.into(), errors: Vec::new() }
    }

    /// A parameter or body field that is wrong.
    pub fn of_field(field: &str, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let errors = vec![FieldProblem { field: field.to_owned(), code: code.to_owned(), message: message.clone() }];
        Self { status: StatusCode::BAD_REQUEST, code: code.to_owned(), detail: message, errors }
    }

    /// The answer.
    pub fn into_response(self, trace_id: &str) -> Response<Body> {
        let mut body = Map::new();
        let kind = self.code.to_ascii_lowercase().replace('_', "-");
        body.insert("type".to_owned(), json!(format!("urn:problem:{kind}")));
        body.insert("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Error")));
        body.insert("status".to_owned(), json!(self.status.as_u16()));
        body.insert("code".to_owned(), json!(self.code));
        body.insert("detail".to_owned(), json!(self.detail));
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|error| json!({ "field": error.field, "code": error.code, "message": error.message }))
            .collect();
        body.insert("errors".to_owned(), Value::Array(errors));
        body.insert("traceId".to_owned(), json!(trace_id));
        let mut response = Response::new(Body::from(Value::Object(body).to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}
