//! Lines were cancelled or returned: a coupon of which nothing is left comes back.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::events::{HandlerError, append, first_delivery};
use uuid::Uuid;

use super::{Coupons, book};
use crate::events::{CouponFact, CouponRestored, GoneLine};
use crate::model::{CouponId, OrderId, PolicyId, UseState};
use crate::rules::{CouponCommand, coupon_transition};
use crate::store::{self, Cause, Gone};

/// Counts the pieces, once for each event, and restores the order's coupons whose lines are all gone.
pub(crate) async fn goods_gone(
    coupons: &Coupons,
    event_id: Uuid,
    order_id: OrderId,
    lines: &[GoneLine],
    gone: Gone,
    trace_parent: Option<&str>,
) -> Result<(), HandlerError> {
    let validity = coupons.settings.restored_validity;
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !first_delivery(connection, event_id, "coupon").await? {
                return QueryResult::Ok(());
            }
            // Locked also against a payment that is being completed.
            if store::lock_reservation(connection, order_id).await?.is_none() {
                return Ok(());
            }
            for line in lines.iter().filter(|line| line.quantity > 0) {
                store::count_gone(connection, order_id, &line.line_id, line.quantity, gone).await?;
            }
            restore_what_is_gone(connection, order_id, validity, trace_parent).await
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(())
}

/// Restores the order's used coupons of whose lines nothing is left. The reservation is locked.
pub(super) async fn restore_what_is_gone(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    validity: Duration,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    let gone = store::all_gone(connection, order_id).await?;
    if gone.is_empty() {
        return Ok(());
    }
    let ids: Vec<CouponId> = gone.iter().map(|used| used.coupon_id).collect();
    let policies: Vec<PolicyId> = gone.iter().map(|used| used.policy_id).collect();
    let policies = store::policies_by_id(connection, &policies).await?;
    for coupon in store::lock_coupons(connection, &ids).await? {
        if coupon_transition(coupon.state, CouponCommand::Restore).is_err() {
            continue;
        }
        let restored = store::restore_coupon(connection, &coupon, validity).await?;
        let discount = gone.iter().find(|used| used.coupon_id == coupon.id).map_or(0, |used| used.discount);
        if let Some(policy) = policies.iter().find(|policy| policy.id == coupon.policy_id) {
            let fact = CouponFact::of(&restored, policy).in_order(order_id, discount);
            append(connection, &CouponRestored(fact), trace_parent).await?;
        }
    }
    store::set_use_state(connection, order_id, &ids, UseState::Restored).await?;
    let mut amounts: BTreeMap<PolicyId, i64> = BTreeMap::new();
    for used in &gone {
        *amounts.entry(used.policy_id).or_default() -= used.discount;
    }
    book(connection, &amounts, Cause { trace_parent, ..Cause::default() }).await
}
