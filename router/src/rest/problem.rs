//! Which problem an error of the graph is in the REST interface.

use axum::http::StatusCode;
use platform::problem::{FieldProblem, Problem};

use super::refusals::Refusals;
use crate::error::{GraphError, codes};

/// The problem that top-level errors are; the first decides.
pub(super) fn of_errors(errors: &[GraphError]) -> Problem {
    match errors.first() {
        Some(error) => Problem::new(status_of_error(&error.code), &error.code, &error.message),
        None => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, codes::INTERNAL, "Something went wrong on our side."),
    }
}

/// The problem that the `userErrors` of a mutation are; the first decides.
pub(super) fn of_user_errors(refusals: &Refusals, errors: Vec<FieldProblem>) -> Problem {
    let (code, detail) = match errors.first() {
        Some(error) => (error.code.clone(), error.message.clone()),
        None => (codes::INTERNAL.to_owned(), String::new()),
    };
    Problem { status: refusals.status(&code), code, detail, errors }
}

/// The status of a top-level error.
fn status_of_error(code: &str) -> StatusCode {
    match code {
        codes::UNAUTHENTICATED | "INVALID_TOKEN" | "TOKEN_EXPIRED" => StatusCode::UNAUTHORIZED,
        codes::FORBIDDEN | codes::SECOND_FACTOR | codes::STEP_UP => StatusCode::FORBIDDEN,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_by_code() {
        let errors = [
            ("UNAUTHENTICATED", 401),
            ("FORBIDDEN", 403),
            ("SECOND_FACTOR_REQUIRED", 403),
            ("STEP_UP_REQUIRED", 403),
            ("BAD_USER_INPUT", 400),
            ("IDEMPOTENCY_KEY_REUSED", 422),
            ("REQUEST_IN_FLIGHT", 409),
            ("UNAVAILABLE", 503),
            ("INTERNAL_SERVER_ERROR", 500),
        ];
        for (code, status) in errors {
            assert_eq!(status_of_error(code).as_u16(), status, "{code}");
        }
    }
}
