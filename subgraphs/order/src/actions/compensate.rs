//! Undoing a checkout: no payment, no stock, lines expired. Every step can be repeated.

use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::fault;
use platform::graph::RequestContext;

use super::Orders;
use super::terms::free_coupons;
use crate::clients::{AbortPayment, ReleaseReservations, abort_payment, release_reservations};
use crate::error::Failure;
use crate::events::OrderExpired;
use crate::model::{CheckoutStep, OrderId, OrderLineState};
use crate::rules::{LineCommand, next_state};
use crate::store::{self, LineChange};

/// Undoes a checkout that never reached its payment.
pub(crate) async fn compensate(
    orders: &Orders,
    order_id: OrderId,
    reason: &str,
    context: &RequestContext,
) -> Result<(), Failure> {
    {
        let mut connection = orders.database.connection().await?;
        let lease = orders.step_lease();
        store::advance(&mut connection, order_id, CheckoutStep::Placed, CheckoutStep::Compensating, lease).await?;
        store::set_refusal(&mut connection, order_id, reason).await?;
    }
    finish(orders, order_id, reason, context).await
}

/// Undoes an order whose payment did not come in time. Leaves it when the payment is under way.
pub(crate) async fn expire_unpaid(
    orders: &Orders,
    order_id: OrderId,
    reason: &str,
    context: &RequestContext,
) -> Result<bool, Failure> {
    if !abort(orders, order_id, reason, context).await? {
        return Ok(false);
    }
    {
        let mut connection = orders.database.connection().await?;
        let lease = orders.step_lease();
        let (from, to) = (CheckoutStep::AwaitingPayment, CheckoutStep::Compensating);
        store::advance(&mut connection, order_id, from, to, lease).await?;
    }
    finish(orders, order_id, reason, context).await?;
    Ok(true)
}

/// The rest of the undoing, from step COMPENSATING on.
async fn finish(orders: &Orders, order_id: OrderId, reason: &str, context: &RequestContext) -> Result<(), Failure> {
    if !abort(orders, order_id, reason, context).await? {
        return Err(GraphError::unavailable(format_args!("the payment of {order_id} is under way")).into());
    }
    fault::point("order.compensating");
    let input =
        release_reservations::ReleaseReservationsInput { order_id: order_id.to_string(), reason: reason.to_owned() };
    let variables = release_reservations::Variables { input };
    orders.graph.ask::<ReleaseReservations>("inventory", variables, context).await?;
    fault::point("order.released");
    if has_discount(orders, order_id).await? {
        free_coupons(orders, order_id, context).await?;
    }
    let trace = context.trace_parent.as_deref();
    let lease = orders.step_lease();
    let mut connection = orders.database.connection().await?;
    connection
        .transaction(async |connection| {
            let (from, to) = (CheckoutStep::Compensating, CheckoutStep::Compensated);
            let Some(order) = store::lock_order(connection, order_id).await? else { return Ok(()) };
            if !store::advance(connection, order_id, from, to, lease).await? {
                return Ok(());
            }
            if let Some(workflow) = store::workflow_of(connection, order_id).await? {
                platform::idempotency::free(connection, &workflow.key_owner, &workflow.key).await?;
            }
            let mut pending = store::lines_by_order(connection, order_id).await?;
            pending.retain(|line| next_state(line.state, LineCommand::Expire).is_some());
            let expired = OrderLineState::Expired;
            store::move_lines(connection, &pending, expired, Some(reason), LineChange::default()).await?;
            let fact = OrderExpired { order_id, buyer_id: order.buyer_id };
            platform::events::append(connection, &fact, trace).await?;
            diesel::QueryResult::Ok(())
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    Ok(())
}

/// Whether the order may hold coupons.
async fn has_discount(orders: &Orders, order_id: OrderId) -> Result<bool, Failure> {
    let mut connection = orders.database.connection().await?;
    let order = store::order_by_id(&mut connection, order_id).await?;
    Ok(order.is_some_and(|order| order.discount_total > 0))
}

async fn abort(orders: &Orders, order_id: OrderId, reason: &str, context: &RequestContext) -> Result<bool, Failure> {
    let input = abort_payment::AbortPaymentInput { order_id: order_id.to_string(), reason: reason.to_owned() };
    let answer = orders.graph.ask::<AbortPayment>("payment", abort_payment::Variables { input }, context).await?;
    Ok(answer.abort_payment.aborted)
}
