//! Readers tell which reviews are helpful.

use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::graph::RequestContext;

use super::{Reviews, locked, require_reader};
use crate::error::Failure;
use crate::model::{ReviewId, ReviewRow};
use crate::rules::ReviewCommand;
use crate::statements::{Vote, WithdrawVote};
use crate::store;

/// Counts the caller's vote; a second one changes nothing.
pub(crate) async fn vote_helpful(
    reviews: &Reviews,
    review_id: ReviewId,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let mut connection = reviews.database.connection().await?;
    connection
        .transaction(async |connection| {
            let (row, _) = locked(connection, review_id, ReviewCommand::Vote, context).await?;
            let user_id = require_reader(&row, context)?;
            Vote { review_id, user_id }.execute(connection).await?;
            Ok(store::review_by_id(connection, review_id).await?)
        })
        .await
}

/// Takes the caller's vote back; without one nothing changes.
pub(crate) async fn withdraw_vote(
    reviews: &Reviews,
    review_id: ReviewId,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let mut connection = reviews.database.connection().await?;
    connection
        .transaction(async |connection| {
            let (row, _) = locked(connection, review_id, ReviewCommand::Vote, context).await?;
            let user_id = require_reader(&row, context)?;
            WithdrawVote { review_id, user_id }.execute(connection).await?;
            Ok(store::review_by_id(connection, review_id).await?)
        })
        .await
}
