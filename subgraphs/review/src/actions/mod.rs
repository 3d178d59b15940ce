//! What can be done with a review; one use case a file.

mod change_review;
mod moderate_review;
mod photos;
mod reply_to_review;
mod report_review;
mod vote_helpful;
mod write_review;

pub(crate) use change_review::{add_follow_up, delete_review, edit_review};
pub(crate) use moderate_review::{Decision, moderate_review};
pub(crate) use photos::forget_photo;
pub(crate) use reply_to_review::reply_to_review;
pub(crate) use report_review::report_review;
pub(crate) use vote_helpful::{vote_helpful, withdraw_vote};
pub(crate) use write_review::write_review;

use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::{Outbox, append};
use platform::graph::{GraphClient, RequestContext};

use crate::error::{Failure, UserErrorCode};
use crate::events::RatingChanged;
use crate::model::{RatingRow, ReviewId, ReviewRow, ReviewState, UserId};
use crate::rules::{ReviewCommand, after, counted, rating_change};
use crate::settings::ReviewSettings;
use crate::statements::MoveReview;
use crate::store;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Reviews {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) settings: ReviewSettings,
}

/// What a review says, as its author sends it.
pub(crate) struct Content {
    pub(crate) stars: i32,
    pub(crate) body: String,
    pub(crate) photos: Vec<String>,
}

/// What a review says, checked.
struct Checked {
    stars: i16,
    body: String,
    photos: Vec<String>,
}

impl Content {
    fn check(&self, context: &RequestContext) -> Result<Checked, Failure> {
        let stars = i16::try_from(self.stars).ok().filter(|stars| (1..=5).contains(stars));
        let body = crate::rules::text(&self.body, &crate::rules::BODY);
        let photos = crate::rules::photos(&self.photos);
        match (stars, body, photos) {
            (Some(stars), Some(body), Some(photos)) => Ok(Checked { stars, body, photos }),
            (stars, body, photos) => {
                let wrong = [
                    (stars.is_none(), UserErrorCode::InvalidStars, "stars"),
                    (body.is_none(), UserErrorCode::InvalidText, "body"),
                    (photos.is_none(), UserErrorCode::InvalidPhotos, "photos"),
                ];
                let refusals = wrong.into_iter().filter(|(wrong, ..)| *wrong);
                Err(Failure::Refused(refusals.map(|(_, code, field)| code.at(&[field], context.language)).collect()))
            }
        }
    }
}

/// The signed-in person.
fn caller(context: &RequestContext) -> Result<UserId, Failure> {
    let user = context.principal.user_id.map(UserId);
    user.ok_or_else(|| GraphError::unauthenticated(context.language).into())
}

/// Locks a review for a command that its state allows; returns it with the state that the command leads to.
async fn locked(
    connection: &mut AsyncPgConnection,
    id: ReviewId,
    command: ReviewCommand,
    context: &RequestContext,
) -> Result<(ReviewRow, ReviewState), Failure> {
    let refusal = |code: UserErrorCode| Failure::from(code.at(&["reviewId"], context.language));
    let row = store::lock_review(connection, id).await?.ok_or_else(|| refusal(UserErrorCode::ReviewNotFound))?;
    let state = after(row.state, command).map_err(refusal)?;
    Ok((row, state))
}

/// Checks that the caller wrote the review.
fn require_author(row: &ReviewRow, context: &RequestContext) -> Result<(), Failure> {
    if context.principal.user_id == Some(row.author_id.0) {
        return Ok(());
    }
    Err(UserErrorCode::NotYourReview.at(&["reviewId"], context.language).into())
}

/// Checks that the caller did not write the review.
fn require_reader(row: &ReviewRow, context: &RequestContext) -> Result<UserId, Failure> {
    let user = caller(context)?;
    if user == row.author_id {
        return Err(UserErrorCode::OwnReview.at(&["reviewId"], context.language).into());
    }
    Ok(user)
}

/// Gives a locked review another state or number of stars, with its product's rating, and tells the rating if it changed.
async fn move_review(
    connection: &mut AsyncPgConnection,
    row: &ReviewRow,
    (state, stars): (ReviewState, i16),
    blinded_reason: Option<&str>,
    context: &RequestContext,
) -> QueryResult<()> {
    let change = rating_change(counted(row.state, row.stars), counted(state, stars));
    let [one, two, three, four, five] = change;
    let blinded_reason = blinded_reason.map(str::to_owned);
    let statement = MoveReview { state, stars, blinded_reason, id: row.id, one, two, three, four, five };
    let rating: RatingRow = statement.get_result(connection).await?;
    if change != [0; 5] {
        append(connection, &RatingChanged::from(&rating), context.trace_parent.as_deref()).await?;
    }
    Ok(())
}
