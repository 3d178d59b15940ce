//! An order is paid: what it holds is used.

use std::collections::BTreeMap;

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::events::append_all;
use platform::graph::RequestContext;

use super::hear_goods::restore_what_is_gone;
use super::{Coupons, book};
use crate::error::{Failure, UserErrorCode};
use crate::events::{CouponFact, CouponUsed};
use crate::model::{CouponId, CouponRow, CouponState, OrderId, PolicyId, ReservationRow, UseRow, UseState};
use crate::rules::{Answer, CouponCommand, ReservationCommand, coupon_transition, reservation_answer};
use crate::store::{self, Cause};

/// Marks the order's coupons as used, once. When its reservation had expired, they are taken anew if they are still open
/// and their budgets suffice; otherwise nothing changes and the order is refused.
pub(crate) async fn use_coupons(coupons: &Coupons, order_id: OrderId, context: &RequestContext) -> Result<(), Failure> {
    let validity = coupons.settings.restored_validity;
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            let known = store::lock_reservation(connection, order_id).await?;
            let state = known.as_ref().map(|known| known.state);
            let to = match reservation_answer(state, ReservationCommand::Use) {
                Answer::Moves(to) => to,
                Answer::Stands => return Ok(()),
                Answer::Refused(code) => return Err(Failure::from(code.at(&["orderId"], context.language))),
            };
            let known = known.ok_or(diesel::result::Error::NotFound)?;
            let uses = store::uses(connection, order_id).await?;
            let ids: Vec<CouponId> = uses.iter().map(|used| used.coupon_id).collect();
            let rows = store::lock_coupons(connection, &ids).await?;
            if !can_be_used(connection, &known, &uses, &rows, context).await? {
                return Err(UserErrorCode::ReservationClosed.at(&["orderId"], context.language).into());
            }
            let used = store::give_to_order(connection, &ids, order_id, CouponState::Used).await?;
            store::set_use_state(connection, order_id, &ids, to).await?;
            store::set_reservation_state(connection, order_id, to).await?;
            tell(connection, order_id, &uses, used, context).await?;
            restore_what_is_gone(connection, order_id, validity, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(())
}

/// Whether the coupons, which are locked, are the order's, or can be again; then their budgets are booked anew.
async fn can_be_used(
    connection: &mut AsyncPgConnection,
    known: &ReservationRow,
    uses: &[UseRow],
    coupons: &[CouponRow],
    context: &RequestContext,
) -> Result<bool, Failure> {
    let held = known.state == UseState::Held;
    let fits = |coupon: &CouponRow| {
        let reserved = if held { Ok(coupon.state) } else { coupon_transition(coupon.state, CouponCommand::Reserve) };
        reserved.and_then(|state| coupon_transition(state, CouponCommand::Use)).is_ok()
    };
    if coupons.len() < uses.len() || !coupons.iter().all(fits) {
        return Ok(false);
    }
    if held {
        return Ok(true);
    }
    let mut amounts: BTreeMap<PolicyId, i64> = BTreeMap::new();
    for used in uses {
        *amounts.entry(used.policy_id).or_default() += used.discount;
    }
    let ids: Vec<PolicyId> = amounts.keys().copied().collect();
    for policy in store::lock_policies(connection, &ids).await? {
        let amount = amounts.get(&policy.id).copied().unwrap_or(0);
        if policy.terms.budget.is_some_and(|budget| budget - policy.budget_spent < amount) {
            return Ok(false);
        }
    }
    book(connection, &amounts, Cause { trace_parent: context.trace_parent.as_deref(), ..Cause::default() }).await?;
    Ok(true)
}

async fn tell(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    uses: &[UseRow],
    used: Vec<CouponRow>,
    context: &RequestContext,
) -> diesel::QueryResult<()> {
    if used.is_empty() {
        return Ok(());
    }
    let ids: Vec<PolicyId> = used.iter().map(|coupon| coupon.policy_id).collect();
    let policies = store::policies_by_id(connection, &ids).await?;
    let discount_of = |id: CouponId| uses.iter().find(|used| used.coupon_id == id).map_or(0, |used| used.discount);
    let facts: Vec<CouponUsed> = store::with_policies(used, &policies)
        .iter()
        .map(|candidate| {
            let fact = CouponFact::of(&candidate.coupon, &candidate.policy);
            CouponUsed(fact.in_order(order_id, discount_of(candidate.coupon.id)))
        })
        .collect();
    append_all(connection, &facts, context.trace_parent.as_deref()).await
}
