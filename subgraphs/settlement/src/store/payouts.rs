//! Queries on payouts.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::{
    BankAccount, PayoutChangeRow, PayoutId, PayoutRow, PayoutState, SettlementId, SettlementRow, UserId,
};
use crate::schema::{payout, payout_change};

/// Requests the payout of a settlement; `None` when it has one.
pub(crate) async fn insert_payout(
    connection: &mut AsyncPgConnection,
    settlement: &SettlementRow,
    account: &BankAccount,
    requested_by: UserId,
) -> QueryResult<Option<PayoutRow>> {
    diesel::insert_into(payout::table)
        .values((
            payout::id.eq(PayoutId::new()),
            payout::settlement_id.eq(settlement.id),
            payout::seller_id.eq(settlement.seller_id),
            payout::amount.eq(settlement.net),
            payout::state.eq(PayoutState::Requested),
            payout::payable_on.eq(settlement.payable_on),
            payout::bank.eq(&account.bank),
            payout::account_number.eq(&account.number),
            payout::account_holder.eq(&account.holder),
            payout::requested_by.eq(requested_by),
        ))
        .on_conflict_do_nothing()
        .returning(PayoutRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Locks a payout for the rest of the transaction.
pub(crate) async fn lock_payout(connection: &mut AsyncPgConnection, id: PayoutId) -> QueryResult<Option<PayoutRow>> {
    payout::table.find(id).for_no_key_update().select(PayoutRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn payout_by_id(connection: &mut AsyncPgConnection, id: PayoutId) -> QueryResult<Option<PayoutRow>> {
    payout::table.find(id).select(PayoutRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn payouts_by_id(connection: &mut AsyncPgConnection, ids: &[PayoutId]) -> QueryResult<Vec<PayoutRow>> {
    payout::table.filter(payout::id.eq_any(ids)).select(PayoutRow::as_select()).load(connection).await
}

/// The payouts of these statements, each of which has one at most.
pub(crate) async fn payouts_by_settlement(
    connection: &mut AsyncPgConnection,
    ids: &[SettlementId],
) -> QueryResult<Vec<PayoutRow>> {
    payout::table.filter(payout::settlement_id.eq_any(ids)).select(PayoutRow::as_select()).load(connection).await
}

/// What changes of a payout; all of it is written.
#[derive(AsChangeset)]
#[diesel(table_name = payout, treat_none_as_null = true)]
pub(crate) struct PayoutChange {
    pub(crate) state: PayoutState,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) account_holder: String,
    pub(crate) requested_by: UserId,
    pub(crate) approved_by: Option<UserId>,
    pub(crate) approved_at: Option<DateTime<Utc>>,
    pub(crate) sent_at: Option<DateTime<Utc>>,
    pub(crate) bank_reference: Option<String>,
    pub(crate) paid_at: Option<DateTime<Utc>>,
    pub(crate) failure: Option<String>,
}

impl From<&PayoutRow> for PayoutChange {
    fn from(row: &PayoutRow) -> Self {
        Self {
            state: row.state,
            bank: row.bank.clone(),
            account_number: row.account_number.clone(),
            account_holder: row.account_holder.clone(),
            requested_by: row.requested_by,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            sent_at: row.sent_at,
            bank_reference: row.bank_reference.clone(),
            paid_at: row.paid_at,
            failure: row.failure.clone(),
        }
    }
}

/// Writes a payout's change and its history. `before` is locked; `None` when the payout is new.
pub(crate) async fn change_payout(
    connection: &mut AsyncPgConnection,
    id: PayoutId,
    from: PayoutState,
    change: &PayoutChange,
    by: Option<UserId>,
) -> QueryResult<PayoutRow> {
    let row = diesel::update(payout::table.find(id))
        .set((change, payout::lease_until.eq(DateTime::<Utc>::UNIX_EPOCH)))
        .returning(PayoutRow::as_returning())
        .get_result(connection)
        .await?;
    record_change(connection, id, Some(from), change.state, change.failure.as_deref(), by).await?;
    Ok(row)
}

pub(crate) async fn record_change(
    connection: &mut AsyncPgConnection,
    id: PayoutId,
    from: Option<PayoutState>,
    to: PayoutState,
    reason: Option<&str>,
    by: Option<UserId>,
) -> QueryResult<()> {
    diesel::insert_into(payout_change::table)
        .values((
            payout_change::payout_id.eq(id),
            payout_change::from_state.eq(from),
            payout_change::to_state.eq(to),
            payout_change::reason.eq(reason),
            payout_change::changed_by.eq(by),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// A payout's changes, the oldest first.
pub(crate) async fn payout_changes(
    connection: &mut AsyncPgConnection,
    ids: &[PayoutId],
) -> QueryResult<Vec<PayoutChangeRow>> {
    payout_change::table
        .filter(payout_change::payout_id.eq_any(ids))
        .order(payout_change::id)
        .select(PayoutChangeRow::as_select())
        .load(connection)
        .await
}

/// Takes approved payouts whose day has come and that nobody works on, for as long as the lease. Returns them as they were
/// before: whether they had been sent.
pub(crate) async fn take_due(
    connection: &mut AsyncPgConnection,
    today: NaiveDate,
    lease: Duration,
    limit: i64,
) -> QueryResult<Vec<PayoutRow>> {
    let until = Utc::now() + TimeDelta::from_std(lease).unwrap_or(TimeDelta::zero());
    let due: Vec<PayoutId> = payout::table
        .filter(payout::state.eq(PayoutState::Approved))
        .filter(payout::payable_on.le(today))
        .filter(payout::lease_until.lt(diesel::dsl::now))
        .order(payout::payable_on)
        .limit(limit)
        .select(payout::id)
        .load(connection)
        .await?;
    diesel::update(payout::table.filter(payout::id.eq_any(due)))
        .filter(payout::state.eq(PayoutState::Approved))
        .filter(payout::lease_until.lt(diesel::dsl::now))
        .set(payout::lease_until.eq(until))
        .returning(PayoutRow::as_returning())
        .get_results(connection)
        .await
}

/// Notes that the bank is about to be asked.
pub(crate) async fn mark_sent(connection: &mut AsyncPgConnection, id: PayoutId) -> QueryResult<()> {
    diesel::update(payout::table.find(id))
        .set((payout::sent_at.eq(diesel::dsl::now), payout::attempts.eq(payout::attempts + 1)))
        .execute(connection)
        .await?;
    Ok(())
}

fn filtered<'a>(state: Option<PayoutState>) -> payout::BoxedQuery<'a, diesel::pg::Pg> {
    let query = payout::table.into_boxed();
    match state {
        Some(state) => query.filter(payout::state.eq(state)),
        None => query,
    }
}

/// Payouts, the newest first.
pub(crate) async fn payouts_page(
    connection: &mut AsyncPgConnection,
    state: Option<PayoutState>,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<PayoutRow>> {
    let query = keyset!(filtered(state), payout::requested_at, payout::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(PayoutRow::as_select()).load(connection).await
}

pub(crate) async fn payouts_count(connection: &mut AsyncPgConnection, state: Option<PayoutState>) -> QueryResult<i64> {
    filtered(state).count().get_result(connection).await
}
