//! Staff hides a review, shows it again, or finds nothing wrong with it.

use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;

use super::{Reviews, locked, move_review};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ReviewBlinded, ReviewChanged, ReviewFact};
use crate::model::{ReviewId, ReviewModerationAction, ReviewRow, UserId};
use crate::rules::{self, ReviewCommand};
use crate::statements::SettleReports;
use crate::store;

/// What staff decides, and why.
pub(crate) struct Decision {
    pub(crate) action: ReviewModerationAction,
    pub(crate) reason: String,
}

/// Carries a decision of staff out, which settles the open reports.
pub(crate) async fn moderate_review(
    reviews: &Reviews,
    review_id: ReviewId,
    decision: Decision,
    context: &RequestContext,
) -> Result<ReviewRow, Failure> {
    let invalid = || Failure::from(UserErrorCode::InvalidText.at(&["reason"], context.language));
    let reason = rules::text(&decision.reason, &rules::REASON).ok_or_else(invalid)?;
    let action = decision.action;
    let command = match action {
        ReviewModerationAction::Blind => ReviewCommand::Blind,
        ReviewModerationAction::Unblind => ReviewCommand::Unblind,
        ReviewModerationAction::DismissReports => ReviewCommand::DismissReports,
    };
    let by = context.principal.user_id.map(UserId);
    let trace = context.trace_parent.as_deref();
    let mut connection = reviews.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let (row, state) = locked(connection, review_id, command, context).await?;
            let blinded = (action == ReviewModerationAction::Blind).then_some(reason.as_str());
            move_review(connection, &row, (state, row.stars), blinded, context).await?;
            SettleReports { review_id }.execute(connection).await?;
            let entry = Entry::on("review", review_id).because(reason.as_str()).before(json!({ "state": row.state }));
            audit::of_staff(connection, context, entry.after(json!({ "decision": action }))).await?;
            store::insert_moderation(connection, review_id, action, &reason, by).await?;
            let row = store::review_by_id(connection, review_id).await?;
            let fact = ReviewFact::from(&row);
            match action {
                ReviewModerationAction::Blind => append(connection, &ReviewBlinded(fact), trace).await?,
                ReviewModerationAction::Unblind => append(connection, &ReviewChanged(fact), trace).await?,
                ReviewModerationAction::DismissReports => {}
            }
            Ok::<_, Failure>(row)
        })
        .await?;
    reviews.outbox.wake();
    metrics::counter!("reviews_moderated_total", "action" => action.as_str()).increment(1);
    Ok(row)
}
