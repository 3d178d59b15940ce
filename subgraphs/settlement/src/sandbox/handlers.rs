//! The sandbox's answers over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Fault;
use super::transfers::{Refused, Transfers};
use crate::bank::{BankRefusal, TransferBody};

/// Longer than any client waits.
const NO_ANSWER: Duration = Duration::from_secs(120);

type Shared = State<Arc<Transfers>>;

fn is_authorised(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"Bearer "))
}

fn declined(code: &str, message: &str) -> Response {
    let refusal = BankRefusal { code: code.to_owned(), message: message.to_owned() };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(refusal)).into_response()
}

/// `PUT /v1/transfers/{id}`.
pub(super) async fn send(
    State(transfers): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<TransferBody>,
) -> Response {
    if !is_authorised(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    transfers.count(&id, |calls| calls.sent += 1);
    let work = || match transfers.carry_out(&id, body) {
        Ok(answer) => Json(answer).into_response(),
        Err(Refused::OtherTransfer) => StatusCode::CONFLICT.into_response(),
        Err(Refused::NoSuchAccount) => declined("NO_SUCH_ACCOUNT", "계좌를 찾을 수 없습니다"),
        Err(Refused::Disk) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    match transfers.take_fault(&id) {
        None => work(),
        Some(Fault::TimeoutAfterSuccess) => {
            let answer = work();
            tokio::time::sleep(NO_ANSWER).await;
            answer
        }
        Some(Fault::TimeoutBeforeSuccess) => {
            tokio::time::sleep(NO_ANSWER).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Some(Fault::Decline) => declined("ACCOUNT_BLOCKED", "입금이 제한된 계좌입니다"),
        Some(Fault::ServerError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Truncated) => {
            drop(work());
            Response::new(Body::from("{\"id\":"))
        }
    }
}

/// `GET /v1/transfers/{id}`.
pub(super) async fn find(State(transfers): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_authorised(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    transfers.count(&id, |calls| calls.found += 1);
    transfers.find(&id).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |answer| Json(answer).into_response())
}

#[derive(Deserialize)]
pub(super) struct NewFault {
    fault: Fault,
    times: u32,
    id: Option<String>,
}

/// `POST /sandbox/faults`.
pub(super) async fn set_fault(State(transfers): Shared, Json(new): Json<NewFault>) -> StatusCode {
    transfers.plan(new.fault, new.times, new.id);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
pub(super) struct OfTransfer {
    id: String,
}

/// `GET /sandbox/calls`.
pub(super) async fn calls(State(transfers): Shared, Query(of): Query<OfTransfer>) -> Response {
    Json(transfers.calls(&of.id)).into_response()
}
