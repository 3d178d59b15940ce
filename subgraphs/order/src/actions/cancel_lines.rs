//! The buyer cancels: at once while nothing is prepared or when the seller is late to send it, else by asking the seller.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::refund::record_refund;
use super::{Orders, carry_out_refund, expire_unpaid};
use crate::error::{ErrorCode, Failure};
use crate::events::{CancelledPart, LineFact, OrderCancelled, tell_cancel_requested};
use crate::model::{
    ClaimParty, LineId, LineRow, OrderId, OrderLineState, OrderRow, RefundMoney, RefundTaskRow, UserId,
};
use crate::rules::amounts::tax_free_total;
use crate::rules::{LineCommand, next_state};
use crate::store::{self, LineChange};

/// Cancels these lines of the buyer's order; all of them when none are named.
pub(crate) async fn cancel_lines(
    orders: &Orders,
    buyer_id: UserId,
    order_id: OrderId,
    line_ids: Option<Vec<LineId>>,
    reason: &str,
    context: &RequestContext,
) -> Result<(OrderRow, Vec<LineRow>), Failure> {
    let language = context.language;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(ErrorCode::ReasonRequired.at(&["reason"], language).into());
    }
    let not_found = || ErrorCode::OrderNotFound.at(&["orderId"], language);
    let (order, unpaid) = {
        let mut connection = orders.database.connection().await?;
        let order = store::order_by_id(&mut connection, order_id).await?;
        let order = order.filter(|order| order.buyer_id == buyer_id).ok_or_else(not_found)?;
        let lines = store::lines_by_order(&mut connection, order_id).await?;
        (order, lines.iter().any(|line| line.state == OrderLineState::PaymentPending))
    };
    if unpaid {
        // Nothing is paid: the whole order is given up, unless the payment is under way this very moment.
        if !expire_unpaid(orders, order_id, reason, true, context).await? {
            return Err(ErrorCode::StateConflict.at(&["orderId"], language).worth_retrying().into());
        }
        let mut connection = orders.database.connection().await?;
        return Ok((order, store::lines_by_order(&mut connection, order_id).await?));
    }
    let answer_by = Utc::now() + orders.settings.cancel_answer_deadline;
    let lease = orders.step_lease();
    let trace = context.trace_parent.as_deref();
    let mut connection = orders.database.connection().await?;
    let (lines, task) = connection
        .transaction(async |connection| {
            store::lock_order(connection, order_id).await?;
            let mut lines = store::lines_by_order(connection, order_id).await?;
            if let Some(wanted) = &line_ids {
                lines.retain(|line| wanted.contains(&line.id));
                if lines.len() != wanted.len() {
                    return Err(Failure::from(ErrorCode::OrderLineNotFound.at(&["lineIds"], language)));
                }
            } else {
                lines.retain(|line| next_state(line.state, LineCommand::RequestCancel).is_some());
            }
            let refused = lines.iter().any(|line| next_state(line.state, LineCommand::RequestCancel).is_none());
            if refused || lines.is_empty() {
                return Err(ErrorCode::StateConflict.at(&["lineIds"], language).into());
            }
            let (paid, asked): (Vec<LineRow>, Vec<LineRow>) =
                lines.into_iter().partition(|line| line.state == OrderLineState::Paid || line.is_sent_late());
            let change = LineChange { cancel_reason: Some(reason.to_owned()), ..LineChange::default() };
            let mut moved = Vec::new();
            let mut task = None;
            for from in [OrderLineState::Preparing, OrderLineState::Undelivered] {
                let lines: Vec<LineRow> = asked.iter().filter(|line| line.state == from).cloned().collect();
                if lines.is_empty() {
                    continue;
                }
                let change =
                    LineChange { cancel_answer_by: Some(answer_by), cancel_from: Some(from), ..change.clone() };
                let to = OrderLineState::CancelRequested;
                let lines = store::move_lines(connection, &lines, to, Some(reason), change).await?;
                tell_cancel_requested(connection, &order, &lines, reason, answer_by, trace).await?;
                moved.extend(lines);
            }
            if !paid.is_empty() {
                let cancellation = Cancellation { reason, by: ClaimParty::Buyer, restock: true };
                let (cancelled, refund) =
                    cancel_paid(connection, &order, paid, &cancellation, change, (lease, trace)).await?;
                moved.extend(cancelled);
                task = refund;
            }
            Ok((moved, task))
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    if let Some(task) = task {
        carry_out_refund(orders, &task, context).await;
    }
    Ok((order, lines))
}

/// Why paid lines are cancelled, by whom, and whether their goods go back on sale.
pub(crate) struct Cancellation<'a> {
    pub(crate) reason: &'a str,
    pub(crate) by: ClaimParty,
    pub(crate) restock: bool,
}

/// Cancels paid lines: they become CANCELLED, and what they cost goes back (and a part's shipping with its last line).
pub(crate) async fn cancel_paid(
    connection: &mut AsyncPgConnection,
    order: &OrderRow,
    lines: Vec<LineRow>,
    cancellation: &Cancellation<'_>,
    change: LineChange,
    (lease, trace): (DateTime<Utc>, Option<&str>),
) -> diesel::QueryResult<(Vec<LineRow>, Option<RefundTaskRow>)> {
    let Cancellation { reason, by, restock } = *cancellation;
    let moved = store::move_lines(connection, &lines, OrderLineState::Cancelled, Some(reason), change).await?;
    let sellers = refund_shipping(connection, order, &moved).await?;
    let shipping: i64 = sellers.iter().map(|part| part.shipping_refund).sum();
    let amount = moved.iter().map(|line| line.total).sum::<i64>() + shipping;
    let money = RefundMoney { amount, tax_free: tax_free_total(&moved) };
    let task = if amount > 0 { Some(record_refund(connection, order.id, money, reason, lease).await?) } else { None };
    let fact = OrderCancelled {
        order_id: order.id,
        order_number: order.number.clone(),
        buyer_id: order.buyer_id,
        reason: reason.to_owned(),
        by,
        restock,
        lines: moved.iter().map(LineFact::from).collect(),
        refund_amount: amount,
        sellers,
        at: Utc::now(),
    };
    platform::events::append(connection, &fact, trace).await?;
    Ok((moved, task))
}

/// The shipping of sellers' orders of which nothing is left to send goes back.
async fn refund_shipping(
    connection: &mut AsyncPgConnection,
    order: &OrderRow,
    cancelled: &[LineRow],
) -> diesel::QueryResult<Vec<CancelledPart>> {
    let lines = store::lines_by_order(connection, order.id).await?;
    let mut refunded = Vec::new();
    for part in store::seller_orders_of(connection, order.id).await? {
        let touched = cancelled.iter().any(|line| line.seller_order_id == part.id);
        let of_part = || lines.iter().filter(|line| line.seller_order_id == part.id);
        let shipping_refund = part.shipping_total - part.shipping_refunded;
        if touched && shipping_refund > 0 && of_part().all(|line| line.state == OrderLineState::Cancelled) {
            store::claims::count_shipping_refund(connection, part.id, shipping_refund).await?;
            let (seller_order_id, seller_id) = (part.id, part.seller_id);
            refunded.push(CancelledPart { seller_order_id, seller_id, shipping_refund });
        }
    }
    Ok(refunded)
}
