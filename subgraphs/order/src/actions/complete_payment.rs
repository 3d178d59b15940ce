//! Checkout, second half: the payment is done, so the stock is taken out and the lines are the sellers' to prepare.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::events::Append;
use platform::fault;
use platform::graph::RequestContext;
use tokio::time::Instant;

use super::refund::record_refund;
use super::terms::{free_coupons, spend_coupons};
use super::{Orders, carry_out_refund};
use crate::clients::{CommitReservations, commit_reservations};
use crate::error::{ErrorCode, Failure};
use crate::events::{OrderPaid, OrderRefused, RefusalReason};
use crate::model::{CheckoutStep, OrderId, OrderLineState, OrderRow, RefundMoney};
use crate::rules::amounts::tax_free_total;
use crate::rules::days::end_of_business_days;
use crate::rules::{LineCommand, next_state};
use crate::statements::Complete;
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
    let begun = {
        let mut connection = orders.database.connection().await?;
        store::begin_completion(&mut connection, order_id, orders.step_lease()).await?
    };
    let begun = begun.ok_or_else(|| ErrorCode::OrderNotFound.at(&["orderId"], context.language))?;
    fault::point("order.paid");
    if begun.ours {
        return commit(orders, begun.order, context).await;
    }
    match wait_for_others(orders, order_id, begun.step).await? {
        CheckoutStep::Completed => {
            let mut connection = orders.database.connection().await?;
            Ok(store::order_by_id(&mut connection, order_id).await?.unwrap_or(begun.order))
        }
        CheckoutStep::Compensating | CheckoutStep::Compensated => {
            refund_late_payment(orders, begun.order, context).await
        }
        CheckoutStep::Placed | CheckoutStep::AwaitingPayment | CheckoutStep::Paid => {
            Err(GraphError::unavailable(format_args!("{order_id} is not completed yet")).into())
        }
    }
}

/// Waits while somebody else completes the order, so that whoever asks for it next finds it paid.
async fn wait_for_others(orders: &Orders, order_id: OrderId, mut step: CheckoutStep) -> Result<CheckoutStep, Failure> {
    let deadline = Instant::now() + orders.settings.step_lease;
    while matches!(step, CheckoutStep::Placed | CheckoutStep::AwaitingPayment | CheckoutStep::Paid)
        && Instant::now() < deadline
    {
        tokio::time::sleep(LOOK_AGAIN).await;
        let mut connection = orders.database.connection().await?;
        step = store::step_of(&mut connection, order_id).await?.unwrap_or(step);
    }
    Ok(step)
}

/// The event of a payment that is done. Whoever is about to complete the order has taken its step; if they die, the
/// recovery job goes on.
pub(crate) async fn hear_payment(orders: &Orders, order_id: OrderId, context: &RequestContext) -> Result<(), Failure> {
    let step = {
        let mut connection = orders.database.connection().await?;
        store::step_of(&mut connection, order_id).await?
    };
    if !matches!(step, Some(CheckoutStep::Paid | CheckoutStep::Completed)) {
        complete_payment(orders, order_id, context).await?;
    }
    Ok(())
}

/// The step PAID, begun or taken over by the caller.
pub(crate) async fn commit(orders: &Orders, order: OrderRow, context: &RequestContext) -> Result<OrderRow, Failure> {
    let input = commit_reservations::CommitReservationsInput { order_id: order.id.to_string() };
    let variables = commit_reservations::Variables { input };
    let answer = orders.graph.ask::<CommitReservations>("inventory", variables, context).await?.commit_reservations;
    fault::point("order.committed");
    let now = Utc::now();
    if !answer.shortages.is_empty() || !answer.user_errors.is_empty() {
        if order.discount_total > 0 {
            free_coupons(orders, order.id, context).await?;
        }
        refuse_sold_out(orders, &order, now, context).await?;
    } else {
        spend_coupons(orders, &order, context).await?;
        let mut connection = orders.database.connection().await?;
        let mut lines = store::lines_by_order(&mut connection, order.id).await?;
        lines.retain(|line| next_state(line.state, LineCommand::Pay).is_some());
        let parts = store::seller_orders_of(&mut connection, order.id).await?;
        let fact = OrderPaid::new(&order, now, &parts, &lines);
        let completion = Complete {
            order_id: order.id,
            lease_until: orders.step_lease(),
            paid_at: now,
            prepare_by: end_of_business_days(now, orders.settings.prepare_days),
            updated_at: now,
            event: Append::one(&fact, context.trace_parent.as_deref())?,
        };
        store::complete(&mut connection, completion).await?;
    }
    orders.outbox.wake();
    fault::point("order.completed");
    Ok(OrderRow { paid_at: Some(now), ..order })
}

/// The reservation had expired, and others have bought what it held: the order is paid, cancelled, and its money goes back.
async fn refuse_sold_out(
    orders: &Orders,
    order: &OrderRow,
    now: DateTime<Utc>,
    context: &RequestContext,
) -> Result<(), Failure> {
    let (order_id, total, lease) = (order.id, order.total, orders.step_lease());
    let trace = context.trace_parent.as_deref();
    let mut connection = orders.database.connection().await?;
    let task = connection
        .transaction(async |connection| {
            store::lock_order(connection, order_id).await?;
            if !store::advance(connection, order_id, CheckoutStep::Paid, CheckoutStep::Completed, lease).await? {
                return Ok(None);
            }
            store::mark_paid(connection, order_id, now).await?;
            let mut lines = store::lines_by_order(connection, order_id).await?;
            let tax_free = tax_free_total(&lines);
            lines.retain(|line| next_state(line.state, LineCommand::Withdraw).is_some());
            let (to, change) = (OrderLineState::Cancelled, LineChange::default());
            store::move_lines(connection, &lines, to, Some(SOLD_OUT), change).await?;
            store::set_refusal(connection, order_id, SOLD_OUT).await?;
            store::refund_all_shipping(connection, order_id).await?;
            let fact = OrderRefused::new(order, RefusalReason::SoldOut, now);
            platform::events::append(connection, &fact, trace).await?;
            let money = RefundMoney { amount: total, tax_free };
            record_refund(connection, order_id, money, SOLD_OUT, lease).await.map(Some)
        })
        .await?;
    drop(connection);
    if let Some(task) = task {
        carry_out_refund(orders, &task, context).await;
    }
    Ok(())
}

/// Money that came for an order that was given up goes back.
async fn refund_late_payment(orders: &Orders, order: OrderRow, context: &RequestContext) -> Result<OrderRow, Failure> {
    let (order_id, total, lease) = (order.id, order.total, orders.step_lease());
    let trace = context.trace_parent.as_deref();
    let mut connection = orders.database.connection().await?;
    let task = connection
        .transaction(async |connection| {
            let Some(order) = store::lock_order(connection, order_id).await? else { return Ok(None) };
            if order.paid_at.is_some() {
                return Ok(None);
            }
            let now = Utc::now();
            store::mark_paid(connection, order_id, now).await?;
            store::refund_all_shipping(connection, order_id).await?;
            let fact = OrderRefused::new(&order, RefusalReason::LatePayment, now);
            platform::events::append(connection, &fact, trace).await?;
            let tax_free = tax_free_total(&store::lines_by_order(connection, order_id).await?);
            let money = RefundMoney { amount: total, tax_free };
            record_refund(connection, order_id, money, TOO_LATE, lease).await.map(Some)
        })
        .await
        .map_err(|error: diesel::result::Error| Failure::from(error))?;
    drop(connection);
    orders.outbox.wake();
    if let Some(task) = task {
        carry_out_refund(orders, &task, context).await;
    }
    Ok(order)
}
