//! A local server that speaks the carriers' protocol, for development and tests: no parcel moves.
//!
//! It keeps its parcels in a file, as the real carriers remember across our restarts, serves all carriers at
//! `/{carrier}/v1/…`, pushes scans by signed webhooks, and makes faults on demand:
//!
//! - `GET /{carrier}/v1/parcels/{trackingNumber}`, `POST /{carrier}/v1/pushes {trackingNumber, callbackUrl}`: the protocol.
//! - `POST /sandbox/scans {carrier, trackingNumber, code, location?, occurredAt?}`: the carrier scans a parcel.
//! - `POST /sandbox/faults {fault, times, trackingNumber?}`: the next look-ups go wrong; see [`Fault`].
//! - `GET /sandbox/calls?trackingNumber`: how often each call arrived, for tests.

mod handlers;
mod parcels;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use parcels::Parcels;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No answer comes within any reasonable time.
    Slow,
    /// Status 500.
    ServerError,
    /// The carrier does not know the parcel.
    UnknownNumber,
    /// The scans come in another order.
    OutOfOrder,
    /// Every scan comes twice.
    Duplicated,
    /// The answer is cut off.
    Truncated,
}

/// How a sandbox behaves.
#[derive(Clone, Debug)]
pub struct SandboxOptions {
    /// Where its parcels are kept.
    pub file: PathBuf,
    /// The key that it wants to be shown.
    pub key: String,
    /// What it signs its webhooks with.
    pub secret: String,
    /// How long it takes from one scan to the next; zero: parcels move only when it is told so.
    pub pace: Duration,
}

/// The sandbox's routes.
///
/// # Errors
/// When the file cannot be read or created, or the HTTP client cannot be made.
pub fn routes(options: SandboxOptions) -> std::io::Result<Router> {
    let parcels = Arc::new(Parcels::open(options)?);
    Ok(Router::new()
        .route("/{carrier}/v1/parcels/{tracking_number}", get(handlers::track))
        .route("/{carrier}/v1/pushes", post(handlers::push))
        .route("/sandbox/scans", post(handlers::scan))
        .route("/sandbox/faults", post(handlers::set_fault))
        .route("/sandbox/calls", get(handlers::calls))
        .with_state(parcels))
}
