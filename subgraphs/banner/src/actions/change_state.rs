//! A banner is published, taken down or ended; by staff, or when its time has come.

use chrono::Utc;
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry};
use platform::events::append;
use platform::graph::RequestContext;

use super::{Banners, locked, reread, staff};
use crate::error::{Failure, UserErrorCode};
use crate::events::{BannerEnded, BannerFact, BannerPublished};
use crate::model::{BannerId, BannerRow, BannerState, UserId, Whole};
use crate::rules::{BannerCommand, after};
use crate::store;

/// Gives a banner a command of staff. What is scheduled and due is shown at once.
pub(crate) async fn change_state(
    banners: &Banners,
    id: BannerId,
    command: BannerCommand,
    context: &RequestContext,
) -> Result<Whole, Failure> {
    let refusal = |code: UserErrorCode| Failure::from(code.at(&["bannerId"], context.language));
    let (by, trace) = (staff(context), context.trace_parent.as_deref());
    let mut connection = banners.database.connection().await?;
    let whole = connection
        .transaction(async |connection| {
            let mut row = locked(connection, id, context).await?.banner;
            let from = row.state;
            let state = after(row.state, command).map_err(refusal)?;
            if state == BannerState::Scheduled && row.ends_at.is_some_and(|end| end <= Utc::now()) {
                return Err(refusal(UserErrorCode::InvalidPeriod));
            }
            move_to(connection, &mut row, state, by, trace).await?;
            if row.starts_at <= Utc::now()
                && let Ok(started) = after(row.state, BannerCommand::Start)
            {
                move_to(connection, &mut row, started, by, trace).await?;
            }
            audit::of_staff(connection, context, Entry::on("banner", id).moved(from, row.state)).await?;
            reread(connection, id).await
        })
        .await?;
    banners.placements.forget();
    banners.outbox.wake();
    Ok(whole)
}

/// Moves a banner on whose beginning has come or whose end is over. One that another replica has moved stays.
pub(crate) async fn move_due(banners: &Banners, id: BannerId) -> Result<(), Failure> {
    let mut connection = banners.database.connection().await?;
    connection
        .transaction(async |connection| {
            let Some(whole) = store::lock_banner(connection, id).await? else { return Ok(()) };
            let (mut row, now) = (whole.banner, Utc::now());
            let command = if row.ends_at.is_some_and(|end| end <= now) {
                BannerCommand::End
            } else if row.starts_at <= now {
                BannerCommand::Start
            } else {
                return Ok(());
            };
            match after(row.state, command) {
                Ok(state) => move_to(connection, &mut row, state, None, None).await,
                Err(_) => QueryResult::Ok(()),
            }
        })
        .await?;
    banners.placements.forget();
    banners.outbox.wake();
    Ok(())
}

/// Moves a locked banner and tells of the first time that it is shown, and of its end if it was shown.
async fn move_to(
    connection: &mut AsyncPgConnection,
    row: &mut BannerRow,
    state: BannerState,
    by: Option<UserId>,
    trace: Option<&str>,
) -> QueryResult<()> {
    store::set_state(connection, row, state, by).await?;
    if state == BannerState::Active && row.published_at.is_none() {
        append(connection, &BannerPublished(BannerFact::from(&*row)), trace).await?;
        row.published_at = Some(Utc::now());
    }
    if state == BannerState::Ended && row.published_at.is_some() {
        append(connection, &BannerEnded(BannerFact::from(&*row)), trace).await?;
    }
    row.state = state;
    Ok(())
}
