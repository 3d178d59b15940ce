//! The seller answers a request to cancel; without an answer in time, time grants it.

use std::collections::BTreeMap;

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;
use platform::identity::{Principal, Scope};

use super::cancel_lines::cancel_paid;
use super::move_lines::{audit_lines, check_seller, one_kind_of_move};
use super::{Orders, carry_out_refund};
use crate::error::{ErrorCode, Failure};
use crate::model::{LineId, LineRow, OrderId, OrderLineState};
use crate::rules::LineCommand;
use crate::store::{self, LineChange};

/// Grants the cancellation of these lines.
pub(crate) async fn approve_cancellation(
    orders: &Orders,
    line_ids: &[LineId],
    context: &RequestContext,
) -> Result<Vec<LineRow>, Failure> {
    let lease = orders.step_lease();
    let trace = context.trace_parent.as_deref();
    let mut connection = orders.database.connection().await?;
    let (lines, tasks) = connection
        .transaction(async |connection| {
            let known = store::lock_orders_of_lines(connection, line_ids).await?;
            let lines = store::lock_lines(connection, line_ids).await?;
            check_answerable(&lines, line_ids, LineCommand::ApproveCancel, context)?;
            let mut by_order: BTreeMap<OrderId, Vec<LineRow>> = BTreeMap::new();
            for line in lines {
                by_order.entry(line.order_id).or_default().push(line);
            }
            let (mut moved, mut tasks) = (Vec::new(), Vec::new());
            for (order_id, lines) in by_order {
                let not_found = || ErrorCode::OrderNotFound.at(&["lineIds"], context.language);
                let order = known.iter().find(|order| order.id == order_id).ok_or_else(not_found)?;
                let reason = lines.first().and_then(|line| line.cancel_reason.clone()).unwrap_or_default();
                let (change, before) = (LineChange::default(), lines.clone());
                let (cancelled, task) = cancel_paid(connection, order, lines, &reason, change, lease, trace).await?;
                audit_lines(connection, &before, &cancelled, Some(&reason), context).await?;
                moved.extend(cancelled);
                tasks.extend(task);
            }
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

/// Refuses the cancellation of these lines: they go on being prepared.
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
    connection
        .transaction(async |connection| {
            store::lock_orders_of_lines(connection, line_ids).await?;
            let lines = store::lock_lines(connection, line_ids).await?;
            check_answerable(&lines, line_ids, LineCommand::RejectCancel, context)?;
            let to = OrderLineState::Preparing;
            let moved = store::move_lines(connection, &lines, to, Some(reason), LineChange::default()).await?;
            audit_lines(connection, &lines, &moved, Some(reason), context).await?;
            Ok(moved)
        })
        .await
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
