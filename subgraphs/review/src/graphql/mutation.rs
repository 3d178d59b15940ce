//! What buyers, readers, sellers and staff do with reviews.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::graph::RequestContext;
use platform::identity::{AnyScope, Scope, SignedIn};

use super::review::Review;
use crate::actions::{self, Content, Decision, Reviews};
use crate::error::{Failure, UserErrorCode};
use crate::model::{LineId, ReviewId, ReviewModerationAction, ReviewReportReason, ReviewRow};

/// A new review.
#[derive(InputObject)]
pub(crate) struct WriteReviewInput {
    /// The line of the order that it is about.
    line_id: LineId,
    /// 1–5.
    stars: i32,
    /// 10–3,000 characters.
    body: String,
    /// Up to ten: ids of files, `fil_…`, that the author has uploaded as REVIEW_PHOTO.
    #[graphql(default)]
    photos: Vec<String>,
}

/// What a review says from now on.
#[derive(InputObject)]
pub(crate) struct EditReviewInput {
    /// Which.
    review_id: ReviewId,
    /// 1–5.
    stars: i32,
    /// 10–3,000 characters.
    body: String,
    /// Up to ten: ids of files, `fil_…`, that the author has uploaded as REVIEW_PHOTO, and what the review has already; what is
    /// left out is removed.
    #[graphql(default)]
    photos: Vec<String>,
}

/// What a month of use has shown.
#[derive(InputObject)]
pub(crate) struct AddReviewFollowUpInput {
    /// Which.
    review_id: ReviewId,
    /// 10–3,000 characters.
    body: String,
}

/// Which review.
#[derive(InputObject)]
pub(crate) struct ReviewIdInput {
    /// Which.
    review_id: ReviewId,
}

/// What is wrong with a review.
#[derive(InputObject)]
pub(crate) struct ReportReviewInput {
    /// Which.
    review_id: ReviewId,
    /// What is wrong.
    reason: ReviewReportReason,
    /// What is to be said to it, up to 500 characters; needed with `OTHER`.
    detail: Option<String>,
}

/// The seller's answer.
#[derive(InputObject)]
pub(crate) struct ReplyToReviewInput {
    /// Which.
    review_id: ReviewId,
    /// 1–1,000 characters.
    text: String,
}

/// A decision of staff.
#[derive(InputObject)]
pub(crate) struct ModerateReviewInput {
    /// Which.
    review_id: ReviewId,
    /// Why, 1–200 characters. The author reads why a review is hidden.
    reason: String,
}

/// The outcome of a command on a review.
#[derive(SimpleObject)]
pub(crate) struct ReviewPayload {
    /// The review as it is now.
    review: Option<Review>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `deleteReview`.
#[derive(SimpleObject)]
pub(crate) struct DeleteReviewPayload {
    /// The review that is gone.
    deleted_review_id: Option<ReviewId>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `reportReview`.
#[derive(SimpleObject)]
pub(crate) struct ReportReviewPayload {
    /// The review that staff will look at.
    reported_review_id: Option<ReviewId>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Runs an action on a review to its end, for its payload.
async fn changed<F, Action>(ctx: &Context<'_>, action: Action) -> async_graphql::Result<ReviewPayload>
where
    Action: FnOnce(Reviews, RequestContext) -> F,
    F: Future<Output = Result<ReviewRow, Failure>> + Send + 'static,
{
    let outcome = run_to_end(action(ctx.data::<Reviews>()?.clone(), audit::command(ctx))).await;
    Ok(match outcome {
        Ok(row) => ReviewPayload { review: Some(Review { row }), user_errors: Vec::new() },
        Err(failure) => ReviewPayload { review: None, user_errors: failure.into_refusals()? },
    })
}

async fn moderated(
    ctx: &Context<'_>,
    input: ModerateReviewInput,
    action: ReviewModerationAction,
) -> async_graphql::Result<ReviewPayload> {
    let ModerateReviewInput { review_id, reason } = input;
    let decision = Decision { action, reason };
    changed(
        ctx,
        |reviews, context| async move { actions::moderate_review(&reviews, review_id, decision, &context).await },
    )
    .await
}

/// Commands.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Writes the review of a purchase that the signed-in person has confirmed; one a line.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn write_review(&self, ctx: &Context<'_>, input: WriteReviewInput) -> async_graphql::Result<ReviewPayload> {
        let WriteReviewInput { line_id, stars, body, photos } = input;
        let content = Content { stars, body, photos };
        changed(
            ctx,
            |reviews, context| async move { actions::write_review(&reviews, line_id, content, &context).await },
        )
        .await
    }

    /// Changes what the own review says. What it said before is kept for staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn edit_review(&self, ctx: &Context<'_>, input: EditReviewInput) -> async_graphql::Result<ReviewPayload> {
        let EditReviewInput { review_id, stars, body, photos } = input;
        let content = Content { stars, body, photos };
        changed(
            ctx,
            |reviews, context| async move { actions::edit_review(&reviews, review_id, content, &context).await },
        )
        .await
    }

    /// Adds to the own review what a month of use has shown; once, from a month after the confirmation on.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn add_review_follow_up(
        &self,
        ctx: &Context<'_>,
        input: AddReviewFollowUpInput,
    ) -> async_graphql::Result<ReviewPayload> {
        let AddReviewFollowUpInput { review_id, body } = input;
        changed(
            ctx,
            |reviews, context| async move { actions::add_follow_up(&reviews, review_id, &body, &context).await },
        )
        .await
    }

    /// Removes the own review with all that it says. The purchase cannot be reviewed again.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn delete_review(
        &self,
        ctx: &Context<'_>,
        input: ReviewIdInput,
    ) -> async_graphql::Result<DeleteReviewPayload> {
        let (reviews, context) = (ctx.data::<Reviews>()?.clone(), audit::command(ctx));
        let action = async move { actions::delete_review(&reviews, input.review_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(id) => DeleteReviewPayload { deleted_review_id: Some(id), user_errors: Vec::new() },
            Err(failure) => DeleteReviewPayload { deleted_review_id: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Tells that somebody else's review is helpful. A second vote changes nothing.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn vote_review_helpful(
        &self,
        ctx: &Context<'_>,
        input: ReviewIdInput,
    ) -> async_graphql::Result<ReviewPayload> {
        changed(ctx, |reviews, context| async move { actions::vote_helpful(&reviews, input.review_id, &context).await })
            .await
    }

    /// Takes the own vote back. Without one nothing changes.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn withdraw_review_vote(
        &self,
        ctx: &Context<'_>,
        input: ReviewIdInput,
    ) -> async_graphql::Result<ReviewPayload> {
        changed(
            ctx,
            |reviews, context| async move { actions::withdraw_vote(&reviews, input.review_id, &context).await },
        )
        .await
    }

    /// Tells staff what is wrong with somebody else's review; once.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn report_review(
        &self,
        ctx: &Context<'_>,
        input: ReportReviewInput,
    ) -> async_graphql::Result<ReportReviewPayload> {
        let (reviews, context) = (ctx.data::<Reviews>()?.clone(), audit::command(ctx));
        let ReportReviewInput { review_id, reason, detail } = input;
        let action = async move { actions::report_review(&reviews, review_id, reason, detail, &context).await };
        Ok(match run_to_end(action).await {
            Ok(id) => ReportReviewPayload { reported_review_id: Some(id), user_errors: Vec::new() },
            Err(failure) => ReportReviewPayload { reported_review_id: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Answers a review of the seller's product, or replaces the answer. For the seller's members.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn reply_to_review(
        &self,
        ctx: &Context<'_>,
        input: ReplyToReviewInput,
    ) -> async_graphql::Result<ReviewPayload> {
        let ReplyToReviewInput { review_id, text } = input;
        changed(
            ctx,
            |reviews, context| async move { actions::reply_to_review(&reviews, review_id, &text, &context).await },
        )
        .await
    }

    /// Hides a review from everybody but its author, and settles its reports. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn blind_review(
        &self,
        ctx: &Context<'_>,
        input: ModerateReviewInput,
    ) -> async_graphql::Result<ReviewPayload> {
        moderated(ctx, input, ReviewModerationAction::Blind).await
    }

    /// Shows a hidden review again. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn unblind_review(
        &self,
        ctx: &Context<'_>,
        input: ModerateReviewInput,
    ) -> async_graphql::Result<ReviewPayload> {
        moderated(ctx, input, ReviewModerationAction::Unblind).await
    }

    /// Settles the reports of a review that stays. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn dismiss_review_reports(
        &self,
        ctx: &Context<'_>,
        input: ModerateReviewInput,
    ) -> async_graphql::Result<ReviewPayload> {
        moderated(ctx, input, ReviewModerationAction::DismissReports).await
    }
}
