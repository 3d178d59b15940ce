//! `DataExport`.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use platform::errors::GraphError;

use crate::document::Document;

/// Everything that the market holds about a person, as it was at one time.
#[derive(SimpleObject)]
pub(crate) struct DataExport {
    /// When it was made.
    exported_at: DateTime<Utc>,
    /// Whether everything is in it: false when a section is cut, or its service did not answer.
    complete: bool,
    /// The document, as JSON: `{format, formatVersion, userId, exportedAt, complete, sections}`. Sections are, by name,
    /// `{state, entries, continueAfter}`: `COMPLETE`; `CUT` where there are more entries than one export has, which
    /// follow after the cursor `continueAfter` in the list of the API; `UNAVAILABLE` where a service did not answer in
    /// time, with what it told before. Sections of version 1: `profile`, `addresses`, `consents` (every answer),
    /// `wishlist`, `dataViews`, `exports`, `account`, `sessions`, `orders`, `claims`, `payments`, `shipments`, `cart`,
    /// `coupons`, `reviews`, `complaints`, `notifications`, `notificationPreferences`, `sellerMemberships`, `files`
    /// (their addresses are good for a short time). Amounts are in won.
    document: String,
}

impl DataExport {
    pub(crate) fn of(document: &Document) -> Result<Self, GraphError> {
        let written = serde_json::to_string(document).map_err(GraphError::internal)?;
        Ok(Self { exported_at: document.exported_at, complete: document.complete, document: written })
    }
}
