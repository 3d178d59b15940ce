//! Queries on parcels. Each takes a connection.

mod policies;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::paging::PageRequest;

use crate::model::{
    Carrier, ClaimId, LineId, OrderId, SellerId, ShipmentDirection, ShipmentId, ShipmentLineRow, ShipmentRow,
    ShipmentState, StateChangeRow, TrackingEventRow, UserId,
};
use crate::schema::{paid_order, shipment, shipment_line, shipment_state_change, tracking_event};

pub(crate) use policies::*;

/// The key that lists of parcels are ordered by.
pub(crate) type ListKey = (DateTime<Utc>, ShipmentId);

/// Which parcels are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShipmentFilter {
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) buyer_id: Option<UserId>,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) state: Option<ShipmentState>,
    pub(crate) direction: Option<ShipmentDirection>,
    pub(crate) tracking_number: Option<String>,
    /// Only those that were not sent in time and still are not.
    pub(crate) overdue: bool,
}

fn filtered(filter: &ShipmentFilter) -> shipment::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = shipment::table.into_boxed();
    if let Some(seller_id) = filter.seller_id {
        query = query.filter(shipment::seller_id.eq(seller_id));
    }
    if let Some(buyer_id) = filter.buyer_id {
        query = query.filter(shipment::buyer_id.eq(buyer_id));
    }
    if let Some(order_id) = filter.order_id {
        query = query.filter(shipment::order_id.eq(order_id));
    }
    if let Some(state) = filter.state {
        query = query.filter(shipment::state.eq(state));
    }
    if let Some(direction) = filter.direction {
        query = query.filter(shipment::direction.eq(direction));
    }
    if let Some(number) = &filter.tracking_number {
        query = query.filter(shipment::tracking_number.eq(number.clone()));
    }
    if filter.overdue {
        query = query.filter(shipment::overdue).filter(shipment::picked_up_at.is_null());
    }
    query
}

/// A page of parcels, newest first.
pub(crate) async fn shipments_page(
    connection: &mut AsyncPgConnection,
    filter: &ShipmentFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ShipmentRow>> {
    let query = platform::keyset!(filtered(filter), shipment::created_at, shipment::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ShipmentRow::as_select()).load(connection).await
}

pub(crate) async fn shipments_count(connection: &mut AsyncPgConnection, filter: &ShipmentFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

pub(crate) async fn shipments_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[ShipmentId],
) -> QueryResult<Vec<ShipmentRow>> {
    shipment::table.filter(shipment::id.among(ids)).select(ShipmentRow::as_select()).load(connection).await
}

/// The parcels in which these lines are sent to the buyer.
pub(crate) async fn shipments_by_line(
    connection: &mut AsyncPgConnection,
    lines: &[LineId],
) -> QueryResult<Vec<(LineId, ShipmentRow)>> {
    shipment_line::table
        .inner_join(shipment::table)
        .filter(shipment_line::line_id.among(lines))
        .filter(shipment_line::outbound)
        .select((shipment_line::line_id, ShipmentRow::as_select()))
        .load(connection)
        .await
}

/// All parcels with these lines, whichever way they go, the oldest first.
pub(crate) async fn all_shipments_by_line(
    connection: &mut AsyncPgConnection,
    lines: &[LineId],
) -> QueryResult<Vec<(LineId, ShipmentRow)>> {
    shipment_line::table
        .inner_join(shipment::table)
        .filter(shipment_line::line_id.among(lines))
        .order((shipment::created_at, shipment::id))
        .select((shipment_line::line_id, ShipmentRow::as_select()))
        .load(connection)
        .await
}

/// The parcels with a carrier's number. Parcels of one buyer can travel under the same.
pub(crate) async fn shipments_by_number(
    connection: &mut AsyncPgConnection,
    carrier: Carrier,
    number: &str,
) -> QueryResult<Vec<ShipmentRow>> {
    shipment::table
        .filter(shipment::tracking_number.eq(number))
        .filter(shipment::carrier.eq(carrier))
        .order(shipment::id)
        .select(ShipmentRow::as_select())
        .load(connection)
        .await
}

/// Locks a parcel for the rest of the transaction.
pub(crate) async fn lock_shipment(
    connection: &mut AsyncPgConnection,
    id: ShipmentId,
) -> QueryResult<Option<ShipmentRow>> {
    shipment::table.find(id).for_no_key_update().select(ShipmentRow::as_select()).first(connection).await.optional()
}

/// Locks the parcel in which a line is sent to the buyer.
pub(crate) async fn lock_shipment_of_line(
    connection: &mut AsyncPgConnection,
    line: LineId,
) -> QueryResult<Option<ShipmentRow>> {
    let id: Option<ShipmentId> = shipment_line::table
        .filter(shipment_line::line_id.eq(line))
        .filter(shipment_line::outbound)
        .select(shipment_line::shipment_id)
        .first(connection)
        .await
        .optional()?;
    match id {
        Some(id) => lock_shipment(connection, id).await,
        None => Ok(None),
    }
}

/// Inserts a parcel unless it is there already: the one that collects the same bundle, or that of the same claim.
pub(crate) async fn insert_shipment(connection: &mut AsyncPgConnection, row: &ShipmentRow) -> QueryResult<bool> {
    let inserted =
        diesel::insert_into(shipment::table).values(row).on_conflict_do_nothing().execute(connection).await?;
    Ok(inserted == 1)
}

/// Locks the parcel that collects a bundle.
pub(crate) async fn lock_collecting(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    seller_id: SellerId,
    bundle_key: uuid::Uuid,
) -> QueryResult<Option<ShipmentRow>> {
    shipment::table
        .filter(shipment::order_id.eq(order_id))
        .filter(shipment::seller_id.eq(seller_id))
        .filter(shipment::bundle_key.eq(bundle_key))
        .filter(shipment::state.eq(ShipmentState::Ready))
        .filter(shipment::direction.eq(ShipmentDirection::Outbound))
        .for_no_key_update()
        .select(ShipmentRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Writes the parcel as it is now.
pub(crate) async fn update_shipment(connection: &mut AsyncPgConnection, row: &ShipmentRow) -> QueryResult<()> {
    diesel::update(shipment::table.find(row.id))
        .set((
            shipment::state.eq(row.state),
            shipment::carrier.eq(row.carrier),
            shipment::tracking_number.eq(&row.tracking_number),
            shipment::overdue_at.eq(row.overdue_at),
            shipment::overdue.eq(row.overdue),
            shipment::last_scan_at.eq(row.last_scan_at),
            shipment::stall_at.eq(row.stall_at),
            shipment::next_poll_at.eq(row.next_poll_at),
            shipment::poll_failures.eq(row.poll_failures),
            shipment::push_registered.eq(row.push_registered),
            shipment::invoiced_at.eq(row.invoiced_at),
            shipment::picked_up_at.eq(row.picked_up_at),
            shipment::delivered_at.eq(row.delivered_at),
            shipment::updated_at.eq(diesel::dsl::now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete_shipment(connection: &mut AsyncPgConnection, id: ShipmentId) -> QueryResult<()> {
    diesel::delete(shipment::table.find(id)).execute(connection).await?;
    Ok(())
}

/// Removes the parcel with what replaces a claim's goods, unless it has a number.
pub(crate) async fn delete_unsent_replacement(
    connection: &mut AsyncPgConnection,
    claim_id: ClaimId,
) -> QueryResult<()> {
    diesel::delete(shipment::table)
        .filter(shipment::claim_id.eq(claim_id))
        .filter(shipment::direction.eq(ShipmentDirection::Exchange))
        .filter(shipment::state.eq(ShipmentState::Ready))
        .execute(connection)
        .await?;
    Ok(())
}

/// Locks the parcel in which a claim's goods come back.
pub(crate) async fn lock_collection(
    connection: &mut AsyncPgConnection,
    claim_id: ClaimId,
) -> QueryResult<Option<ShipmentRow>> {
    shipment::table
        .filter(shipment::claim_id.eq(claim_id))
        .filter(shipment::direction.eq(ShipmentDirection::Return))
        .for_no_key_update()
        .select(ShipmentRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// A line is not sent in this parcel any more, but in another; the parcel keeps it as what was in it.
pub(crate) async fn release_line(
    connection: &mut AsyncPgConnection,
    shipment_id: ShipmentId,
    line: LineId,
) -> QueryResult<()> {
    diesel::update(shipment_line::table.find((shipment_id, line)))
        .set(shipment_line::outbound.eq(false))
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts lines into parcels; returns how many were not sent yet.
pub(crate) async fn insert_lines(connection: &mut AsyncPgConnection, rows: &[ShipmentLineRow]) -> QueryResult<usize> {
    diesel::insert_into(shipment_line::table).values(rows).on_conflict_do_nothing().execute(connection).await
}

pub(crate) async fn lines_of(
    connection: &mut AsyncPgConnection,
    shipments: &[ShipmentId],
) -> QueryResult<Vec<ShipmentLineRow>> {
    shipment_line::table
        .filter(shipment_line::shipment_id.among(shipments))
        .order((shipment_line::shipment_id, shipment_line::line_id))
        .select(ShipmentLineRow::as_select())
        .load(connection)
        .await
}

/// What is known of lines that were sent.
pub(crate) async fn sent_lines(
    connection: &mut AsyncPgConnection,
    lines: &[LineId],
) -> QueryResult<Vec<ShipmentLineRow>> {
    shipment_line::table
        .filter(shipment_line::line_id.eq_any(lines))
        .filter(shipment_line::outbound)
        .select(ShipmentLineRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn delete_line(
    connection: &mut AsyncPgConnection,
    shipment_id: ShipmentId,
    line: LineId,
) -> QueryResult<()> {
    diesel::delete(shipment_line::table.find((shipment_id, line))).execute(connection).await?;
    Ok(())
}

/// Moves lines into another parcel.
pub(crate) async fn move_lines(
    connection: &mut AsyncPgConnection,
    from: ShipmentId,
    lines: &[LineId],
    to: ShipmentId,
) -> QueryResult<usize> {
    diesel::update(shipment_line::table)
        .filter(shipment_line::shipment_id.eq(from))
        .filter(shipment_line::line_id.eq_any(lines))
        .set(shipment_line::shipment_id.eq(to))
        .execute(connection)
        .await
}

pub(crate) async fn insert_change(connection: &mut AsyncPgConnection, row: &StateChangeRow) -> QueryResult<()> {
    diesel::insert_into(shipment_state_change::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn changes_of(
    connection: &mut AsyncPgConnection,
    shipments: &[ShipmentId],
) -> QueryResult<Vec<StateChangeRow>> {
    shipment_state_change::table
        .filter(shipment_state_change::shipment_id.among(shipments))
        .order(shipment_state_change::id)
        .select(StateChangeRow::as_select())
        .load(connection)
        .await
}

/// Keeps scans; returns how many were new.
pub(crate) async fn insert_scans(connection: &mut AsyncPgConnection, rows: &[TrackingEventRow]) -> QueryResult<usize> {
    diesel::insert_into(tracking_event::table).values(rows).on_conflict_do_nothing().execute(connection).await
}

/// The scans of these parcels, in the order in which they happened.
pub(crate) async fn scans_of(
    connection: &mut AsyncPgConnection,
    shipments: &[ShipmentId],
) -> QueryResult<Vec<TrackingEventRow>> {
    let mut rows: Vec<TrackingEventRow> = tracking_event::table
        .filter(tracking_event::shipment_id.among(shipments))
        .select(TrackingEventRow::as_select())
        .load(connection)
        .await?;
    rows.sort_by_key(|row| (row.occurred_at, row.code));
    Ok(rows)
}

pub(crate) async fn note_payment(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    paid_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(paid_order::table)
        .values((paid_order::order_id.eq(order_id), paid_order::paid_at.eq(paid_at)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn paid_at(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Option<DateTime<Utc>>> {
    paid_order::table.find(order_id).select(paid_order::paid_at).first(connection).await.optional()
}

platform::statement! {
    /// Takes parcels of which a carrier has to be asked; nobody else takes them until the lease is over.
    pub(crate) struct TakePolls {
        lease_until: DateTime<Utc> as Timestamptz,
        limit: i64 as BigInt,
    }
    "UPDATE shipment SET next_poll_at = ? WHERE id IN (
        SELECT id FROM shipment WHERE next_poll_at <= now() ORDER BY next_poll_at LIMIT ? FOR UPDATE SKIP LOCKED
    ) RETURNING *"
}

/// Notes that a carrier was asked, unless the parcel has another number by now.
pub(crate) async fn note_poll(
    connection: &mut AsyncPgConnection,
    asked: &ShipmentRow,
    next_poll_at: DateTime<Utc>,
    failures: i32,
    push_registered: bool,
) -> QueryResult<()> {
    diesel::update(shipment::table.find(asked.id))
        .filter(shipment::tracking_number.is_not_distinct_from(&asked.tracking_number))
        .filter(shipment::next_poll_at.is_not_null())
        .set((
            shipment::next_poll_at.eq(next_poll_at),
            shipment::poll_failures.eq(failures),
            shipment::push_registered.eq(push_registered),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Parcels that nobody has scanned for too long.
pub(crate) async fn to_stall(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<ShipmentId>> {
    shipment::table
        .filter(shipment::stall_at.le(Utc::now()))
        .order(shipment::stall_at)
        .limit(limit)
        .select(shipment::id)
        .load(connection)
        .await
}

/// Parcels whose time to be sent is over and of which nobody has told yet.
pub(crate) async fn to_be_late(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<ShipmentId>> {
    shipment::table
        .filter(shipment::overdue_at.le(Utc::now()))
        .order(shipment::overdue_at)
        .limit(limit)
        .select(shipment::id)
        .load(connection)
        .await
}
