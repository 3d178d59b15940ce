//! The seller cancels what cannot be sent (품절취소), and time cancels what never arrived: the money goes back in full, and the
//! goods go back on sale unless they are not there.

use std::collections::BTreeMap;

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::cancel_lines::{Cancellation, cancel_paid};
use super::move_lines::{audit_lines, check_seller, one_kind_of_move};
use super::refund_limit::{RefundLimits, canceller};
use super::{Orders, carry_out_refund};
use crate::error::{ErrorCode, Failure};
use crate::model::{LineId, LineRow, OrderId, OrderLineState};
use crate::rules::LineCommand;
use crate::store::{self, LineChange};

/// Which lines are cancelled, and why.
#[derive(Clone, Debug)]
pub(crate) struct Withdrawal {
    pub(crate) line_ids: Vec<LineId>,
    /// Why, for the buyer.
    pub(crate) reason: String,
    /// Whether the goods are not there: then they do not go back on sale.
    pub(crate) sold_out: bool,
}

/// Cancels paid lines for their seller, staff, or the market.
pub(crate) async fn withdraw_lines(
    orders: &Orders,
    withdrawal: Withdrawal,
    context: &RequestContext,
) -> Result<Vec<LineRow>, Failure> {
    let Withdrawal { line_ids, reason, sold_out } = withdrawal;
    let (reason, language) = (reason.trim(), context.language);
    if reason.is_empty() {
        return Err(ErrorCode::ReasonRequired.at(&["reason"], language).into());
    }
    let limits = RefundLimits::ask(orders, &line_ids, context).await?;
    let (lease, trace) = (orders.step_lease(), context.trace_parent.as_deref());
    let mut connection = orders.database.connection().await?;
    let (lines, tasks) = connection
        .transaction(async |connection| {
            let known = store::lock_orders_of_lines(connection, &line_ids).await?;
            let lines = store::lock_lines(connection, &line_ids).await?;
            let principal = &context.principal;
            if !principal.has_scope(Scope::StaffOrders) && !principal.has_scope(Scope::Service) {
                check_seller(&lines, principal, language)?;
            }
            one_kind_of_move(&lines, &line_ids, LineCommand::Withdraw, language)?;
            // What is not paid is given up with its whole order, by its buyer or by time.
            if lines.iter().any(|line| line.state == OrderLineState::PaymentPending) {
                return Err(ErrorCode::StateConflict.at(&["lineIds"], language).into());
            }
            let mut groups: BTreeMap<(OrderId, bool), Vec<LineRow>> = BTreeMap::new();
            for line in lines {
                // What was sent is not on the shelf; the seller counts it when it comes back.
                let restock = !sold_out && line.undelivered_at.is_none();
                groups.entry((line.order_id, restock)).or_default().push(line);
            }
            let (mut moved, mut tasks) = (Vec::new(), Vec::new());
            for ((order_id, restock), lines) in groups {
                let not_found = || ErrorCode::OrderNotFound.at(&["lineIds"], language);
                let order = known.iter().find(|order| order.id == order_id).ok_or_else(not_found)?;
                let change = LineChange { cancel_reason: Some(reason.to_owned()), ..LineChange::default() };
                let cancellation = Cancellation { reason, by: canceller(context), restock };
                let before = lines.clone();
                let (cancelled, task) =
                    cancel_paid(connection, order, lines, &cancellation, change, (lease, trace)).await?;
                audit_lines(connection, &before, &cancelled, Some(reason), context).await?;
                moved.extend(cancelled);
                tasks.extend(task);
            }
            limits.admit(connection, &tasks, context).await?;
            Result::<_, Failure>::Ok((moved, tasks))
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    for task in tasks {
        carry_out_refund(orders, &task, context).await;
    }
    Ok(lines)
}
