//! A buyer says what a purchase is like.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::events::append;
use platform::graph::RequestContext;

use super::{Content, Reviews, caller, photos};
use crate::error::{Failure, UserErrorCode};
use crate::events::{RatingChanged, ReviewCreated, ReviewFact};
use crate::model::{LineId, RatingRow, ReviewId, ReviewRow};
use crate::rules::may_write;
use crate::statements::WriteReviews;
use crate::store;

/// Writes the one review of a line that the caller has confirmed and kept.
pub(crate) async fn write_review(
    reviews: &Reviews,
    line_id: LineId,
    content: Content,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let author = caller(context)?;
    let content = content.check(context)?;
    photos::require_own(reviews, author, &content.photos, &[], context).await?;
    let refusal = |code: UserErrorCode| Failure::from(code.at(&["lineId"], context.language));
    let mut connection = reviews.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let line = store::confirmed_line(connection, line_id).await?;
            let line = line.filter(|line| line.buyer_id == author);
            let line = line.ok_or_else(|| refusal(UserErrorCode::NotReviewable))?;
            if store::reviewable_lines(connection, &[line_id]).await?.is_empty() {
                let reviewed = !store::reviews_by_line(connection, &[line_id]).await?.is_empty();
                let code = if reviewed { UserErrorCode::AlreadyReviewed } else { UserErrorCode::NotReviewable };
                return Err(refusal(code));
            }
            let now = Utc::now();
            if !may_write(line.confirmed_at, now, reviews.settings.write_within) {
                return Err(refusal(UserErrorCode::OutOfTime));
            }
            let id = ReviewId::new();
            let statement = WriteReviews {
                ids: vec![id],
                lines: vec![line_id],
                authors: vec![author],
                sellers: vec![line.seller_id],
                products: vec![line.product_id],
                variants: vec![line.variant_id],
                variant_names: vec![line.variant_name],
                stars: vec![content.stars],
                bodies: vec![content.body],
                photos: vec![content.photos.join("\n")],
                confirmed_at: vec![line.confirmed_at],
                created_at: vec![now],
                replies: vec![None],
            };
            let ratings: Vec<RatingRow> = statement.load(connection).await?;
            // Another request of the same buyer was quicker.
            let rating = ratings.into_iter().next().ok_or_else(|| refusal(UserErrorCode::AlreadyReviewed))?;
            let row = store::review_by_id(connection, id).await?;
            let trace = context.trace_parent.as_deref();
            append(connection, &ReviewCreated(ReviewFact::from(&row)), trace).await?;
            append(connection, &RatingChanged::from(&rating), trace).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    reviews.outbox.wake();
    metrics::counter!("reviews_written_total").increment(1);
    Ok(row)
}
