//! Undoing a checkout: no payment, no stock, lines expired. Every step can be repeated.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::fault;
use platform::graph::RequestContext;

use super::terms::free_coupons;
use super::{Orders, await_deposit};
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

/// Undoes an order whose payment did not come in time, or that its buyer gives up (`closes_deposit`), also when a virtual
/// account waits to be paid into. Leaves it when the payment is under way, until the account's time is over when it waits, and
/// for longer when people have to settle it.
pub(crate) async fn expire_unpaid(
    orders: &Orders,
    order_id: OrderId,
    reason: &str,
    closes_deposit: bool,
    context: &RequestContext,
) -> Result<bool, Failure> {
    match abort(orders, order_id, reason, closes_deposit, context).await? {
        Standing::Dead => {}
        Standing::Waits(due_at) => {
            await_deposit(orders, order_id, due_at, context).await?;
            return Ok(false);
        }
        Standing::Wrong => {
            let mut connection = orders.database.connection().await?;
            let again = Utc::now() + orders.settings.recheck_interval;
            store::postpone_payment(&mut connection, order_id, again).await?;
            return Ok(false);
        }
        Standing::Open => return Ok(false),
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
    if abort(orders, order_id, reason, true, context).await? != Standing::Dead {
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

/// Where a payment stands that must not be taken any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is not taken, and never will be.
    Dead,
    /// A virtual account waits to be paid into, until then.
    Waits(Option<DateTime<Utc>>),
    /// The provider took another amount: people have to settle it.
    Wrong,
    /// It was taken, or may be this very moment.
    Open,
}

async fn abort(
    orders: &Orders,
    order_id: OrderId,
    reason: &str,
    closes_deposit: bool,
    context: &RequestContext,
) -> Result<Standing, Failure> {
    use abort_payment::PaymentState as State;
    let input =
        abort_payment::AbortPaymentInput { order_id: order_id.to_string(), reason: reason.to_owned(), closes_deposit };
    let answer = orders.graph.ask::<AbortPayment>("payment", abort_payment::Variables { input }, context).await?;
    let answer = answer.abort_payment;
    Ok(match answer.payment {
        _ if answer.aborted => Standing::Dead,
        Some(payment) if matches!(payment.state, State::WAITING_FOR_DEPOSIT) => {
            Standing::Waits(payment.virtual_account.map(|account| account.due_at))
        }
        Some(payment) if matches!(payment.state, State::INTEGRITY_FAILURE) => Standing::Wrong,
        _ => Standing::Open,
    })
}
