//! Readers tell staff what is wrong with a review.

use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::graph::RequestContext;

use super::{Reviews, locked, require_reader};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ReviewId, ReviewReportReason};
use crate::rules::{LONGEST_DETAIL, ReviewCommand, text};
use crate::statements::Report;

/// Keeps the caller's report; everybody reports a review once.
pub(crate) async fn report_review(
    reviews: &Reviews,
    review_id: ReviewId,
    reason: ReviewReportReason,
    detail: Option<String>,
    context: &RequestContext,
) -> Result<ReviewId, Failure> {
    let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let detail = detail.unwrap_or_default();
    let shortest = usize::from(reason == ReviewReportReason::Other);
    let detail = text(&detail, &(shortest..=LONGEST_DETAIL));
    let detail = detail.ok_or_else(|| refusal(UserErrorCode::InvalidText, "detail"))?;
    let mut connection = reviews.database.connection().await?;
    connection
        .transaction(async |connection| {
            let (row, _) = locked(connection, review_id, ReviewCommand::Report, context).await?;
            let user_id = require_reader(&row, context)?;
            let detail = (!detail.is_empty()).then_some(detail);
            if (Report { review_id, user_id, reason, detail }).execute(connection).await? == 0 {
                return Err(refusal(UserErrorCode::AlreadyReported, "reviewId"));
            }
            metrics::counter!("reviews_reported_total").increment(1);
            Ok(review_id)
        })
        .await
}
