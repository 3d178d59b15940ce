//! A local server that speaks the bank's transfer API, for development and tests: no money moves.
//!
//! The protocol, with `Authorization: Bearer …` on every request and amounts in won:
//!
//! - `PUT /v1/transfers/{id}` `{amount, bank, accountNumber, holder}` carries a transfer out, once for its id: 200
//!   `{id, reference, amount}`, also when it is asked again; 409 when the id was used for another transfer; 422
//!   `{code, message}` when it is declined, after which the same id may be tried again.
//! - `GET /v1/transfers/{id}`: 200 `{id, reference, amount}` when it was carried out, 404 when it was not.
//!
//! It keeps its transfers in a file, so that it remembers across restarts as a bank does, declines accounts whose number
//! ends in 9999, and makes faults on demand:
//!
//! - `POST /sandbox/faults {fault, times, id?}`: the next transfers go wrong; see [`Fault`].
//! - `GET /sandbox/calls?id`: `{sent, found, carriedOut}`, how often each call arrived, and how often money moved.

mod handlers;
mod transfers;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};
use serde::{Deserialize, Serialize};

use transfers::Transfers;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The transfer is carried out, but no answer comes within any reasonable time.
    TimeoutAfterSuccess,
    /// Nothing happens and no answer comes.
    TimeoutBeforeSuccess,
    /// The transfer is declined.
    Decline,
    /// Status 500 and nothing happened.
    ServerError,
    /// The transfer is carried out and the answer is cut off.
    Truncated,
}

/// The sandbox's routes. `file` is where its transfers are kept.
///
/// # Errors
/// When the file cannot be read or created.
pub fn routes(file: PathBuf) -> std::io::Result<Router> {
    let transfers = Arc::new(Transfers::open(file)?);
    Ok(Router::new()
        .route("/v1/transfers/{id}", put(handlers::send).get(handlers::find))
        .route("/sandbox/faults", post(handlers::set_fault))
        .route("/sandbox/calls", get(handlers::calls))
        .with_state(transfers))
}
