//! A local server that speaks PortOne's API of identity verifications, for development and tests: everybody is whoever, and as
//! old as, they say they are. It is never on unless `USER_IDENTITY_SANDBOX` says so.
//!
//! - `GET /identity-verifications/{id}?storeId`, with `Authorization: PortOne …`: 200 with the verification once its window
//!   was sent, 404 `{type, message}` before.
//! - `GET /window/{id}`: what the browser SDK would open, where one types who one is; `POST` sends it. What is verified
//!   stays as it is; what failed may be tried again.
//! - `POST /faults {fault, times, id?}`: the next answers go wrong; see [`Fault`].

mod handlers;
mod memory;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use memory::Memory;

/// The store and the channel that the sandbox knows.
pub(crate) const STORE_ID: &str = "store-sandbox";
pub(crate) const CHANNEL_KEY: &str = "channel-key-sandbox";

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No answer comes within any reasonable time.
    Slow,
    /// Status 500.
    ServerError,
    /// The secret is not accepted.
    Unauthorized,
    /// The answer is cut off.
    Truncated,
    /// The answer is about another verification.
    OtherVerification,
    /// The person was verified by another channel of the store.
    OtherChannel,
    /// The answer lacks what tells persons apart (CI).
    WithoutCi,
}

/// The sandbox's routes.
pub fn routes() -> Router {
    Router::new()
        .route("/identity-verifications/{id}", get(handlers::find))
        .route("/window/{id}", get(handlers::show).post(handlers::decide))
        .route("/faults", post(handlers::set_fault))
        .with_state(Arc::new(Memory::default()))
}
