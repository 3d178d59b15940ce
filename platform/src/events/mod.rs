//! Facts that travel: a transactional outbox, a relay, a bus, and an inbox.
//!
//! An action appends its event to the outbox in the transaction that makes it true. The relay publishes pending events
//! in order, per aggregate one after the other. A consumer records the event in its inbox in the transaction of its
//! effect. Delivery is at least once; the effect is exactly once.

mod amqp;
pub mod catalogue;
mod inbox;
mod memory;
mod outbox;
mod relay;
mod replay;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use amqp::AmqpBus;
pub use catalogue::FactDoc;
pub use inbox::first_delivery;
pub use memory::MemoryBus;
pub use outbox::{Append, Outbox, append, append_all, forget};
pub use relay::{Retention, run_relay};
pub use replay::{Replay, replay};

/// A fact, as it travels. In JSON on the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Unique; the same on every delivery.
    pub id: Uuid,
    /// What happened, as in `order.paid`. Also the routing key.
    pub kind: String,
    /// The version of the payload's schema.
    #[serde(default = "first_version")]
    pub version: i16,
    /// What it happened to; events of one aggregate are delivered in order.
    pub aggregate: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// The W3C `traceparent` of the request that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_parent: Option<String>,
    /// The fact itself.
    pub payload: serde_json::Value,
}

fn first_version() -> i16 {
    1
}

impl Event {
    /// Reads the payload.
    ///
    /// # Errors
    /// When the payload does not have the wanted shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, HandlerError> {
        T::deserialize(&self.payload)
            .map_err(|error| HandlerError(format!("{} {} does not fit: {error}", self.kind, self.id)))
    }
}

/// A fact that a service tells. `KIND` names it on the bus. Its shape is published: `schema/events`.
pub trait Fact: Serialize + JsonSchema {
    /// What happened, as in `order.paid`.
    const KIND: &'static str;

    /// The version of its shape. A property may come within a version; what consumers read may not go or change.
    const VERSION: i16 = 1;

    /// How long the relay leaves it alone. For a fact of which the one who must act on it is also told directly: by then
    /// that has happened, and the event only makes sure.
    const HEAD_START: Duration = Duration::ZERO;

    /// What it happened to.
    fn aggregate(&self) -> String;
}

/// An event could not be handled; it will come again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HandlerError(pub String);

impl From<diesel::result::Error> for HandlerError {
    fn from(error: diesel::result::Error) -> Self {
        Self(format!("database: {error}"))
    }
}

impl From<crate::database::PoolError> for HandlerError {
    fn from(error: crate::database::PoolError) -> Self {
        Self(error.to_string())
    }
}

impl From<crate::errors::GraphError> for HandlerError {
    fn from(error: crate::errors::GraphError) -> Self {
        Self(format!("{}: {}", error.code.as_str(), error.message))
    }
}

impl From<crate::graph::GraphClientError> for HandlerError {
    fn from(error: crate::graph::GraphClientError) -> Self {
        Self(error.to_string())
    }
}

/// Handles one event. Called again when it fails.
pub type Handler = Arc<dyn Fn(Event) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync>;

/// Handles an event; a handler that panics has failed like any other.
async fn handle(consumer: &'static str, handler: &Handler, event: Event) -> Result<(), HandlerError> {
    let occurred_at = event.occurred_at;
    let handled = AssertUnwindSafe(async { handler(event).await }).catch_unwind();
    handled.await.unwrap_or_else(|_| Err(HandlerError("the handler panicked".to_owned())))?;
    let lag = (Utc::now() - occurred_at).as_seconds_f64().max(0.0);
    metrics::histogram!("event_lag_seconds", "consumer" => consumer).record(lag);
    Ok(())
}

/// Who hears events, without what is done with them.
#[derive(Clone, Copy, Debug)]
pub struct Consumer {
    /// The service that hears; also the name of its queue.
    pub name: &'static str,
    /// The kinds of event, as in `order.paid`.
    pub kinds: &'static [&'static str],
}

/// What a service wants to hear.
#[derive(Clone)]
pub struct Subscription {
    /// The service that hears; also the name of its queue.
    pub consumer: &'static str,
    /// The kinds of event, as in `order.paid`.
    pub kinds: &'static [&'static str],
    /// What is done with each.
    pub handler: Handler,
}

/// No confirmation that an event was taken; it stays in the outbox.
#[derive(Debug, thiserror::Error)]
#[error("event not published: {0}")]
pub struct PublishError(pub String);

/// The bus: in memory when all services share a process, RabbitMQ when they do not.
#[derive(Clone)]
pub enum Bus {
    /// Hands events to the consumers of this process.
    Memory(Arc<MemoryBus>),
    /// Publishes to RabbitMQ.
    Amqp(Arc<AmqpBus>),
}

impl Bus {
    /// Publishes one event, to all who hear its kind or to one of them; returns when the bus has taken responsibility for it.
    ///
    /// # Errors
    /// When the bus did not confirm.
    pub async fn publish(&self, event: &Event, only_for: Option<&str>) -> Result<(), PublishError> {
        match self {
            Self::Memory(bus) => bus.publish(event, only_for).await,
            Self::Amqp(bus) => bus.publish(event, only_for).await,
        }
    }

    /// Begins to deliver to a subscription until the process ends.
    ///
    /// # Errors
    /// When the broker refuses.
    pub async fn subscribe(&self, subscription: Subscription) -> Result<(), PublishError> {
        let subscription = crate::trace::follow_events(subscription);
        match self {
            Self::Memory(bus) => {
                bus.subscribe(subscription);
                Ok(())
            }
            Self::Amqp(bus) => bus.subscribe(subscription).await,
        }
    }
}
