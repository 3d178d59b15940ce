//! What this service hears.

use std::sync::Arc;

use platform::audit::KIND;
use platform::events::Subscription;

use crate::actions::{Desk, record};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &[KIND];

/// What staff did, and what happened to money, wherever it was.
pub(crate) fn subscription(desk: Desk) -> Subscription {
    Subscription {
        consumer: "admin",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let desk = desk.clone();
            Box::pin(async move { record(&desk, &event).await })
        }),
    }
}
