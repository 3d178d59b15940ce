//! What the settlement service does with what it hears.

use std::sync::Arc;

use platform::events::Subscription;

use crate::actions::{Settlements, hear_fact, hear_paid};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["order.paid", "line.confirmed", "order.cancelled", "claim.refunded"];

/// What the service hears: orders that are paid, and what becomes of their lines.
pub(crate) fn subscription(desk: Settlements) -> Subscription {
    Subscription {
        consumer: "settlement",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let desk = desk.clone();
            Box::pin(async move {
                match event.kind.as_str() {
                    "order.paid" => hear_paid(&desk, &event).await,
                    _ => hear_fact(&desk, &event).await,
                }
            })
        }),
    }
}
