//! What the product service does with what it hears.

use std::sync::Arc;

use platform::events::Subscription;

use crate::actions::{Catalogue, hear_seller};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["seller.state_changed"];

/// What the service hears: whether sellers can sell.
pub(crate) fn subscription(catalogue: Catalogue) -> Subscription {
    Subscription {
        consumer: "product",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let catalogue = catalogue.clone();
            Box::pin(async move { hear_seller(&catalogue, &event.read()?, event.occurred_at).await })
        }),
    }
}
