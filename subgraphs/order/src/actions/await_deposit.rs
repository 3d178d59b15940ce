//! The buyer has a virtual account to pay into: the order waits until its time is over, and what it holds is kept as long.

use chrono::{DateTime, Utc};
use platform::fault;
use platform::graph::RequestContext;

use super::Orders;
use crate::clients::{ExtendCoupons, ExtendReservations, extend_coupons, extend_reservations};
use crate::error::Failure;
use crate::model::{OrderId, OrderRow};
use crate::store;

/// Moves the order's deadline to when the account closes, and keeps its stock and coupons some time longer than that. Whoever
/// dies in the middle leaves a step that is overdue, so that the recovery job does it again; every step can be repeated.
///
/// When the time of the account is over, or is not known, the order is looked at again before what it holds is free.
pub(crate) async fn await_deposit(
    orders: &Orders,
    order_id: OrderId,
    due_at: Option<DateTime<Utc>>,
    context: &RequestContext,
) -> Result<(), Failure> {
    let (now, margin) = (Utc::now(), orders.settings.reservation_margin);
    let lease = orders.step_lease();
    let begun = {
        let mut connection = orders.database.connection().await?;
        store::await_deposit(&mut connection, order_id, due_at, lease).await?
    };
    let Some(order) = begun else { return Ok(()) };
    fault::point("order.deposit_awaited");
    let (kept_until, look_again) = match due_at.filter(|due| *due > now) {
        Some(due) => (due + margin, due + orders.settings.step_lease),
        None => (now + margin, (now + margin / 2).max(lease)),
    };
    keep(orders, &order, kept_until, context).await?;
    fault::point("order.deposit_kept");
    let mut connection = orders.database.connection().await?;
    store::postpone_payment(&mut connection, order_id, look_again).await?;
    Ok(())
}

/// Keeps what the order holds until then. What it does not hold any more is taken anew when it is paid, if it is there.
async fn keep(
    orders: &Orders,
    order: &OrderRow,
    until: DateTime<Utc>,
    context: &RequestContext,
) -> Result<(), Failure> {
    let input = extend_reservations::ExtendReservationsInput { order_id: order.id.to_string(), expires_at: until };
    let variables = extend_reservations::Variables { input };
    let stock = orders.graph.ask::<ExtendReservations>("inventory", variables, context).await?.extend_reservations;
    let mut held = stock.held;
    if order.discount_total > 0 {
        let input = extend_coupons::ExtendCouponsInput { order_id: order.id.to_string(), expires_at: until };
        let variables = extend_coupons::Variables { input };
        held &= orders.graph.ask::<ExtendCoupons>("coupon", variables, context).await?.extend_coupons.held;
    }
    if !held {
        tracing::warn!(order = %order.id, "an order waits for its deposit without all that it held");
    }
    Ok(())
}
