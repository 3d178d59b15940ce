//! What the file service does with what it hears.

use std::sync::Arc;

use platform::events::Subscription;

use crate::actions::{Files, hold_documents, hold_photos};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["claim.requested", "seller.documents_handed_in"];

/// What the service hears: claims and sellers' documents, whose files stay.
pub(crate) fn subscription(files: Files) -> Subscription {
    Subscription {
        consumer: "file",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let files = files.clone();
            Box::pin(async move {
                match event.kind.as_str() {
                    "seller.documents_handed_in" => hold_documents(&files, &event.read()?).await,
                    _ => hold_photos(&files, &event.read()?).await,
                }
            })
        }),
    }
}
