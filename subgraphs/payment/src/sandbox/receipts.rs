//! Cash receipts over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::handlers::{Shared, authorised, idempotency_key};
use super::payments::Refusal;
use crate::provider::TossCashReceipt;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Issue {
    amount: i64,
    #[serde(default)]
    tax_free_amount: i64,
    order_id: String,
    customer_identity_number: String,
    #[serde(rename = "type")]
    kind: String,
}

pub(super) async fn issue(
    State(payments): Shared,
    headers: HeaderMap,
    Json(body): Json<Issue>,
) -> Result<Json<TossCashReceipt>, Refusal> {
    authorised(&headers)?;
    let is_amount = body.amount > 0 && (0..=body.amount).contains(&body.tax_free_amount);
    if !is_amount || body.customer_identity_number.ends_with("0000") {
        return Err(Refusal {
            status: 400,
            code: "INVALID_REQUEST",
            message: "현금영수증을 발급할 수 없는 번호 또는 금액입니다.",
        });
    }
    let key = uuid::Uuid::now_v7().as_simple().to_string();
    let receipt = TossCashReceipt {
        receipt_url: Some(format!("https://sandbox.invalid/cash-receipts/{key}")),
        issue_number: Some(key.chars().filter(char::is_ascii_digit).take(9).collect()),
        receipt_key: key,
        issue_status: "COMPLETED".to_owned(),
        amount: body.amount,
        tax_free_amount: body.tax_free_amount,
        order_id: body.order_id,
        kind: body.kind,
    };
    Ok(Json(payments.issue_receipt(receipt, idempotency_key(&headers))))
}

#[derive(Deserialize)]
pub(super) struct Cancel {
    amount: Option<i64>,
}

pub(super) async fn cancel(
    State(payments): Shared,
    headers: HeaderMap,
    Path(receipt_key): Path<String>,
    Json(body): Json<Cancel>,
) -> Result<Json<TossCashReceipt>, Refusal> {
    authorised(&headers)?;
    payments.cancel_receipt(&receipt_key, body.amount, idempotency_key(&headers)).map(Json)
}
