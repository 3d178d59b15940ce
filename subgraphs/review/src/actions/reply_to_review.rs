//! The seller answers a review.

use diesel_async::AsyncConnection as _;
use platform::events::append;
use platform::graph::RequestContext;

use super::{Reviews, caller, locked};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ReviewFact, ReviewReplied};
use crate::model::{ReviewId, ReviewRow};
use crate::rules::{self, ReviewCommand};
use crate::store;

/// Writes or replaces the answer, by a member of the product's seller. The author is told of the first.
pub(crate) async fn reply_to_review(
    reviews: &Reviews,
    id: ReviewId,
    text: &str,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let by = caller(context)?;
    let text = rules::text(text, &rules::REPLY).ok_or_else(|| refusal(UserErrorCode::InvalidText, "text"))?;
    let mut connection = reviews.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let (row, _) = locked(connection, id, ReviewCommand::Reply, context).await?;
            if !context.principal.acts_for(row.seller_id.0) {
                return Err(refusal(UserErrorCode::NotYourSeller, "reviewId"));
            }
            store::set_reply(connection, &row, &text, by).await?;
            if row.replied_at.is_none() {
                let fact = ReviewReplied(ReviewFact::from(&row));
                append(connection, &fact, context.trace_parent.as_deref()).await?;
            }
            Ok(store::review_by_id(connection, id).await?)
        })
        .await?;
    reviews.outbox.wake();
    Ok(row)
}
