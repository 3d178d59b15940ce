//! Queries on accounts, runs and closed statements.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::calendar::Period;
use crate::model::{
    ItemId, ItemRow, SellerId, SettlementCadence, SettlementId, SettlementItemState, SettlementRow, StatementLineRow,
    UserId,
};
use crate::schema::{settlement, settlement_account, settlement_item, settlement_line, settlement_run};

/// How a seller is settled with; what is null follows the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub(crate) struct AccountRow {
    pub(crate) cadence: Option<SettlementCadence>,
    pub(crate) lag: Option<i32>,
    pub(crate) holdback: i32,
}

const ACCOUNT: (settlement_account::cadence, settlement_account::lag, settlement_account::holdback) =
    (settlement_account::cadence, settlement_account::lag, settlement_account::holdback);

pub(crate) async fn account(connection: &mut AsyncPgConnection, seller: SellerId) -> QueryResult<AccountRow> {
    let known = settlement_account::table.find(seller).select(ACCOUNT).first(connection).await.optional()?;
    Ok(known.unwrap_or_default())
}

/// Locks a seller's account for the rest of the transaction, so that its statements are closed one after the other.
pub(crate) async fn lock_account(connection: &mut AsyncPgConnection, seller: SellerId) -> QueryResult<AccountRow> {
    diesel::insert_into(settlement_account::table)
        .values(settlement_account::seller_id.eq(seller))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    settlement_account::table.find(seller).select(ACCOUNT).for_no_key_update().first(connection).await
}

pub(crate) async fn set_account(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    account: &AccountRow,
    by: UserId,
) -> QueryResult<()> {
    diesel::update(settlement_account::table.find(seller))
        .set((
            settlement_account::cadence.eq(account.cadence),
            settlement_account::lag.eq(account.lag),
            settlement_account::holdback.eq(account.holdback),
            settlement_account::updated_by.eq(by),
            settlement_account::updated_at.eq(diesel::dsl::now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Begins a run, unless it has begun.
pub(crate) async fn begin_run(
    connection: &mut AsyncPgConnection,
    cadence: SettlementCadence,
    period: Period,
) -> QueryResult<()> {
    diesel::insert_into(settlement_run::table)
        .values((
            settlement_run::cadence.eq(cadence),
            settlement_run::period_start.eq(period.start),
            settlement_run::period_end.eq(period.end),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

/// A run that has to go on.
#[derive(Clone, Copy, Debug, Queryable)]
pub(crate) struct RunRow {
    pub(crate) cadence: SettlementCadence,
    pub(crate) period_start: NaiveDate,
    pub(crate) period_end: NaiveDate,
}

impl RunRow {
    pub(crate) fn period(&self) -> Period {
        Period { start: self.period_start, end: self.period_end }
    }
}

fn until(lease: Duration) -> DateTime<Utc> {
    Utc::now() + TimeDelta::from_std(lease).unwrap_or(TimeDelta::zero())
}

/// Takes the runs that nobody works on.
pub(crate) async fn take_runs(connection: &mut AsyncPgConnection, lease: Duration) -> QueryResult<Vec<RunRow>> {
    diesel::update(settlement_run::table)
        .filter(settlement_run::state.eq("RUNNING"))
        .filter(settlement_run::lease_until.lt(diesel::dsl::now))
        .set(settlement_run::lease_until.eq(until(lease)))
        .returning((settlement_run::cadence, settlement_run::period_start, settlement_run::period_end))
        .get_results(connection)
        .await
}

/// Keeps a run for a while longer, and counts a statement of it.
pub(crate) async fn extend_run(
    connection: &mut AsyncPgConnection,
    run: &RunRow,
    lease: Duration,
    settled: i32,
) -> QueryResult<()> {
    diesel::update(settlement_run::table.find((run.cadence, run.period_end)))
        .set((
            settlement_run::lease_until.eq(until(lease)),
            settlement_run::settled.eq(settlement_run::settled + settled),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn finish_run(connection: &mut AsyncPgConnection, run: &RunRow) -> QueryResult<()> {
    diesel::update(settlement_run::table.find((run.cadence, run.period_end)))
        .set((settlement_run::state.eq("DONE"), settlement_run::finished_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    Ok(())
}

platform::statement! {
    /// Sellers of a cadence who have something eligible from before a time and no statement of the run yet.
    struct SellersToSettle {
        before: DateTime<Utc> as Timestamptz,
        default_cadence: SettlementCadence as Text,
        cadence: SettlementCadence as Text,
        run: SettlementCadence as Text,
        period_end: NaiveDate as Date,
        after: Option<SellerId> as Nullable<diesel::sql_types::Uuid>,
        limit: i32 as Integer,
    }
    "SELECT DISTINCT i.seller_id FROM settlement_item i LEFT JOIN settlement_account a USING (seller_id)
    WHERE i.state = 'ELIGIBLE' AND i.eligible_at < ? AND coalesce(a.cadence, ?) = ?
        AND NOT EXISTS (
            SELECT FROM settlement s WHERE s.seller_id = i.seller_id AND s.cadence = ? AND s.period_end = ?
        ) AND i.seller_id > coalesce(?, '00000000-0000-0000-0000-000000000000')
    ORDER BY i.seller_id LIMIT ?"
}

#[derive(QueryableByName)]
struct SellerToSettle {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    seller_id: SellerId,
}

/// The next sellers of a run, in the order of their ids.
pub(crate) async fn sellers_to_settle(
    connection: &mut AsyncPgConnection,
    run: &RunRow,
    default_cadence: SettlementCadence,
    after: Option<SellerId>,
    limit: i32,
) -> QueryResult<Vec<SellerId>> {
    let statement = SellersToSettle {
        before: crate::calendar::end_of(run.period_end),
        default_cadence,
        cadence: run.cadence,
        run: run.cadence,
        period_end: run.period_end,
        after,
        limit,
    };
    let rows: Vec<SellerToSettle> = statement.get_results(connection).await?;
    Ok(rows.into_iter().map(|row| row.seller_id).collect())
}

/// Locks a seller's items that were eligible before a time, for the rest of the transaction.
pub(crate) async fn lock_eligible(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    before: DateTime<Utc>,
) -> QueryResult<Vec<ItemRow>> {
    settlement_item::table
        .filter(settlement_item::seller_id.eq(seller))
        .filter(settlement_item::state.eq(SettlementItemState::Eligible))
        .filter(settlement_item::eligible_at.lt(before))
        .order(settlement_item::id)
        .for_no_key_update()
        .select(ItemRow::as_select())
        .load(connection)
        .await
}

/// A statement to insert.
#[derive(Insertable)]
#[diesel(table_name = settlement)]
pub(crate) struct NewSettlement {
    pub(crate) id: SettlementId,
    pub(crate) seller_id: SellerId,
    pub(crate) cadence: Option<SettlementCadence>,
    pub(crate) period_start: NaiveDate,
    pub(crate) period_end: NaiveDate,
    pub(crate) payable_on: NaiveDate,
    pub(crate) item_count: i32,
    pub(crate) gross: i64,
    pub(crate) seller_discount: i64,
    pub(crate) platform_discount: i64,
    pub(crate) commission: i64,
    pub(crate) commission_vat: i64,
    pub(crate) net: i64,
    pub(crate) recipient: serde_json::Value,
    pub(crate) closed_by: Option<UserId>,
}

pub(crate) async fn insert_settlement(
    connection: &mut AsyncPgConnection,
    new: &NewSettlement,
) -> QueryResult<SettlementRow> {
    diesel::insert_into(settlement::table)
        .values(new)
        .returning(SettlementRow::as_returning())
        .get_result(connection)
        .await
}

/// Whether a run has settled with a seller.
pub(crate) async fn is_settled(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    run: &RunRow,
) -> QueryResult<bool> {
    let of_the_run = settlement::table
        .filter(settlement::seller_id.eq(seller))
        .filter(settlement::cadence.eq(run.cadence))
        .filter(settlement::period_end.eq(run.period_end));
    diesel::select(diesel::dsl::exists(of_the_run)).get_result(connection).await
}

/// Puts eligible items, which are locked, onto a settlement.
pub(crate) async fn schedule(
    connection: &mut AsyncPgConnection,
    settlement_id: SettlementId,
    ids: &[ItemId],
    state: SettlementItemState,
) -> QueryResult<usize> {
    diesel::update(settlement_item::table.filter(settlement_item::id.eq_any(ids)))
        .filter(settlement_item::state.eq(SettlementItemState::Eligible))
        .set((settlement_item::state.eq(state), settlement_item::settlement_id.eq(settlement_id)))
        .execute(connection)
        .await
}

platform::statement! {
    /// Writes the lines of a statement, from the items that are on it.
    struct FreezeLines {
        settlement_id: SettlementId as diesel::sql_types::Uuid,
    }
    "INSERT INTO settlement_line (item_id, settlement_id, kind, order_number, title, quantity, rate, gross,
        seller_discount, platform_discount, commission, commission_vat, net, occurred_at, tax_free)
    SELECT id, settlement_id, kind, order_number, title, quantity, rate, gross,
        seller_discount, platform_discount, commission, commission_vat, net, occurred_at, tax_free
    FROM settlement_item WHERE settlement_id = ?"
}

pub(crate) async fn freeze_lines(
    connection: &mut AsyncPgConnection,
    settlement_id: SettlementId,
) -> QueryResult<usize> {
    FreezeLines { settlement_id }.execute(connection).await
}

pub(crate) async fn settlement_by_id(
    connection: &mut AsyncPgConnection,
    id: SettlementId,
) -> QueryResult<Option<SettlementRow>> {
    settlement::table.find(id).select(SettlementRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn settlements_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[SettlementId],
) -> QueryResult<Vec<SettlementRow>> {
    settlement::table.filter(settlement::id.eq_any(ids)).select(SettlementRow::as_select()).load(connection).await
}

fn settlements_of<'a>(seller: Option<SellerId>) -> settlement::BoxedQuery<'a, diesel::pg::Pg> {
    let query = settlement::table.into_boxed();
    match seller {
        Some(seller) => query.filter(settlement::seller_id.eq(seller)),
        None => query,
    }
}

/// Closed statements, of a seller or of all, the newest first.
pub(crate) async fn settlements_page(
    connection: &mut AsyncPgConnection,
    seller: Option<SellerId>,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<SettlementRow>> {
    let query = keyset!(settlements_of(seller), settlement::closed_at, settlement::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(SettlementRow::as_select()).load(connection).await
}

pub(crate) async fn settlements_count(
    connection: &mut AsyncPgConnection,
    seller: Option<SellerId>,
) -> QueryResult<i64> {
    settlements_of(seller).count().get_result(connection).await
}

/// Lines of a statement after one of them, in the order of their items.
pub(crate) async fn statement_lines(
    connection: &mut AsyncPgConnection,
    id: SettlementId,
    after: Option<ItemId>,
    limit: i64,
) -> QueryResult<Vec<StatementLineRow>> {
    let mut query = settlement_line::table
        .filter(settlement_line::settlement_id.eq(id))
        .order(settlement_line::item_id)
        .limit(limit)
        .select(StatementLineRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(settlement_line::item_id.gt(after));
    }
    query.load(connection).await
}
