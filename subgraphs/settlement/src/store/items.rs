//! Queries on orders, rates and items.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;
use uuid::Uuid;

use super::ListKey;
use crate::amounts::Amounts;
use crate::model::{
    CategoryId, ItemChangeRow, ItemId, ItemRow, LineId, NewItem, OrderId, RateRow, SellerId, SellerOrderId,
    SettlementId, SettlementItemKind, SettlementItemState, UserId,
};
use crate::schema::{
    commission_rate, settlement_early_fact, settlement_item, settlement_item_change, settlement_order,
};

/// Locks an order for the rest of the transaction; it becomes known when it was not. Returns when it was paid.
pub(crate) async fn lock_order(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Option<DateTime<Utc>>> {
    diesel::insert_into(settlement_order::table)
        .values(settlement_order::order_id.eq(order_id))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    settlement_order::table.find(order_id).for_no_key_update().select(settlement_order::paid_at).first(connection).await
}

pub(crate) async fn set_order_paid(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    number: Option<&str>,
    paid_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(settlement_order::table.find(order_id))
        .set((settlement_order::number.eq(number), settlement_order::paid_at.eq(paid_at)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps a fact of an order whose payment is not known yet.
pub(crate) async fn keep_early_fact(
    connection: &mut AsyncPgConnection,
    event_id: Uuid,
    order_id: OrderId,
    kind: &str,
    payload: &serde_json::Value,
    occurred_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(settlement_early_fact::table)
        .values((
            settlement_early_fact::event_id.eq(event_id),
            settlement_early_fact::order_id.eq(order_id),
            settlement_early_fact::kind.eq(kind),
            settlement_early_fact::payload.eq(payload),
            settlement_early_fact::occurred_at.eq(occurred_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the facts out that were kept of an order, in the order in which they happened.
pub(crate) async fn take_early_facts(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Vec<(String, serde_json::Value, DateTime<Utc>)>> {
    use settlement_early_fact as early;
    let mut facts: Vec<(String, serde_json::Value, DateTime<Utc>)> =
        diesel::delete(early::table.filter(early::order_id.eq(order_id)))
            .returning((early::kind, early::payload, early::occurred_at))
            .get_results(connection)
            .await?;
    facts.sort_by_key(|(_, _, occurred_at)| *occurred_at);
    Ok(facts)
}

/// The rates of these categories, and those for all, that are in force at a time; of each category the newest.
pub(crate) async fn rates_at(
    connection: &mut AsyncPgConnection,
    categories: &[CategoryId],
    at: DateTime<Utc>,
) -> QueryResult<Vec<RateRow>> {
    commission_rate::table
        .filter(commission_rate::category_id.eq_any(categories).or(commission_rate::category_id.is_null()))
        .filter(commission_rate::effective_from.le(at))
        .distinct_on(commission_rate::category_id)
        .order((
            commission_rate::category_id,
            commission_rate::effective_from.desc(),
            commission_rate::created_at.desc(),
            commission_rate::id.desc(),
        ))
        .select(RateRow::as_select())
        .load(connection)
        .await
}

/// All rates, the newest first.
pub(crate) async fn rates(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<RateRow>> {
    commission_rate::table
        .order((commission_rate::effective_from.desc(), commission_rate::id.desc()))
        .limit(limit)
        .select(RateRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn rates_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[crate::model::RateId],
) -> QueryResult<Vec<RateRow>> {
    let found = commission_rate::table.filter(commission_rate::id.eq_any(ids));
    found.select(RateRow::as_select()).load(connection).await
}

pub(crate) async fn insert_rate(connection: &mut AsyncPgConnection, rate: &RateRow) -> QueryResult<()> {
    diesel::insert_into(commission_rate::table).values(rate).on_conflict_do_nothing().execute(connection).await?;
    Ok(())
}

/// Inserts items; those that are there already (a line's sale, a claim's fee) stay as they are.
pub(crate) async fn insert_items(connection: &mut AsyncPgConnection, items: &[NewItem]) -> QueryResult<usize> {
    diesel::insert_into(settlement_item::table).values(items).on_conflict_do_nothing().execute(connection).await
}

/// Locks the sale of a line for the rest of the transaction.
pub(crate) async fn lock_sale(connection: &mut AsyncPgConnection, line_id: LineId) -> QueryResult<Option<ItemRow>> {
    settlement_item::table
        .filter(settlement_item::line_id.eq(line_id))
        .filter(settlement_item::kind.eq(SettlementItemKind::Sale))
        .for_no_key_update()
        .select(ItemRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Locks the shipping of a seller's part of an order for the rest of the transaction.
pub(crate) async fn lock_shipping(
    connection: &mut AsyncPgConnection,
    seller_order_id: SellerOrderId,
) -> QueryResult<Option<ItemRow>> {
    settlement_item::table
        .filter(settlement_item::seller_order_id.eq(seller_order_id))
        .filter(settlement_item::kind.eq(SettlementItemKind::Shipping))
        .for_no_key_update()
        .select(ItemRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Locks one item for the rest of the transaction.
pub(crate) async fn lock_item(connection: &mut AsyncPgConnection, id: ItemId) -> QueryResult<Option<ItemRow>> {
    settlement_item::table.find(id).for_no_key_update().select(ItemRow::as_select()).first(connection).await.optional()
}

/// The items that take back from an item.
pub(crate) async fn reversals(connection: &mut AsyncPgConnection, id: ItemId) -> QueryResult<Vec<ItemRow>> {
    settlement_item::table
        .filter(settlement_item::reverses.eq(id))
        .filter(settlement_item::kind.eq(SettlementItemKind::Clawback))
        .select(ItemRow::as_select())
        .load(connection)
        .await
}

/// Whether a sale of a seller's part of an order waits for its confirmation, held or not.
pub(crate) async fn has_unconfirmed_sales(
    connection: &mut AsyncPgConnection,
    seller_order_id: SellerOrderId,
) -> QueryResult<bool> {
    let accrued = SettlementItemState::Accrued;
    let waiting = settlement_item::table
        .filter(settlement_item::seller_order_id.eq(seller_order_id))
        .filter(settlement_item::kind.eq(SettlementItemKind::Sale))
        .filter(settlement_item::state.eq(accrued).or(settlement_item::held_from.eq(accrued)));
    diesel::select(diesel::dsl::exists(waiting)).get_result(connection).await
}

/// Writes what remains of an item that is not on a statement yet.
pub(crate) async fn set_amounts(
    connection: &mut AsyncPgConnection,
    id: ItemId,
    quantity: i32,
    amounts: Amounts,
) -> QueryResult<()> {
    diesel::update(settlement_item::table.find(id))
        .set((
            settlement_item::quantity.eq(quantity),
            settlement_item::gross.eq(amounts.gross),
            settlement_item::seller_discount.eq(amounts.seller_discount),
            settlement_item::platform_discount.eq(amounts.platform_discount),
            settlement_item::commission.eq(amounts.commission),
            settlement_item::commission_vat.eq(amounts.commission_vat),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// An item's state with what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand<'a> {
    pub(crate) state: SettlementItemState,
    pub(crate) held_from: Option<SettlementItemState>,
    pub(crate) held_reason: Option<&'a str>,
    pub(crate) eligible_at: Option<DateTime<Utc>>,
}

pub(crate) async fn set_stand(
    connection: &mut AsyncPgConnection,
    id: ItemId,
    stand: Stand<'_>,
) -> QueryResult<ItemRow> {
    diesel::update(settlement_item::table.find(id))
        .set((
            settlement_item::state.eq(stand.state),
            settlement_item::held_from.eq(stand.held_from),
            settlement_item::held_reason.eq(stand.held_reason),
            settlement_item::eligible_at.eq(stand.eligible_at),
        ))
        .returning(ItemRow::as_returning())
        .get_result(connection)
        .await
}

/// Writes down who held an item or let it go, and why.
pub(crate) async fn record_hold(
    connection: &mut AsyncPgConnection,
    item: &ItemRow,
    to: SettlementItemState,
    reason: &str,
    by: UserId,
) -> QueryResult<()> {
    diesel::insert_into(settlement_item_change::table)
        .values((
            settlement_item_change::item_id.eq(item.id),
            settlement_item_change::from_state.eq(item.state),
            settlement_item_change::to_state.eq(to),
            settlement_item_change::reason.eq(reason),
            settlement_item_change::changed_by.eq(by),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// When an item was held and let go, the oldest first.
pub(crate) async fn holds(connection: &mut AsyncPgConnection, ids: &[ItemId]) -> QueryResult<Vec<ItemChangeRow>> {
    settlement_item_change::table
        .filter(settlement_item_change::item_id.eq_any(ids))
        .order(settlement_item_change::id)
        .select(ItemChangeRow::as_select())
        .load(connection)
        .await
}

/// Moves all items of a settlement that are in one state into another.
pub(crate) async fn move_items(
    connection: &mut AsyncPgConnection,
    settlement_id: SettlementId,
    from: SettlementItemState,
    to: SettlementItemState,
) -> QueryResult<usize> {
    diesel::update(settlement_item::table)
        .filter(settlement_item::settlement_id.eq(settlement_id))
        .filter(settlement_item::state.eq(from))
        .set(settlement_item::state.eq(to))
        .execute(connection)
        .await
}

fn items_of<'a>(
    seller: SellerId,
    state: Option<SettlementItemState>,
) -> settlement_item::BoxedQuery<'a, diesel::pg::Pg> {
    let query = settlement_item::table.filter(settlement_item::seller_id.eq(seller)).into_boxed();
    match state {
        Some(state) => query.filter(settlement_item::state.eq(state)),
        None => query,
    }
}

/// A seller's items, the newest first.
pub(crate) async fn items_page(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    state: Option<SettlementItemState>,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ItemRow>> {
    let query =
        keyset!(items_of(seller, state), settlement_item::created_at, settlement_item::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ItemRow::as_select()).load(connection).await
}

pub(crate) async fn items_count(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    state: Option<SettlementItemState>,
) -> QueryResult<i64> {
    items_of(seller, state).count().get_result(connection).await
}

pub(crate) async fn items_by_id(connection: &mut AsyncPgConnection, ids: &[ItemId]) -> QueryResult<Vec<ItemRow>> {
    let found = settlement_item::table.filter(settlement_item::id.eq_any(ids));
    found.select(ItemRow::as_select()).load(connection).await
}
