//! What the file service does with what it hears.

use std::sync::Arc;

use platform::events::Subscription;

use crate::actions::{Files, hold_photos};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["claim.requested"];

/// What the service hears: claims, whose photos stay.
pub(crate) fn subscription(files: Files) -> Subscription {
    Subscription {
        consumer: "file",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let files = files.clone();
            Box::pin(async move { hold_photos(&files, &event.read()?).await })
        }),
    }
}
