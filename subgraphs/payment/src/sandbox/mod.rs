//! A local server that speaks Toss Payments' API, for development and tests: no money moves.
//!
//! It keeps its payments in a file, so that it remembers across restarts as the real provider does, and it makes the
//! faults that the real one makes, on demand:
//!
//! - `POST /v1/payments/confirm`, `GET /v1/payments/{paymentKey}`, `GET /v1/payments/orders/{orderId}`,
//!   `POST /v1/payments/{paymentKey}/cancel`: as Toss documents them, `Idempotency-Key` included. What was paid into a
//!   virtual account goes back to a `refundReceiveAccount` alone; a number that ends with 0000 is none. A
//!   cancellation gives back no more of the tax-free and of the taxed amount than is left of it.
//! - `POST /v1/cash-receipts`, `POST /v1/cash-receipts/{receiptKey}/cancel`: cash receipts; a number that ends with 0000 is
//!   refused. They are kept in memory.
//! - `GET /v1/transactions?startDate&endDate&startingAfter&limit`: every movement of money, the oldest first.
//! - `GET /window?orderId&amount&taxFreeAmount&orderName&successUrl&failUrl`: the payment window in a browser.
//! - `POST /sandbox/authorize {orderId, amount, taxFreeAmount?, method, validSeconds?}` → `{paymentKey}`: what the window
//!   does, for programs; a virtual account closes after three days, or so many seconds.
//! - `POST /sandbox/deposit {paymentKey}`: pays into a virtual account.
//! - `POST /sandbox/faults {fault, times, orderId?, call?}`: the next requests go wrong; see [`Fault`]. Without a [`Call`],
//!   these are those that move money.
//! - `GET /sandbox/calls?orderId`: how often each call arrived, for tests; `GET /sandbox/cash-receipts?orderId`: an order's
//!   receipts.

mod handlers;
mod payments;
mod receipts;
mod transactions;
mod window;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use payments::Payments;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The money is taken (or given back), but no answer comes within any reasonable time.
    TimeoutAfterSuccess,
    /// Nothing happens and no answer comes.
    TimeoutBeforeSuccess,
    /// The card is refused.
    Decline,
    /// The answer comes late, but comes.
    Slow,
    /// Status 500 and nothing happened.
    ServerError,
    /// The money is taken and the answer is cut off.
    Truncated,
    /// Status 401: the key is not known.
    Unauthorized,
    /// Status 403: the key may not do this.
    Forbidden,
    /// Status 429: too many requests.
    TooManyRequests,
}

/// What is asked of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// To take the money.
    Confirm,
    /// To look a payment up.
    Find,
    /// To give money back.
    Cancel,
}

/// The sandbox's routes. `file` is where its payments are kept.
///
/// # Errors
/// When the file cannot be read or created.
pub fn routes(file: PathBuf) -> std::io::Result<Router> {
    let payments = Arc::new(Payments::open(file)?);
    Ok(Router::new()
        .route("/v1/payments/confirm", post(handlers::confirm))
        .route("/v1/payments/{payment_key}", get(handlers::find))
        .route("/v1/payments/orders/{order_id}", get(handlers::find_by_order))
        .route("/v1/payments/{payment_key}/cancel", post(handlers::cancel))
        .route("/v1/transactions", get(transactions::list))
        .route("/v1/cash-receipts", post(receipts::issue))
        .route("/v1/cash-receipts/{receipt_key}/cancel", post(receipts::cancel))
        .route("/window", get(window::show).post(window::pay))
        .route("/sandbox/authorize", post(handlers::authorize))
        .route("/sandbox/deposit", post(handlers::deposit))
        .route("/sandbox/faults", post(handlers::set_fault))
        .route("/sandbox/calls", get(handlers::calls))
        .route("/sandbox/cash-receipts", get(handlers::receipts))
        .with_state(payments))
}
