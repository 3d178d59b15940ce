//! The photos of a review: files of its author's, which the file service keeps.

use diesel_async::AsyncConnection as _;
use futures::future::try_join_all;
use platform::events::append;
use platform::graph::RequestContext;

use super::Reviews;
use crate::clients::{ReviewPhoto, review_photo};
use crate::error::{Failure, UserErrorCode};
use crate::events::{FileDeleted, ReviewChanged, ReviewFact};
use crate::model::UserId;
use crate::{rules, store};

/// Checks photos that a review does not have yet: each is a file that its author has uploaded for reviews, which the file
/// service has read as an image. Those that it has, `kept`, stay what they are.
pub(super) async fn require_own(
    reviews: &Reviews,
    author: UserId,
    photos: &[String],
    kept: &[String],
    context: &RequestContext,
) -> Result<(), Failure> {
    let refused = || Failure::from(UserErrorCode::PhotoNotFound.at(&["photos"], context.language));
    let one = async |photo: &String| {
        let id = rules::file(photo).ok_or_else(refused)?;
        let variables = review_photo::Variables { id: id.to_string() };
        let file = reviews.graph.ask::<ReviewPhoto>("file", variables, context).await?.file;
        let owner = author.to_string();
        let is_own = file.is_some_and(|file| {
            file.owner_id.as_ref() == Some(&owner) && matches!(file.purpose, review_photo::FilePurpose::REVIEW_PHOTO)
        });
        if is_own { Ok(()) } else { Err(refused()) }
    };
    try_join_all(photos.iter().filter(|photo| !kept.contains(photo)).map(one)).await?;
    Ok(())
}

/// A file is gone, and with it the photo of any review and of what it said before. Can be repeated without harm.
pub(crate) async fn forget_photo(reviews: &Reviews, fact: &FileDeleted, trace: Option<&str>) -> Result<(), Failure> {
    let mut connection = reviews.database.connection().await?;
    connection
        .transaction(async |connection| {
            for id in store::remove_photo(connection, fact.owner_id, fact.file_id).await? {
                let row = store::review_by_id(connection, id).await?;
                append(connection, &ReviewChanged(ReviewFact::from(&row)), trace).await?;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    reviews.outbox.wake();
    Ok(())
}
