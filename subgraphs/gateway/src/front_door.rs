//! What the process that serves clients tells this subgraph about itself.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform::server::ReadinessCheck;
use tokio::sync::SetOnce;

/// Tells why the graph would not execute a document.
pub type ValidateDocument = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// The front door: the services behind it, the supergraph in force, the REST routes. The process that serves clients
/// makes one and [attaches](attach) it.
pub struct FrontDoor {
    /// The services that the graph is made of, in the order in which they are shown.
    pub services: Vec<ServiceEntry>,
    /// The supergraph in force now; `None` before the first one.
    pub supergraph: Arc<dyn Fn() -> Option<SupergraphInForce> + Send + Sync>,
    /// The REST routes with their counters as they stand now.
    pub rest_routes: Arc<dyn Fn() -> Vec<RestRouteUse> + Send + Sync>,
    /// Whether the graph would execute an operation of this document, and why not.
    pub validate: Arc<ValidateDocument>,
}

/// A service behind the front door.
#[derive(Clone)]
pub struct ServiceEntry {
    /// Its name, under which the graph client reaches it.
    pub name: String,
    /// The version that runs.
    pub version: String,
    /// What it cannot work without, where this process can tell: its database, its `/health/ready`.
    pub readiness: Option<ReadinessCheck>,
}

/// A supergraph that answers clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupergraphInForce {
    /// The SHA-256 of its SDL, in hexadecimal.
    pub hash: String,
    /// When it was composed.
    pub composed_at: DateTime<Utc>,
    /// The subgraphs that it is made of.
    pub subgraphs: Vec<String>,
    /// The SDL itself.
    pub sdl: Arc<str>,
}

/// A REST route and how much it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestRouteUse {
    /// The HTTP method, as in `GET`.
    pub method: String,
    /// The path with its parameters, as in `/api/v1/orders/{id}`.
    pub path: String,
    /// The GraphQL operation behind it.
    pub operation: String,
    /// Requests since the process started.
    pub requests: u64,
    /// Since when it is deprecated.
    pub deprecated_since: Option<DateTime<Utc>>,
    /// When it will be gone.
    pub sunset: Option<DateTime<Utc>>,
}

static ATTACHED: SetOnce<FrontDoor> = SetOnce::const_new();

/// Tells the subgraph of this process about its front door, once. Until then its fields answer `UNAVAILABLE`.
pub fn attach(front_door: FrontDoor) {
    if ATTACHED.set(front_door).is_err() {
        tracing::error!("a second front door was attached; the first one stays");
    }
}

pub(crate) fn attached() -> Option<&'static FrontDoor> {
    ATTACHED.get()
}

/// The front door of this process, once there is one.
pub(crate) async fn attached_soon() -> &'static FrontDoor {
    ATTACHED.wait().await
}
