//! Errors of the REST interface, as `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::error::{GraphError, codes};

/// A part of the request that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldProblem {
    /// The field's path, joined by dots; empty where no single field is at fault.
    pub(super) field: String,
    pub(super) code: String,
    pub(super) message: String,
}

/// Why a request has no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) code: String,
    pub(super) detail: String,
    pub(super) errors: Vec<FieldProblem>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), detail: detail.into(), errors: Vec::new() }
    }

    /// A parameter or body field that is wrong.
    pub(super) fn of_field(field: &str, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let errors = vec![FieldProblem { field: field.to_owned(), code: code.to_owned(), message: message.clone() }];
        Self { status: StatusCode::BAD_REQUEST, code: code.to_owned(), detail: message, errors }
    }

    /// The problem that top-level errors are; the first decides.
    pub(super) fn from_errors(errors: &[GraphError]) -> Self {
        match errors.first() {
            Some(error) => Self::new(status_of_error(&error.code), &error.code, &error.message),
            None => Self::new(StatusCode::INTERNAL_SERVER_ERROR, codes::INTERNAL, "Something went wrong on our side."),
        }
    }

    /// The problem that the `userErrors` of a mutation are; the first decides.
    pub(super) fn from_user_errors(errors: Vec<FieldProblem>) -> Self {
        let (code, detail) = match errors.first() {
            Some(error) => (error.code.clone(), error.message.clone()),
            None => (codes::INTERNAL.to_owned(), String::new()),
        };
        Self { status: status_of_user_error(&code), code, detail, errors }
    }

    /// The answer.
    pub(super) fn into_response(self, trace_id: &str) -> Response<Body> {
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

/// The status of a top-level error.
fn status_of_error(code: &str) -> StatusCode {
    match code {
        codes::UNAUTHENTICATED | "INVALID_TOKEN" | "TOKEN_EXPIRED" => StatusCode::UNAUTHORIZED,
        codes::FORBIDDEN => StatusCode::FORBIDDEN,
        codes::VARIABLES | codes::REQUEST | "INVALID_PAGE" | "IDEMPOTENCY_KEY_REQUIRED" => StatusCode::BAD_REQUEST,
        "IDEMPOTENCY_KEY_REUSED" => StatusCode::UNPROCESSABLE_ENTITY,
        "REQUEST_IN_FLIGHT" => StatusCode::CONFLICT,
        codes::RATE_LIMITED => StatusCode::TOO_MANY_REQUESTS,
        codes::SUBREQUEST | codes::SUBREQUEST_TIMEOUT | codes::TIMEOUT | codes::UNAVAILABLE => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        other if other.ends_with("NOT_FOUND") => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The status of a refusal by a mutation.
fn status_of_user_error(code: &str) -> StatusCode {
    match code {
        "STATE_CONFLICT"
        | "REQUEST_IN_FLIGHT"
        | "PAYMENT_IN_PROGRESS"
        | "PRICE_CHANGED"
        | "TOTAL_CHANGED"
        | "OUT_OF_STOCK"
        | "INSUFFICIENT_STOCK" => StatusCode::CONFLICT,
        "INVALID_CREDENTIALS" | "INVALID_REFRESH_TOKEN" | "REFRESH_TOKEN_REUSED" => StatusCode::UNAUTHORIZED,
        "NOT_YOUR_SELLER" | "NOT_OWNER" => StatusCode::FORBIDDEN,
        "TOO_MANY_ATTEMPTS" => StatusCode::TOO_MANY_REQUESTS,
        "TEMPORARILY_UNAVAILABLE" | "PROVIDER_UNAVAILABLE" | "PAYMENT_OUTCOME_UNKNOWN" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "IDEMPOTENCY_KEY_REQUIRED" => StatusCode::BAD_REQUEST,
        other if other.ends_with("_TAKEN") || other.starts_with("DUPLICATE_") => StatusCode::CONFLICT,
        other if other.ends_with("NOT_FOUND") => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_by_code() {
        let errors = [
            ("UNAUTHENTICATED", 401),
            ("FORBIDDEN", 403),
            ("BAD_USER_INPUT", 400),
            ("IDEMPOTENCY_KEY_REUSED", 422),
            ("REQUEST_IN_FLIGHT", 409),
            ("UNAVAILABLE", 503),
            ("INTERNAL_SERVER_ERROR", 500),
        ];
        for (code, status) in errors {
            assert_eq!(status_of_error(code).as_u16(), status, "{code}");
        }
        let refusals = [
            ("STATE_CONFLICT", 409),
            ("CART_LINE_NOT_FOUND", 404),
            ("TOO_MANY_ATTEMPTS", 429),
            ("INVALID_CREDENTIALS", 401),
            ("TEMPORARILY_UNAVAILABLE", 503),
            ("WEAK_PASSWORD", 422),
            ("EMAIL_TAKEN", 409),
        ];
        for (code, status) in refusals {
            assert_eq!(status_of_user_error(code).as_u16(), status, "{code}");
        }
    }
}
