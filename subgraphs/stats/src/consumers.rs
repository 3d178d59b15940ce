//! What the stats service does with what it hears.

use std::sync::Arc;

use platform::database::Database;
use platform::events::{Event, HandlerError, Subscription};

use crate::facts::record;

/// What this service hears.
pub(crate) const HEARS: &[&str] = &[
    "order.placed",
    "order.paid",
    "order.cancelled",
    "order.refused",
    "line.shipped",
    "line.delivered",
    "line.confirmed",
    "claim.refunded",
    "refund.done",
    "user.registered",
    "search.performed",
];

/// What the service hears: orders from their placing to their end, money that goes back, people and what they look for.
pub(crate) fn subscription(database: Database) -> Subscription {
    Subscription {
        consumer: "stats",
        kinds: HEARS,
        handler: Arc::new(move |event: Event| {
            let database = database.clone();
            Box::pin(async move {
                record(&database, std::slice::from_ref(&event)).await.map_err(|error| HandlerError(error.message))
            })
        }),
    }
}
