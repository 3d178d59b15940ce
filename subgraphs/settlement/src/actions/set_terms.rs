//! What the marketplace takes, and how sellers are settled with.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::{Settlements, caller};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CategoryId, RateId, RateRow, SellerId, SettlementCadence};
use crate::store::{self, AccountRow};

/// What a clock may be off.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Sets the rate of a category and those below it, or the one for all, from a time on.
pub(crate) async fn set_rate(
    desk: &Settlements,
    category_id: Option<CategoryId>,
    rate: i32,
    effective_from: Option<DateTime<Utc>>,
    context: &RequestContext,
) -> Result<RateRow, Failure> {
    let by = caller(context)?;
    if !(0..=10_000).contains(&rate) {
        return Err(UserErrorCode::InvalidRate.at(&["rate"], context.language).into());
    }
    let now = Utc::now();
    let effective_from = effective_from.unwrap_or(now);
    if effective_from < now - TOLERANCE {
        return Err(UserErrorCode::InvalidTime.at(&["effectiveFrom"], context.language).into());
    }
    let row = RateRow { id: RateId::new(), category_id, rate, effective_from, created_by: Some(by) };
    let mut connection = desk.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::insert_rate(connection, &row).await?;
            let facts = json!({ "categoryId": category_id, "rate": rate, "effectiveFrom": effective_from });
            audit::of_money(connection, context, Entry::on("settlement", row.id).after(facts)).await
        })
        .await?;
    desk.outbox.wake();
    Ok(row)
}

/// What changes of a seller's account; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountTerms {
    pub(crate) cadence: Option<SettlementCadence>,
    pub(crate) lag: Option<i32>,
    pub(crate) holdback: Option<i32>,
}

/// Changes how a seller is settled with, from the next statement on.
pub(crate) async fn set_account(
    desk: &Settlements,
    seller: SellerId,
    terms: AccountTerms,
    context: &RequestContext,
) -> Result<AccountRow, Failure> {
    let by = caller(context)?;
    if terms.lag.is_some_and(|lag| !(0..=60).contains(&lag)) {
        return Err(UserErrorCode::InvalidLag.at(&["lag"], context.language).into());
    }
    if terms.holdback.is_some_and(|holdback| !(0..=10_000).contains(&holdback)) {
        return Err(UserErrorCode::InvalidRate.at(&["holdback"], context.language).into());
    }
    let mut connection = desk.database.connection().await?;
    connection
        .transaction(async |connection| {
            let before = store::lock_account(connection, seller).await?;
            let after = AccountRow {
                cadence: terms.cadence.or(before.cadence),
                lag: terms.lag.or(before.lag),
                holdback: terms.holdback.unwrap_or(before.holdback),
            };
            store::set_account(connection, seller, &after, by).await?;
            let facts = |row: &AccountRow| json!({ "cadence": row.cadence, "lag": row.lag, "holdback": row.holdback });
            let entry = Entry::on("settlement", seller).before(facts(&before)).after(facts(&after));
            audit::of_money(connection, context, entry).await?;
            Ok(after)
        })
        .await
}
