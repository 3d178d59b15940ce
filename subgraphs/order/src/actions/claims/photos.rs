//! The photos of a claim: files of the buyer's, which the file service keeps.

use futures::future::try_join_all;
use platform::graph::RequestContext;
use platform::language::Language;

use crate::actions::Orders;
use crate::clients::{ClaimPhoto, claim_photo};
use crate::error::{ErrorCode, Failure, Refusal};
use crate::events::FileDeleted;
use crate::model::{FileId, SellerId, UserId};
use crate::store::claims;

/// The most photos of a claim.
const MOST_PHOTOS: usize = 5;

/// Refuses too many, and one that is named twice.
pub(super) fn check_ids(ids: &[FileId], language: Language) -> Result<(), Refusal> {
    if ids.len() > MOST_PHOTOS {
        return Err(ErrorCode::TooManyPhotos.at(&["photoIds"], language));
    }
    let mut distinct = ids.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < ids.len() {
        return Err(ErrorCode::InvalidClaim.at(&["photoIds"], language));
    }
    Ok(())
}

/// The sellers that the files were uploaded for, each file known to be a photo of a claim that this buyer has uploaded.
pub(super) async fn sellers_shown(
    orders: &Orders,
    buyer_id: UserId,
    ids: &[FileId],
    context: &RequestContext,
) -> Result<Vec<Option<SellerId>>, Failure> {
    let one = async |id: &FileId| {
        let variables = claim_photo::Variables { id: id.to_string() };
        let file = orders.graph.ask::<ClaimPhoto>("file", variables, context).await?.file;
        let owner = buyer_id.to_string();
        let is_own = |file: &claim_photo::ClaimPhotoFile| {
            file.owner_id.as_ref() == Some(&owner) && matches!(file.purpose, claim_photo::FilePurpose::CLAIM_PHOTO)
        };
        let not_found = || Failure::from(ErrorCode::PhotoNotFound.at(&["photoIds"], context.language));
        let file = file.filter(is_own).ok_or_else(not_found)?;
        Ok::<_, Failure>(file.seller_id.and_then(|seller| seller.parse().ok()))
    };
    try_join_all(ids.iter().map(one)).await
}

/// A file is gone, and with it the photo of any claim. Can be repeated without harm.
pub(crate) async fn forget_photo(orders: &Orders, fact: &FileDeleted) -> Result<(), Failure> {
    let mut connection = orders.database.connection().await?;
    Ok(claims::remove_photo(&mut connection, fact.owner_id, fact.file_id).await?)
}
