//! Programs of others: they say who they are by a key, and what they ask for in a minute may cost so much.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use futures::future::BoxFuture;
use platform::graph::RequestContext;
use platform::identity::Principal;
use uuid::Uuid;

use super::Edge;
use super::context::Denied;
use crate::error::{GraphError, codes};
use crate::plan::prepared::Prepared;

/// The header that an API key is sent in.
pub(super) const KEY_HEADER: &str = "x-api-key";

/// Where the programs are known that may ask with a key.
pub trait ApiClients: Send + Sync {
    /// Who asks with a key: a principal that names the client. `None` where the key is not valid.
    fn identify<'a>(
        &'a self,
        key: &'a str,
        context: &'a RequestContext,
    ) -> BoxFuture<'a, Result<Option<Arc<Principal>>, GraphError>>;

    /// Counts the cost of an operation; what the client may still ask for. `None` where nobody counts now.
    fn spend(&self, client: Uuid, cost: u64) -> BoxFuture<'_, Option<Allowance>>;
}

/// What a client may spend in a minute, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The cost that a minute's operations may have together.
    pub per_minute: u64,
    /// The cost of all that was asked for in this minute, this operation with it.
    pub spent: u64,
    /// When the next minute begins.
    pub resets_in: Duration,
}

impl Allowance {
    /// The headers of `draft-ietf-httpapi-ratelimit-headers`, in units of cost.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let left = self.per_minute.saturating_sub(self.spent);
        let policy = format!("\"cost\";q={};w=60", self.per_minute);
        let state = format!("\"cost\";r={left};t={}", self.resets_in.as_secs());
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        if self.spent > self.per_minute {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.resets_in.as_secs().max(1)));
        }
    }
}

impl Edge {
    /// Counts an operation of a program; nothing for people and our own services.
    pub(crate) async fn spend(&self, prepared: &Prepared, context: &RequestContext) -> Option<Allowance> {
        let (clients, client) = (self.clients.as_deref()?, context.principal.client?);
        clients.spend(client, prepared.cost).await
    }
}

/// Why an operation is not executed that the quota does not reach for.
pub(crate) fn exceeded(allowance: Option<Allowance>, prepared: &Prepared) -> Option<GraphError> {
    let allowance = allowance.filter(|allowance| allowance.spent > allowance.per_minute)?;
    let message = format!(
        "The operation costs {} and the client may spend {} a minute; try again in {} seconds.",
        prepared.cost,
        allowance.per_minute,
        allowance.resets_in.as_secs().max(1),
    );
    Some(GraphError::new(codes::RATE_LIMITED, message))
}

/// Who asks with the key in the header.
pub(super) async fn identify(
    clients: Option<&dyn ApiClients>,
    key: &HeaderValue,
    context: &RequestContext,
) -> Result<Arc<Principal>, Denied> {
    let invalid = || Denied {
        status: StatusCode::UNAUTHORIZED,
        error: GraphError::new("INVALID_API_KEY", "The API key is not valid."),
    };
    let (clients, key) = (clients.ok_or_else(invalid)?, key.to_str().map_err(|_| invalid())?);
    let found = clients.identify(key, context).await;
    found.map_err(|error| Denied { status: StatusCode::SERVICE_UNAVAILABLE, error })?.ok_or_else(invalid)
}
