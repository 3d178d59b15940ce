//! The seller answers a request to cancel; without an answer in time, time grants it.

use std::collections::BTreeMap;

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;
use platform::identity::{Principal, Scope};

use super::cancel_lines::{Cancellation, cancel_paid};
use super::move_lines::{audit_lines, check_seller, one_kind_of_move};
use super::refund_limit::{RefundLimits, canceller};
use super::{Orders, carry_out_refund};
use crate::error::{ErrorCode, Failure};
use crate::events::tell_cancel_refused;
use crate::model::{LineId, LineRow, OrderId, OrderLineState};
use crate::rules::LineCommand;
use crate::store::{self, LineChange};

/// Grants the cancellation of these lines.
pub(crate) async fn approve_cancellation(
    orders: &Orders,
    line_ids: &[LineId],
    context: &RequestContext,
) -> Result<Vec<LineRow>, Failure> {
    let limits = RefundLimits::ask(orders, line_ids, context).await?;
    let lease = orders.step_lease();
    let trace = context.trace_parent.as_deref();
    let mut connection = orders.database.connection().await?;
    let (lines, tasks) = connection
        .transaction(async |connection| {
            let known = store::lock_orders_of_lines(connection, line_ids).await?;
            let lines = store::lock_lines(connection, line_ids).await?;
            check_answerable(&lines, line_ids, LineCommand::ApproveCancel, context)?;
            let mut groups: BTreeMap<(OrderId, bool), Vec<LineRow>> = BTreeMap::new();
            for line in lines {
                // What was sent is not on the shelf; the seller counts it when it comes back.
                groups.entry((line.order_id, line.undelivered_at.is_none())).or_default().push(line);
            }
            let (mut moved, mut tasks) = (Vec::new(), Vec::new());
            for ((order_id, restock), lines) in groups {
                let not_found = || ErrorCode::OrderNotFound.at(&["lineIds"], context.language);
                let order = known.iter().find(|order| order.id == order_id).ok_or_else(not_found)?;
                let reason = lines.first().and_then(|line| line.cancel_reason.clone()).unwrap_or_default();
                let (change, before) = (LineChange::default(), lines.clone());
                let cancellation = Cancellation { reason: &reason, by: canceller(context), restock };
                let (cancelled, task) =
                    cancel_paid(connection, order, lines, &cancellation, change, (lease, trace)).await?;
                audit_lines(connection, &before, &cancelled, Some(&reason), context).await?;
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

/// Refuses the cancellation of these lines: they go on where they stood.
pub(crate) async fn reject_cancellation(
    orders: &Orders,
    line_ids: &[LineId],
    reason: &str,
    context: &RequestContext,
) -> Result<Vec<LineRow>, Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(ErrorCode::ReasonRequired.at(&["reason"], context.language).into());
    }
    let mut connection = orders.database.connection().await?;
    let moved = connection
        .transaction(async |connection| {
            let known = store::lock_orders_of_lines(connection, line_ids).await?;
            let lines = store::lock_lines(connection, line_ids).await?;
            check_answerable(&lines, line_ids, LineCommand::RejectCancel, context)?;
            let (late, early): (Vec<LineRow>, Vec<LineRow>) = lines.into_iter().partition(LineRow::is_late_cancel);
            let mut moved = Vec::new();
            for (lines, to) in [(early, OrderLineState::Preparing), (late, OrderLineState::Undelivered)] {
                let refused = store::move_lines(connection, &lines, to, Some(reason), LineChange::default()).await?;
                audit_lines(connection, &lines, &refused, Some(reason), context).await?;
                moved.extend(refused);
            }
            tell_cancel_refused(connection, &known, &moved, reason, context.trace_parent.as_deref()).await?;
            Result::<_, Failure>::Ok(moved)
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    Ok(moved)
}

fn check_answerable(
    lines: &[LineRow],
    wanted: &[LineId],
    command: LineCommand,
    context: &RequestContext,
) -> Result<(), Failure> {
    let principal: &Principal = &context.principal;
    if !principal.has_scope(Scope::StaffOrders) && !principal.has_scope(Scope::Service) {
        check_seller(lines, principal, context.language)?;
    }
    one_kind_of_move(lines, wanted, command, context.language).map(|_| ())
}
