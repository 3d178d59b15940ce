//! What an author does with the own review.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::events::append;
use platform::graph::RequestContext;

use super::{Content, Reviews, caller, locked, move_review, photos, require_author};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ReviewChanged, ReviewFact};
use crate::model::{ReviewId, ReviewRow};
use crate::rules::{self, ReviewCommand, may_follow_up};
use crate::statements::SettleReports;
use crate::store;

/// Changes what the review says; what it said before is kept.
pub(crate) async fn edit_review(
    reviews: &Reviews,
    id: ReviewId,
    content: Content,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let content = content.check(context)?;
    let author = caller(context)?;
    let kept = {
        let mut connection = reviews.database.connection().await?;
        store::photos_of(&mut connection, id, author).await?
    };
    photos::require_own(reviews, author, &content.photos, &kept, context).await?;
    let mut connection = reviews.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let (row, state) = locked(connection, id, ReviewCommand::Edit, context).await?;
            require_author(&row, context)?;
            if (row.stars, &row.body, &row.photos) == (content.stars, &content.body, &content.photos) {
                return Ok(row);
            }
            store::insert_edit(connection, &row).await?;
            store::set_body(connection, id, &content.body, &content.photos).await?;
            move_review(connection, &row, (state, content.stars), None, context).await?;
            told(connection, id, context).await
        })
        .await?;
    reviews.outbox.wake();
    Ok(row)
}

/// Adds what a month has shown, once.
pub(crate) async fn add_follow_up(
    reviews: &Reviews,
    id: ReviewId,
    body: &str,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let body = rules::text(body, &rules::BODY).ok_or_else(|| refusal(UserErrorCode::InvalidText, "body"))?;
    let settings = &reviews.settings;
    let mut connection = reviews.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let (row, _) = locked(connection, id, ReviewCommand::FollowUp, context).await?;
            require_author(&row, context)?;
            if row.follow_up.is_some() {
                return Err(refusal(UserErrorCode::AlreadyFollowedUp, "reviewId"));
            }
            let (after, within) = (settings.follow_up_after, settings.follow_up_within);
            if !may_follow_up(row.confirmed_at, Utc::now(), after, within) {
                return Err(refusal(UserErrorCode::OutOfTime, "reviewId"));
            }
            store::set_follow_up(connection, id, &body).await?;
            told(connection, id, context).await
        })
        .await?;
    reviews.outbox.wake();
    Ok(row)
}

/// Removes the review with all that it says. Its line cannot be reviewed again.
pub(crate) async fn delete_review(
    reviews: &Reviews,
    id: ReviewId,
    context: &RequestContext,
) -> Result<ReviewId, Failure> {
    let mut connection = reviews.database.connection().await?;
    connection
        .transaction(async |connection| {
            let (row, state) = locked(connection, id, ReviewCommand::Delete, context).await?;
            require_author(&row, context)?;
            move_review(connection, &row, (state, row.stars), None, context).await?;
            store::erase(connection, id).await?;
            SettleReports { review_id: id }.execute(connection).await?;
            told(connection, id, context).await
        })
        .await?;
    reviews.outbox.wake();
    Ok(id)
}

/// The changed review, of which it tells.
async fn told(
    connection: &mut diesel_async::AsyncPgConnection,
    id: ReviewId,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let row = store::review_by_id(connection, id).await?;
    append(connection, &ReviewChanged(ReviewFact::from(&row)), context.trace_parent.as_deref()).await?;
    Ok(row)
}
