//! The photos of a claim stay: they are evidence, and no longer their owner's alone. So do a seller's documents while they
//! count.

use platform::events::HandlerError;

use super::Files;
use crate::events::{ClaimRequested, SellerDocumentsHandedIn};
use crate::model::FilePurpose;
use crate::store;

/// Holds the photos of a new claim. Can be repeated without harm.
pub(crate) async fn hold_photos(files: &Files, fact: &ClaimRequested) -> Result<(), HandlerError> {
    if fact.photo_ids.is_empty() {
        return Ok(());
    }
    let mut connection = files.database.connection().await?;
    Ok(store::hold_files(&mut connection, fact.buyer_id, &fact.photo_ids, FilePurpose::ClaimPhoto).await?)
}

/// Holds the documents that a seller has handed in, and lets go of those that they replace. Can be repeated without harm.
pub(crate) async fn hold_documents(files: &Files, fact: &SellerDocumentsHandedIn) -> Result<(), HandlerError> {
    let mut connection = files.database.connection().await?;
    store::release_files(&mut connection, &fact.released_file_ids).await?;
    store::note_seller(&mut connection, fact.owner_id, &fact.file_ids, fact.seller_id).await?;
    let purpose = FilePurpose::SellerDocument;
    Ok(store::hold_files(&mut connection, fact.owner_id, &fact.file_ids, purpose).await?)
}
