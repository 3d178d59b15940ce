//! Checkout, second half: the payment is done, so the stock is taken out and the lines are the sellers' to prepare.

use std::time::Duration;

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::fault;
use platform::graph::RequestContext;

use super::refund::record_refund;
use super::{Orders, carry_out_refund};
use crate::clients::{CommitReservations, commit_reservations};
use crate::error::{ErrorCode, Failure};
use crate::events::{LineFact, OrderPaid};
use crate::model::{CheckoutStep, OrderId, OrderLineState, OrderRow};
use crate::rules::{LineCommand, next_state};
use crate::store::{self, LineChange};

const LOOK_AGAIN: Duration = Duration::from_millis(5);
const SOLD_OUT: &str = "결제가 늦어 재고가 모두 판매되었습니다";
const TOO_LATE: &str = "결제 기한이 지난 뒤 결제되었습니다";

/// Completes the checkout of an order whose payment is done; called by the payment service, by its event, and by the
/// recovery job, in any order and any number of times.
pub(crate) async fn complete_payment(
    orders: &Orders,
    order_id: OrderId,
    context: &RequestContext,
) -> Result<OrderRow, Failure> {
    let not_found = || ErrorCode::OrderNotFound.at(&["orderId"], context.language);
    let lease = orders.step_lease();
    let (order, ours, step) = {
        let mut connection = orders.database.connection().await?;
        let (from, to) = (CheckoutStep::AwaitingPayment, CheckoutStep::Paid);
        let ours = store::advance(&mut connection, order_id, from, to, lease).await?
            || store::take_lease(&mut connection, order_id, CheckoutStep::Paid, lease).await?;
        let order = store::order_by_id(&mut connection, order_id).await?.ok_or_else(not_found)?;
        let step = if ours {
            CheckoutStep::Paid
        } else {
            store::workflow_of(&mut connection, order_id).await?.ok_or_else(not_found)?.step
        };
        (order, ours, step)
    };
    fault::point("order.paid");
    match step {
        CheckoutStep::Paid if ours => commit(orders, order, context).await,
        CheckoutStep::Compensating | CheckoutStep::Compensated => refund_late_payment(orders, order, context).await,
        CheckoutStep::Paid => wait_until_completed(orders, order).await,
        _ => Ok(order),
    }
}

/// Somebody else completes it at this moment: whoever asks for the order next shall find it paid.
async fn wait_until_completed(orders: &Orders, order: OrderRow) -> Result<OrderRow, Failure> {
    let deadline = tokio::time::Instant::now() + orders.settings.step_lease;
    while tokio::time::Instant::now() < deadline {
        tokio::time::sleep(LOOK_AGAIN).await;
        let mut connection = orders.database.connection().await?;
        let workflow = store::workflow_of(&mut connection, order.id).await?;
        if workflow.is_none_or(|workflow| workflow.step != CheckoutStep::Paid) {
            break;
        }
    }
    let mut connection = orders.database.connection().await?;
    Ok(store::order_by_id(&mut connection, order.id).await?.unwrap_or(order))
}

/// The step PAID, begun or taken over by the caller.
pub(crate) async fn commit(orders: &Orders, order: OrderRow, context: &RequestContext) -> Result<OrderRow, Failure> {
    let input = commit_reservations::CommitReservationsInput { order_id: order.id.to_string() };
    let variables = commit_reservations::Variables { input };
    let answer = orders.graph.ask::<CommitReservations>("inventory", variables, context).await?.commit_reservations;
    fault::point("order.committed");
    let sold_out = !answer.shortages.is_empty() || !answer.user_errors.is_empty();
    let now = Utc::now();
    let prepare_by = now + orders.settings.prepare_deadline;
    let (order_id, total) = (order.id, order.total);
    let trace = context.trace_parent.as_deref();
    let lease = orders.step_lease();
    let mut connection = orders.database.connection().await?;
    let refund = connection
        .transaction(async |connection| {
            store::lock_order(connection, order_id).await?;
            if !store::advance(connection, order_id, CheckoutStep::Paid, CheckoutStep::Completed, lease).await? {
                return Ok(None);
            }
            store::mark_paid(connection, order_id, now).await?;
            let mut lines = store::lines_by_order(connection, order_id).await?;
            let command = if sold_out { LineCommand::Withdraw } else { LineCommand::Pay };
            lines.retain(|line| next_state(line.state, command).is_some());
            if sold_out {
                let (to, change) = (OrderLineState::Cancelled, LineChange::default());
                store::move_lines(connection, &lines, to, Some(SOLD_OUT), change).await?;
                store::set_refusal(connection, order_id, SOLD_OUT).await?;
                return record_refund(connection, order_id, total, SOLD_OUT, lease).await.map(Some);
            }
            let change = LineChange { prepare_by: Some(prepare_by), ..LineChange::default() };
            let lines = store::move_lines(connection, &lines, OrderLineState::Paid, None, change).await?;
            let fact = OrderPaid {
                order_id,
                buyer_id: order.buyer_id,
                total,
                lines: lines.iter().map(LineFact::from).collect(),
            };
            platform::events::append(connection, &fact, trace).await?;
            diesel::QueryResult::Ok(None)
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    fault::point("order.completed");
    if let Some(task) = refund {
        carry_out_refund(orders, &task, context).await;
    }
    Ok(OrderRow { paid_at: Some(now), ..order })
}

/// Money that came for an order that was given up goes back.
async fn refund_late_payment(orders: &Orders, order: OrderRow, context: &RequestContext) -> Result<OrderRow, Failure> {
    let (order_id, total, lease) = (order.id, order.total, orders.step_lease());
    let mut connection = orders.database.connection().await?;
    let task = connection
        .transaction(async |connection| {
            let Some(order) = store::lock_order(connection, order_id).await? else { return Ok(None) };
            if order.paid_at.is_some() {
                return Ok(None);
            }
            store::mark_paid(connection, order_id, Utc::now()).await?;
            record_refund(connection, order_id, total, TOO_LATE, lease).await.map(Some)
        })
        .await
        .map_err(|error: diesel::result::Error| Failure::from(error))?;
    drop(connection);
    if let Some(task) = task {
        carry_out_refund(orders, &task, context).await;
    }
    Ok(order)
}
