//! The sandbox's answers over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::payments::{Payments, Refusal};
use super::{Call, Fault};
use crate::provider::{TossCancelRequest, TossPayment};

/// Longer than any client waits.
const NO_ANSWER: Duration = Duration::from_secs(120);
const LATE_ANSWER: Duration = Duration::from_secs(2);

pub(super) type Shared = State<Arc<Payments>>;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

pub(super) fn authorised(headers: &HeaderMap) -> Result<(), Refusal> {
    let key = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.starts_with("Basic ") {
        return Ok(());
    }
    Err(Refusal {
        status: 401,
        code: "UNAUTHORIZED_KEY",
        message: "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.",
    })
}

/// Does `work` with the fault that is planned for the order.
async fn with_fault(
    payments: &Payments,
    order_id: &str,
    call: Call,
    work: impl FnOnce() -> Result<TossPayment, Refusal>,
) -> Response {
    let answer = |outcome: Result<TossPayment, Refusal>| match outcome {
        Ok(payment) => Json(payment).into_response(),
        Err(refusal) => refusal.into_response(),
    };
    let refused = |status, code, message| Refusal { status, code, message }.into_response();
    match payments.take_fault(order_id, call) {
        None => answer(work()),
        Some(Fault::Slow) => {
            tokio::time::sleep(LATE_ANSWER).await;
            answer(work())
        }
        Some(Fault::TimeoutAfterSuccess) => {
            let outcome = work();
            tokio::time::sleep(NO_ANSWER).await;
            answer(outcome)
        }
        Some(Fault::TimeoutBeforeSuccess) => {
            tokio::time::sleep(NO_ANSWER).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Some(Fault::Decline) => Refusal {
            status: 400,
            code: "REJECT_CARD_PAYMENT",
            message: "한도초과 혹은 잔액부족으로 결제에 실패했습니다.",
        }
        .into_response(),
        Some(Fault::Unauthorized) => {
            refused(401, "UNAUTHORIZED_KEY", "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.")
        }
        Some(Fault::Forbidden) => refused(403, "FORBIDDEN_REQUEST", "허용되지 않은 요청입니다."),
        Some(Fault::TooManyRequests) => {
            refused(429, "TOO_MANY_REQUESTS", "요청이 너무 많습니다. 잠시 후 다시 시도해주세요.")
        }
        Some(Fault::ServerError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Truncated) => {
            let Ok(payment) = work() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
            let mut text = serde_json::to_string(&payment).unwrap_or_default();
            text.truncate(text.len() / 2);
            Response::new(Body::from(text))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Confirm {
    payment_key: String,
    order_id: String,
    amount: i64,
}

pub(super) fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("idempotency-key").and_then(|value| value.to_str().ok())
}

pub(super) async fn confirm(State(payments): Shared, headers: HeaderMap, Json(body): Json<Confirm>) -> Response {
    if let Err(refusal) = authorised(&headers) {
        return refusal.into_response();
    }
    payments.count(&body.order_id, |calls| calls.confirm += 1);
    with_fault(&payments, &body.order_id, Call::Confirm, || {
        payments.confirm(&body.payment_key, &body.order_id, body.amount, idempotency_key(&headers))
    })
    .await
}

pub(super) async fn find(State(payments): Shared, headers: HeaderMap, Path(payment_key): Path<String>) -> Response {
    let payment = match authorised(&headers).and_then(|()| payments.find(&payment_key)) {
        Ok(payment) => payment,
        Err(refusal) => return refusal.into_response(),
    };
    payments.count(&payment.order_id, |calls| calls.find += 1);
    let order_id = payment.order_id.clone();
    with_fault(&payments, &order_id, Call::Find, || Ok(payment)).await
}

pub(super) async fn find_by_order(
    State(payments): Shared,
    headers: HeaderMap,
    Path(order_id): Path<String>,
) -> Result<Json<TossPayment>, Refusal> {
    authorised(&headers)?;
    payments.count(&order_id, |calls| calls.find += 1);
    payments.find_by_order(&order_id).map(Json)
}

pub(super) async fn cancel(
    State(payments): Shared,
    headers: HeaderMap,
    Path(payment_key): Path<String>,
    Json(body): Json<TossCancelRequest>,
) -> Response {
    let order_id = match authorised(&headers).and_then(|()| payments.find(&payment_key)) {
        Ok(payment) => payment.order_id,
        Err(refusal) => return refusal.into_response(),
    };
    payments.count(&order_id, |calls| calls.cancel += 1);
    with_fault(&payments, &order_id, Call::Cancel, || payments.cancel(&payment_key, &body, idempotency_key(&headers)))
        .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authorize {
    order_id: String,
    amount: i64,
    #[serde(default)]
    tax_free_amount: i64,
    #[serde(default)]
    method: Option<String>,
    /// How long a virtual account can be paid into.
    #[serde(default)]
    valid_seconds: Option<i64>,
}

pub(super) async fn authorize(State(payments): Shared, Json(body): Json<Authorize>) -> Response {
    let method = body.method.as_deref().unwrap_or("CARD");
    if !(0..=body.amount).contains(&body.tax_free_amount) {
        return (StatusCode::BAD_REQUEST, "taxFreeAmount is a part of the amount").into_response();
    }
    match payments.authorize(&body.order_id, (body.amount, body.tax_free_amount), method, body.valid_seconds) {
        Ok(payment) => Json(json!({ "paymentKey": payment.payment_key })).into_response(),
        Err(error) => {
            tracing::error!(%error, "the sandbox cannot keep its payments");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Deposit {
    payment_key: String,
}

pub(super) async fn deposit(State(payments): Shared, Json(body): Json<Deposit>) -> Result<Json<TossPayment>, Refusal> {
    payments.deposit(&body.payment_key).map(Json)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanFault {
    fault: Fault,
    #[serde(default = "once")]
    times: u32,
    order_id: Option<String>,
    call: Option<Call>,
}

const fn once() -> u32 {
    1
}

pub(super) async fn set_fault(State(payments): Shared, Json(body): Json<PlanFault>) -> StatusCode {
    payments.plan_fault(body.fault, body.times, body.order_id, body.call);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfOrder {
    order_id: String,
}

pub(super) async fn calls(State(payments): Shared, Query(query): Query<OfOrder>) -> Response {
    Json(payments.calls(&query.order_id)).into_response()
}

pub(super) async fn receipts(State(payments): Shared, Query(query): Query<OfOrder>) -> Response {
    Json(payments.receipts_of(&query.order_id)).into_response()
}
