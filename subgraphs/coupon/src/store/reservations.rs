//! Queries on what orders hold.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{CouponId, CouponRow, CouponState, OrderId, ReservationRow, UseLineRow, UseRow, UseState, UserId};
use crate::schema::{coupon, coupon_reservation, coupon_use, coupon_use_line};

/// Records a reservation for an order that has none; returns whether it was recorded. Waits for another who is about to.
pub(crate) async fn insert_reservation(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    user_id: Option<UserId>,
    state: UseState,
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let inserted = diesel::insert_into(coupon_reservation::table)
        .values((
            coupon_reservation::order_id.eq(order_id),
            coupon_reservation::user_id.eq(user_id),
            coupon_reservation::state.eq(state),
            coupon_reservation::expires_at.eq(expires_at),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(inserted == 1)
}

/// Locks an order's reservation for the rest of the transaction.
pub(crate) async fn lock_reservation(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Option<ReservationRow>> {
    coupon_reservation::table
        .find(order_id)
        .for_no_key_update()
        .select(ReservationRow::as_select())
        .first(connection)
        .await
        .optional()
}

pub(crate) async fn set_reservation_state(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    state: UseState,
) -> QueryResult<()> {
    diesel::update(coupon_reservation::table.find(order_id))
        .set((coupon_reservation::state.eq(state), coupon_reservation::updated_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps an order's held coupons until the moment, never shorter than before; returns whether they are held.
pub(crate) async fn extend_held(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = coupon_reservation::table.find(order_id).filter(coupon_reservation::state.eq(UseState::Held));
    let extended = diesel::update(held.filter(coupon_reservation::expires_at.lt(expires_at)))
        .set((coupon_reservation::expires_at.eq(expires_at), coupon_reservation::updated_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    if extended == 1 {
        return Ok(true);
    }
    diesel::select(diesel::dsl::exists(held)).get_result(connection).await
}

/// Orders whose reservation has run out.
pub(crate) async fn overdue(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<OrderId>> {
    coupon_reservation::table
        .filter(coupon_reservation::state.eq(UseState::Held))
        .filter(coupon_reservation::expires_at.lt(diesel::dsl::now))
        .order(coupon_reservation::expires_at)
        .limit(limit)
        .select(coupon_reservation::order_id)
        .load(connection)
        .await
}

/// The coupons in an order, in the order of their ids.
pub(crate) async fn uses(connection: &mut AsyncPgConnection, order_id: OrderId) -> QueryResult<Vec<UseRow>> {
    coupon_use::table
        .filter(coupon_use::order_id.eq(order_id))
        .order(coupon_use::coupon_id)
        .select(UseRow::as_select())
        .load(connection)
        .await
}

/// What the coupons in an order take off its lines.
pub(crate) async fn use_lines(connection: &mut AsyncPgConnection, order_id: OrderId) -> QueryResult<Vec<UseLineRow>> {
    coupon_use_line::table
        .filter(coupon_use_line::order_id.eq(order_id))
        .order((coupon_use_line::coupon_id, coupon_use_line::line_id))
        .select(UseLineRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn insert_uses(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    uses: &[UseRow],
    lines: &[UseLineRow],
) -> QueryResult<()> {
    let uses: Vec<_> = uses
        .iter()
        .map(|used| {
            (
                coupon_use::order_id.eq(order_id),
                coupon_use::coupon_id.eq(used.coupon_id),
                coupon_use::policy_id.eq(used.policy_id),
                coupon_use::state.eq(used.state),
                coupon_use::discount.eq(used.discount),
            )
        })
        .collect();
    diesel::insert_into(coupon_use::table).values(uses).execute(connection).await?;
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                coupon_use_line::order_id.eq(order_id),
                coupon_use_line::coupon_id.eq(line.coupon_id),
                coupon_use_line::line_id.eq(&line.line_id),
                coupon_use_line::seller_id.eq(line.seller_id),
                coupon_use_line::quantity.eq(line.quantity),
                coupon_use_line::discount.eq(line.discount),
                coupon_use_line::seller_part.eq(line.seller_part),
            )
        })
        .collect();
    diesel::insert_into(coupon_use_line::table).values(lines).execute(connection).await?;
    Ok(())
}

/// Moves some of an order's uses.
pub(crate) async fn set_use_state(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    coupons: &[CouponId],
    state: UseState,
) -> QueryResult<()> {
    diesel::update(coupon_use::table)
        .filter(coupon_use::order_id.eq(order_id))
        .filter(coupon_use::coupon_id.eq_any(coupons))
        .set(coupon_use::state.eq(state))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives coupons to an order: RESERVED, or USED now.
pub(crate) async fn give_to_order(
    connection: &mut AsyncPgConnection,
    ids: &[CouponId],
    order_id: OrderId,
    state: CouponState,
) -> QueryResult<Vec<CouponRow>> {
    let used_at = (state == CouponState::Used).then(Utc::now);
    diesel::update(coupon::table.filter(coupon::id.eq_any(ids)))
        .set((coupon::state.eq(state), coupon::order_id.eq(order_id), coupon::used_at.eq(used_at)))
        .returning(CouponRow::as_returning())
        .get_results(connection)
        .await
}

/// Takes a coupon from its order, into the state that it has then.
pub(crate) async fn take_from_order(
    connection: &mut AsyncPgConnection,
    id: CouponId,
    state: CouponState,
) -> QueryResult<()> {
    diesel::update(coupon::table.find(id))
        .set((coupon::state.eq(state), coupon::order_id.eq(None::<OrderId>)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a used coupon back to its user, valid for `validity` at least.
pub(crate) async fn restore_coupon(
    connection: &mut AsyncPgConnection,
    coupon_row: &CouponRow,
    validity: Duration,
) -> QueryResult<CouponRow> {
    let now = Utc::now();
    let until = now + TimeDelta::from_std(validity).unwrap_or(TimeDelta::zero());
    diesel::update(coupon::table.find(coupon_row.id))
        .set((
            coupon::state.eq(CouponState::Restored),
            coupon::order_id.eq(None::<OrderId>),
            coupon::used_at.eq(None::<DateTime<Utc>>),
            coupon::restored_at.eq(now),
            coupon::expires_at.eq(coupon_row.expires_at.max(until)),
            coupon::expiry_told_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(CouponRow::as_returning())
        .get_result(connection)
        .await
}

/// What tells that pieces of a line are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// `order.cancelled`.
    Cancelled,
    /// `claim.refunded` of a cancellation.
    CancelRefunded,
    /// `claim.refunded` of goods that were returned.
    Returned,
}

/// Counts pieces of a line as gone, for all coupons on it.
pub(crate) async fn count_gone(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    line_id: &str,
    quantity: i32,
    gone: Gone,
) -> QueryResult<()> {
    use coupon_use_line as lines;
    let line = diesel::update(lines::table).filter(lines::order_id.eq(order_id)).filter(lines::line_id.eq(line_id));
    match gone {
        Gone::Cancelled => line.set(lines::cancelled.eq(lines::cancelled + quantity)).execute(connection).await?,
        Gone::CancelRefunded => {
            line.set(lines::cancel_refunded.eq(lines::cancel_refunded + quantity)).execute(connection).await?
        }
        Gone::Returned => line.set(lines::returned.eq(lines::returned + quantity)).execute(connection).await?,
    };
    Ok(())
}

/// The USED coupons of an order of whose lines nothing is left.
pub(crate) async fn all_gone(connection: &mut AsyncPgConnection, order_id: OrderId) -> QueryResult<Vec<UseRow>> {
    let kept: Vec<CouponId> = coupon_use_line::table
        .filter(coupon_use_line::order_id.eq(order_id))
        .filter(coupon_use_line::gone.lt(coupon_use_line::quantity))
        .select(coupon_use_line::coupon_id)
        .load(connection)
        .await?;
    let used = uses(connection, order_id).await?;
    Ok(used.into_iter().filter(|used| used.state == UseState::Used && !kept.contains(&used.coupon_id)).collect())
}
