//! Queries. Each takes a connection.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::paging::PageRequest;

use crate::model::{
    ClaimId, GroupRow, MovementId, MovementRow, OrderId, ReservationId, ReservationRow, ReservationState, Reserved,
    SellerId, StockItemRow, StockMovementKind, VariantId,
};
use crate::schema::{reservation, reservation_group, stock_item, stock_movement};
use crate::statements::{CommitHeld, Committed, FreeStock, HoldPlenty, HoldStock, MoveStock};

pub(crate) async fn items_by_variant(
    connection: &mut AsyncPgConnection,
    ids: &[VariantId],
) -> QueryResult<Vec<StockItemRow>> {
    stock_item::table
        .filter(stock_item::variant_id.among(ids))
        .order(stock_item::variant_id)
        .select(StockItemRow::as_select())
        .load(connection)
        .await
}

/// Locks the items for the rest of the transaction, in the order of the variants' ids, so that two who want the same
/// items never wait for each other.
pub(crate) async fn lock_items(
    connection: &mut AsyncPgConnection,
    ids: &[VariantId],
) -> QueryResult<Vec<StockItemRow>> {
    stock_item::table
        .filter(stock_item::variant_id.eq_any(ids))
        .order(stock_item::variant_id)
        .for_no_key_update()
        .select(StockItemRow::as_select())
        .load(connection)
        .await
}

/// A seller's items that are at or below their safety stock, the emptiest first.
pub(crate) async fn low_items(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
    page: &PageRequest<(i32, VariantId)>,
) -> QueryResult<Vec<StockItemRow>> {
    let mut query = stock_item::table
        .filter(stock_item::seller_id.eq(seller_id))
        .filter(stock_item::low)
        .order((stock_item::available, stock_item::variant_id))
        .limit(page.rows_to_read())
        .select(StockItemRow::as_select())
        .into_boxed();
    if let Some((available, variant_id)) = page.from {
        let same = stock_item::available.eq(available).and(stock_item::variant_id.gt(variant_id));
        query = query.filter(stock_item::available.gt(available).or(same));
    }
    query.load(connection).await
}

pub(crate) async fn low_items_count(connection: &mut AsyncPgConnection, seller_id: SellerId) -> QueryResult<i64> {
    stock_item::table
        .filter(stock_item::seller_id.eq(seller_id))
        .filter(stock_item::low)
        .count()
        .get_result(connection)
        .await
}

/// A variant's movements, newest first.
pub(crate) async fn movements(
    connection: &mut AsyncPgConnection,
    variant_id: VariantId,
    page: &PageRequest<i64>,
) -> QueryResult<Vec<MovementRow>> {
    let before = page.from.unwrap_or(i64::MAX);
    stock_movement::table
        .filter(stock_movement::variant_id.eq(variant_id))
        .filter(stock_movement::sequence.lt(before))
        .order(stock_movement::sequence.desc())
        .limit(page.rows_to_read())
        .select(MovementRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn movements_count(connection: &mut AsyncPgConnection, variant_id: VariantId) -> QueryResult<i64> {
    stock_movement::table.filter(stock_movement::variant_id.eq(variant_id)).count().get_result(connection).await
}

pub(crate) async fn set_safety_stock(
    connection: &mut AsyncPgConnection,
    variant_id: VariantId,
    safety_stock: i32,
) -> QueryResult<StockItemRow> {
    diesel::update(stock_item::table.find(variant_id))
        .set((stock_item::safety_stock.eq(safety_stock), stock_item::updated_at.eq(diesel::dsl::now)))
        .returning(StockItemRow::as_returning())
        .get_result(connection)
        .await
}

/// Records a group for an order that has none; returns whether it was recorded. Waits for another who is about to.
pub(crate) async fn insert_group(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    state: ReservationState,
    expires_at: DateTime<Utc>,
    reason: Option<&str>,
) -> QueryResult<bool> {
    let inserted = diesel::insert_into(reservation_group::table)
        .values((
            reservation_group::order_id.eq(order_id),
            reservation_group::state.eq(state),
            reservation_group::expires_at.eq(expires_at),
            reservation_group::reason.eq(reason),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(inserted == 1)
}

/// Locks an order's group for the rest of the transaction and reads it with its parts, in the order of their variants.
pub(crate) async fn lock_reserved(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Option<Reserved>> {
    let group: Option<GroupRow> = reservation_group::table
        .find(order_id)
        .for_no_key_update()
        .select(GroupRow::as_select())
        .first(connection)
        .await
        .optional()?;
    match group {
        Some(group) => Ok(Some(Reserved { group, parts: parts_of(connection, order_id).await? })),
        None => Ok(None),
    }
}

/// An order's group with its parts.
pub(crate) async fn reserved(connection: &mut AsyncPgConnection, order_id: OrderId) -> QueryResult<Option<Reserved>> {
    let group: Option<GroupRow> =
        reservation_group::table.find(order_id).select(GroupRow::as_select()).first(connection).await.optional()?;
    match group {
        Some(group) => Ok(Some(Reserved { group, parts: parts_of(connection, order_id).await? })),
        None => Ok(None),
    }
}

async fn parts_of(connection: &mut AsyncPgConnection, order_id: OrderId) -> QueryResult<Vec<ReservationRow>> {
    reservation::table
        .filter(reservation::order_id.eq(order_id))
        .order(reservation::variant_id)
        .select(ReservationRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn set_group_state(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    state: ReservationState,
    reason: Option<&str>,
) -> QueryResult<()> {
    diesel::update(reservation_group::table.find(order_id))
        .set((
            reservation_group::state.eq(state),
            reservation_group::reason.eq(reason),
            reservation_group::updated_at.eq(diesel::dsl::now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps an order's held group until the moment, never shorter than before; returns whether it is held.
pub(crate) async fn extend_held(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = reservation_group::table.find(order_id).filter(reservation_group::state.eq(ReservationState::Held));
    let extended = diesel::update(held.filter(reservation_group::expires_at.lt(expires_at)))
        .set((reservation_group::expires_at.eq(expires_at), reservation_group::updated_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    if extended == 1 {
        return Ok(true);
    }
    diesel::select(diesel::dsl::exists(held)).get_result(connection).await
}

/// Orders whose reservation has run out.
pub(crate) async fn overdue(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<OrderId>> {
    reservation_group::table
        .filter(reservation_group::state.eq(ReservationState::Held))
        .filter(reservation_group::expires_at.lt(diesel::dsl::now))
        .order(reservation_group::expires_at)
        .limit(limit)
        .select(reservation_group::order_id)
        .load(connection)
        .await
}

/// What a reservation of these lines consists of.
pub(crate) fn parts_for(wanted: &[(VariantId, i32)]) -> Vec<ReservationRow> {
    let part = |(variant_id, quantity): &(VariantId, i32)| ReservationRow {
        id: ReservationId::new(),
        variant_id: *variant_id,
        quantity: *quantity,
    };
    wanted.iter().map(part).collect()
}

/// Records a group with these parts and keeps their stock, if there is plenty of everything; returns whether it did.
pub(crate) async fn hold_plenty(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    parts: &[ReservationRow],
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let statement = HoldPlenty {
        variant_ids: parts.iter().map(|part| part.variant_id).collect(),
        quantities: parts.iter().map(|part| part.quantity).collect(),
        ids: parts.iter().map(|part| part.id).collect(),
        order_id,
        expires_at,
    };
    Ok(statement.execute(connection).await? > 0)
}

/// Takes what the order holds out of the stock; `None` when it holds nothing (any more).
pub(crate) async fn commit_held(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Option<Reserved>> {
    let committed: Vec<Committed> = CommitHeld { order_id }.load(connection).await?;
    let group = committed.iter().map(|committed| committed.group.clone()).next();
    let parts = committed.into_iter().map(|committed| committed.part).collect();
    Ok(group.map(|group| Reserved { group, parts }))
}

/// Keeps these parts for the order, of rows that are locked and known to suffice.
pub(crate) async fn hold(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    parts: &[ReservationRow],
) -> QueryResult<()> {
    let statement = HoldStock {
        variant_ids: parts.iter().map(|part| part.variant_id).collect(),
        quantities: parts.iter().map(|part| part.quantity).collect(),
        ids: parts.iter().map(|part| part.id).collect(),
        order_id,
    };
    all_of(parts.len(), statement.execute(connection).await?)
}

/// Frees what the order holds, of rows that are locked.
pub(crate) async fn free(connection: &mut AsyncPgConnection, order_id: OrderId, parts: usize) -> QueryResult<()> {
    all_of(parts, FreeStock { order_id }.execute(connection).await?)
}

/// Whether the claim's goods have moved so.
pub(crate) async fn claim_has_moved(
    connection: &mut AsyncPgConnection,
    claim_id: ClaimId,
    kind: StockMovementKind,
) -> QueryResult<bool> {
    let movements =
        stock_movement::table.filter(stock_movement::claim_id.eq(claim_id)).filter(stock_movement::kind.eq(kind));
    diesel::select(diesel::dsl::exists(movements)).get_result(connection).await
}

/// A change of what is on hand and of what is reserved.
pub(crate) struct Movement {
    pub(crate) variant_id: VariantId,
    pub(crate) on_hand: i32,
    pub(crate) reserved: i32,
}

/// Why stock moves.
pub(crate) struct Cause<'a> {
    pub(crate) kind: StockMovementKind,
    pub(crate) reason: Option<&'a str>,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) claim_id: Option<ClaimId>,
}

/// Changes what is on hand, of rows that are locked, and writes the movements.
pub(crate) async fn move_stock(
    connection: &mut AsyncPgConnection,
    movements: &[Movement],
    cause: Cause<'_>,
) -> QueryResult<()> {
    let statement = MoveStock {
        variant_ids: movements.iter().map(|movement| movement.variant_id).collect(),
        on_hand: movements.iter().map(|movement| movement.on_hand).collect(),
        reserved: movements.iter().map(|movement| movement.reserved).collect(),
        movement_ids: movements.iter().map(|_| MovementId::new()).collect(),
        kind: cause.kind,
        reason: cause.reason.map(str::to_owned),
        order_id: cause.order_id,
        claim_id: cause.claim_id,
    };
    all_of(movements.len(), statement.execute(connection).await?)
}

/// Whether a statement changed as many rows as it had to; otherwise its transaction must not commit.
fn all_of(expected: usize, changed: usize) -> QueryResult<()> {
    if expected == changed { Ok(()) } else { Err(diesel::result::Error::NotFound) }
}
