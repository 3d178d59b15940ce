//! Every movement of money over HTTP.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use chrono::{DateTime, NaiveDateTime, Utc};
use platform::business_days::moment_in_seoul;
use serde::Deserialize;

use super::handlers::{Shared, authorised};
use super::payments::Refusal;
use crate::provider::{TossPayment, TossTransaction};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    start_date: NaiveDateTime,
    end_date: NaiveDateTime,
    starting_after: Option<String>,
    #[serde(default = "most")]
    limit: usize,
}

const fn most() -> usize {
    100
}

pub(super) async fn list(
    State(payments): Shared,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<TossTransaction>>, Refusal> {
    authorised(&headers)?;
    let moment = |at: NaiveDateTime| moment_in_seoul(at.date(), at.time());
    let (from, until) = (moment(wanted.start_date), moment(wanted.end_date));
    let mut all: Vec<TossTransaction> = payments.all().iter().flat_map(movements).collect();
    all.retain(|one| (from..=until).contains(&one.transaction_at));
    all.sort_by(|one, other| {
        (one.transaction_at, &one.transaction_key).cmp(&(other.transaction_at, &other.transaction_key))
    });
    let after = wanted.starting_after.as_deref();
    let start = after.and_then(|key| all.iter().position(|one| one.transaction_key == key)).map_or(0, |at| at + 1);
    Ok(Json(all.into_iter().skip(start).take(wanted.limit).collect()))
}

fn movements(payment: &TossPayment) -> Vec<TossTransaction> {
    let movement = |number: usize, amount: i64, at: DateTime<Utc>| TossTransaction {
        transaction_key: format!("{}-{number}", payment.payment_key),
        payment_key: payment.payment_key.clone(),
        order_id: payment.order_id.clone(),
        status: payment.status.clone(),
        amount,
        transaction_at: at,
    };
    let taken = payment.approved_at.map(|at| movement(0, payment.total_amount, at));
    // Closing a virtual account that nobody paid into moves no money.
    let cancels = payment.cancels.iter().flatten().enumerate().filter(|_| payment.approved_at.is_some());
    let given_back = cancels.map(|(index, cancel)| movement(index + 1, -cancel.cancel_amount, cancel.canceled_at));
    taken.into_iter().chain(given_back).collect()
}
