//! What an order holds is free again: it was given up, or did not come back in time.

use std::collections::BTreeMap;

use chrono::Utc;
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::{Coupons, book};
use crate::error::Failure;
use crate::model::{CouponId, OrderId, PolicyId, UseState};
use crate::rules::{Answer, CouponCommand, ReservationCommand, coupon_transition, reservation_answer};
use crate::store::{self, Cause};

/// Releases the order's coupons. An order that has reserved nothing is marked RELEASED, so that its reserve is refused when
/// it arrives late.
pub(crate) async fn release_coupons(
    coupons: &Coupons,
    order_id: OrderId,
    context: &RequestContext,
) -> Result<(), Failure> {
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            let now = Utc::now();
            if store::insert_reservation(connection, order_id, None, UseState::Released, now).await? {
                return Ok(());
            }
            let known = store::lock_reservation(connection, order_id).await?.ok_or(diesel::result::Error::NotFound)?;
            match reservation_answer(Some(known.state), ReservationCommand::Release) {
                Answer::Moves(to) => Ok(free(connection, order_id, to, context.trace_parent.as_deref()).await?),
                Answer::Stands => Ok(()),
                Answer::Refused(code) => Err(Failure::from(code.at(&["orderId"], context.language))),
            }
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(())
}

/// Expires the order's reservation if it is still held, and was not extended.
pub(crate) async fn expire_reservation(coupons: &Coupons, order_id: OrderId) -> Result<(), Failure> {
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            let Some(known) = store::lock_reservation(connection, order_id).await? else { return Ok(()) };
            if known.expires_at > Utc::now() {
                return QueryResult::Ok(());
            }
            match reservation_answer(Some(known.state), ReservationCommand::Expire) {
                Answer::Moves(to) => free(connection, order_id, to, None).await,
                Answer::Stands | Answer::Refused(_) => QueryResult::Ok(()),
            }
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(())
}

/// Gives the held coupons back to their user and their discounts to the budgets. The reservation is locked.
async fn free(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    to: UseState,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    let mut uses = store::uses(connection, order_id).await?;
    uses.retain(|used| used.state == UseState::Held);
    let ids: Vec<CouponId> = uses.iter().map(|used| used.coupon_id).collect();
    for coupon in store::lock_coupons(connection, &ids).await? {
        let command = CouponCommand::Release { restored_before: coupon.restored_at.is_some() };
        if let Ok(state) = coupon_transition(coupon.state, command) {
            store::take_from_order(connection, coupon.id, state).await?;
        }
    }
    store::set_use_state(connection, order_id, &ids, to).await?;
    store::set_reservation_state(connection, order_id, to).await?;
    let mut amounts: BTreeMap<PolicyId, i64> = BTreeMap::new();
    for used in &uses {
        *amounts.entry(used.policy_id).or_default() -= used.discount;
    }
    book(connection, &amounts, Cause { trace_parent, ..Cause::default() }).await
}
