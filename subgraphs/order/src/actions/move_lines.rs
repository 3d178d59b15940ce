//! The plain moves of lines: prepare, send again, ship, deliver, confirm. Each checks whose line it is, moves, and tells.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry};
use platform::events::append_all;
use platform::graph::RequestContext;
use platform::identity::{Principal, Scope};
use platform::language::Language;

use super::Orders;
use crate::error::{ErrorCode, Failure, Refusal};
use crate::events::{LineConfirmed, LineDelivered, LinePreparing, LineShipped};
use crate::model::{LineId, LineRow, OrderId, OrderLineState, OrderRow, UserId};
use crate::rules::days::end_of_period;
use crate::rules::{LineCommand, next_state};
use crate::store::{self, LineChange};

/// A move, and by whom it may be made.
#[derive(Clone, Debug)]
pub(crate) enum LineMove {
    /// The seller begins to prepare.
    Prepare,
    /// The seller sends again what could not be delivered.
    Resend,
    /// The seller hands the parcel over.
    Ship {
        /// By whom it travels.
        carrier: Option<String>,
        /// The carrier's number.
        tracking_number: Option<String>,
    },
    /// The seller (who delivers it himself) or staff report the arrival.
    Deliver,
    /// The buyer, or time, confirms the purchase.
    Confirm,
}

impl LineMove {
    fn command(&self) -> LineCommand {
        match self {
            Self::Prepare => LineCommand::Prepare,
            Self::Resend => LineCommand::Resend,
            Self::Ship { .. } => LineCommand::Ship,
            Self::Deliver => LineCommand::Deliver,
            Self::Confirm => LineCommand::Confirm,
        }
    }
}

/// Moves all of the lines, or none.
pub(crate) async fn move_lines(
    orders: &Orders,
    line_ids: &[LineId],
    kind: LineMove,
    context: &RequestContext,
) -> Result<Vec<LineRow>, Failure> {
    let (at, trace) = (Utc::now(), context.trace_parent.as_deref());
    let mut connection = orders.database.connection().await?;
    let moved = connection
        .transaction(async |connection| {
            let known = store::lock_orders_of_lines(connection, line_ids).await?;
            let lines = store::lock_lines(connection, line_ids).await?;
            check_owner(&known, &lines, &kind, context)?;
            if matches!(kind, LineMove::Confirm) && lines.iter().any(|line| line.claim_id.is_some()) {
                return Err(ErrorCode::ClaimOpen.at(&["lineIds"], context.language).into());
            }
            let to = one_kind_of_move(&lines, line_ids, kind.command(), context.language)?;
            let change = match &kind {
                LineMove::Ship { carrier, tracking_number } => LineChange {
                    carrier: carrier.clone(),
                    tracking_number: tracking_number.clone(),
                    ..LineChange::default()
                },
                LineMove::Deliver => delivered(orders, at),
                LineMove::Prepare | LineMove::Resend | LineMove::Confirm => LineChange::default(),
            };
            if matches!(kind, LineMove::Resend) {
                store::forget_parcel(connection, line_ids).await?;
            }
            let moved = store::move_lines(connection, &lines, to, None, change).await?;
            audit_lines(connection, &lines, &moved, None, context).await?;
            tell(connection, &kind, &moved, at, trace).await?;
            Result::<_, Failure>::Ok(moved)
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    Ok(moved)
}

/// Records what staff do to lines.
pub(super) async fn audit_lines(
    connection: &mut AsyncPgConnection,
    before: &[LineRow],
    after: &[LineRow],
    reason: Option<&str>,
    context: &RequestContext,
) -> diesel::QueryResult<()> {
    for line in after {
        let from = before.iter().find(|known| known.id == line.id).map_or(line.state, |known| known.state);
        let entry = Entry::on("order", line.id).because(reason).moved(from, line.state);
        audit::of_staff(connection, context, entry).await?;
    }
    Ok(())
}

/// What changes when a line arrives.
pub(crate) fn delivered(orders: &Orders, at: DateTime<Utc>) -> LineChange {
    let confirm_by = end_of_period(at, orders.settings.confirm_after);
    LineChange { delivered_at: Some(at), confirm_by: Some(confirm_by), ..LineChange::default() }
}

fn check_owner(
    orders: &[OrderRow],
    lines: &[LineRow],
    kind: &LineMove,
    context: &RequestContext,
) -> Result<(), Failure> {
    let principal: &Principal = &context.principal;
    if principal.has_scope(Scope::Service) {
        return Ok(());
    }
    match kind {
        LineMove::Deliver if principal.has_scope(Scope::StaffOrders) => Ok(()),
        LineMove::Deliver => {
            check_seller(lines, principal, context.language)?;
            // 직접 배송 alone: of what a carrier takes, its scans tell.
            if lines.iter().any(LineRow::is_followed) {
                return Err(ErrorCode::CarriedByCarrier.at(&["lineIds"], context.language).into());
            }
            Ok(())
        }
        LineMove::Prepare | LineMove::Resend | LineMove::Ship { .. } => {
            check_seller(lines, principal, context.language).map_err(Into::into)
        }
        LineMove::Confirm => {
            let buyer = principal.user_id.map(UserId);
            for line in lines {
                let order = orders.iter().find(|order| order.id == line.order_id);
                if order.is_none_or(|order| Some(order.buyer_id) != buyer) {
                    return Err(ErrorCode::OrderLineNotFound.at(&["lineIds"], context.language).into());
                }
            }
            Ok(())
        }
    }
}

/// Refuses lines of sellers that the principal does not act for.
pub(crate) fn check_seller(lines: &[LineRow], principal: &Principal, language: Language) -> Result<(), Refusal> {
    if lines.iter().all(|line| principal.acts_for(line.seller_id.0)) {
        Ok(())
    } else {
        Err(ErrorCode::NotYourSeller.at(&["lineIds"], language))
    }
}

/// The state that the command leads all of the wanted lines to.
pub(crate) fn one_kind_of_move(
    lines: &[LineRow],
    wanted: &[LineId],
    command: LineCommand,
    language: Language,
) -> Result<OrderLineState, Failure> {
    if lines.is_empty() || wanted.iter().any(|id| !lines.iter().any(|line| line.id == *id)) {
        return Err(ErrorCode::OrderLineNotFound.at(&["lineIds"], language).into());
    }
    let mut states = lines.iter().map(|line| next_state(line.state, command));
    let first = states.next().flatten();
    match first {
        Some(to) if states.all(|state| state == Some(to)) => Ok(to),
        _ => Err(ErrorCode::StateConflict.at(&["lineIds"], language).into()),
    }
}

/// Tells that lines moved so.
pub(crate) async fn tell(
    connection: &mut AsyncPgConnection,
    kind: &LineMove,
    lines: &[LineRow],
    at: DateTime<Utc>,
    trace: Option<&str>,
) -> diesel::QueryResult<()> {
    let mut order_ids: Vec<OrderId> = lines.iter().map(|line| line.order_id).collect();
    order_ids.dedup();
    let orders = store::orders_by_id(connection, &order_ids).await?;
    macro_rules! facts {
        ($fact:ident) => {{
            let facts: Vec<$fact> = lines
                .iter()
                .filter_map(|line| {
                    let order = orders.iter().find(|order| order.id == line.order_id)?;
                    Some($fact::new(order, line, at))
                })
                .collect();
            append_all(connection, &facts, trace).await
        }};
    }
    match kind {
        LineMove::Prepare | LineMove::Resend => facts!(LinePreparing),
        LineMove::Ship { .. } => facts!(LineShipped),
        LineMove::Deliver => facts!(LineDelivered),
        LineMove::Confirm => facts!(LineConfirmed),
    }
}
