//! The photos of a claim stay: they are evidence, and no longer their owner's alone.

use platform::events::HandlerError;

use super::Files;
use crate::events::ClaimRequested;
use crate::store;

/// Holds the photos of a new claim. Can be repeated without harm.
pub(crate) async fn hold_photos(files: &Files, fact: &ClaimRequested) -> Result<(), HandlerError> {
    if fact.photo_ids.is_empty() {
        return Ok(());
    }
    let mut connection = files.database.connection().await?;
    Ok(store::hold_files(&mut connection, fact.buyer_id, &fact.photo_ids).await?)
}
