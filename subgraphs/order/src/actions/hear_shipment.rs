//! Parcels move, and with them the lines and claims whose goods they carry. What is heard twice, late, or in another order
//! changes nothing that is not so.

use std::collections::BTreeMap;

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::move_lines::{LineMove, delivered, tell};
use super::{ClaimAction, Orders, act_on_claim};
use crate::error::Failure;
use crate::events::{CollectionFact, ShipmentFact, tell_cancel_refused, tell_undelivered};
use crate::model::{ClaimId, ClaimState, LineRow, OrderLineState, OrderRow};
use crate::rules::days::end_of_business_days;
use crate::rules::{LineCommand, ParcelNews, next_state, way_of_parcel};
use crate::store::{self, LineChange, claims};

/// Why a request to cancel what is on its way already is refused.
const SENT: &str = "이미 발송되었습니다";

/// A parcel to a buyer was picked up, has arrived, or will not: its lines are SHIPPED, and DELIVERED or UNDELIVERED by way of
/// SHIPPED.
pub(crate) async fn hear_shipment(
    orders: &Orders,
    fact: &ShipmentFact,
    news: ParcelNews,
    context: &RequestContext,
) -> Result<(), Failure> {
    let mut connection = orders.database.connection().await?;
    connection
        .transaction(async |connection| {
            // The orders before their lines, as every command locks them.
            let known = store::lock_orders_of_lines(connection, &fact.line_ids).await?;
            let mut lines = store::lock_lines(connection, &fact.line_ids).await?;
            lines.retain(|line| concerns(fact, news, line));
            let (late, mut lines): (Vec<LineRow>, Vec<LineRow>) = lines.into_iter().partition(LineRow::is_late_cancel);
            if !late.is_empty() {
                lines.extend(
                    step(connection, orders, fact, (&known, late), LineCommand::RejectLateCancel, context).await?,
                );
            }
            let mut by_state: BTreeMap<OrderLineState, Vec<LineRow>> = BTreeMap::new();
            for line in lines {
                by_state.entry(line.state).or_default().push(line);
            }
            for (state, mut lines) in by_state {
                for command in way_of_parcel(state, news) {
                    lines = step(connection, orders, fact, (&known, lines), *command, context).await?;
                }
            }
            Result::<_, Failure>::Ok(())
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    Ok(())
}

/// Whether the news are of the line, and newer than what is known of it.
fn concerns(fact: &ShipmentFact, news: ParcelNews, line: &LineRow) -> bool {
    let is_of_part = fact.seller_order_id.is_none_or(|id| line.seller_order_id == id);
    if !is_of_part || line.undelivered_at.is_some_and(|known| fact.at <= known) {
        return false;
    }
    match news {
        ParcelNews::PickedUp => !line.is_late_cancel(),
        ParcelNews::Delivered => true,
        // Another parcel's trouble is not the line's; of what is claimed already, the claim decides.
        ParcelNews::Undelivered | ParcelNews::Returning => {
            !line.is_late_cancel()
                && line.claim_id.is_none()
                && line.returned_quantity == 0
                && (line.tracking_number.is_none() || line.tracking_number == fact.tracking_number)
        }
    }
}

async fn step(
    connection: &mut AsyncPgConnection,
    orders: &Orders,
    fact: &ShipmentFact,
    (known, lines): (&[OrderRow], Vec<LineRow>),
    command: LineCommand,
    context: &RequestContext,
) -> Result<Vec<LineRow>, Failure> {
    let Some(to) = lines.first().and_then(|line| next_state(line.state, command)) else { return Ok(lines) };
    let (kind, change) = match command {
        LineCommand::Prepare => (Some(LineMove::Prepare), LineChange::default()),
        LineCommand::Ship => {
            let (carrier, tracking_number) = (fact.carrier.clone(), fact.tracking_number.clone());
            let change = LineChange {
                carrier: carrier.clone(),
                tracking_number: tracking_number.clone(),
                ..LineChange::default()
            };
            (Some(LineMove::Ship { carrier, tracking_number }), change)
        }
        LineCommand::Deliver => (Some(LineMove::Deliver), delivered(orders, fact.at)),
        LineCommand::Fail => {
            let resend_by = end_of_business_days(fact.at.max(Utc::now()), orders.settings.resend_days);
            let undelivered_at = Some(fact.at);
            (None, LineChange { undelivered_at, resend_by: Some(resend_by), ..LineChange::default() })
        }
        _ => (None, LineChange::default()),
    };
    let moved = store::move_lines(connection, &lines, to, None, change).await?;
    let trace = context.trace_parent.as_deref();
    match command {
        LineCommand::Fail => tell_undelivered(connection, known, &moved, fact.at, trace).await?,
        LineCommand::RejectCancel | LineCommand::RejectLateCancel => {
            tell_cancel_refused(connection, known, &moved, SENT, trace).await?;
        }
        _ => {}
    }
    if let Some(kind) = kind {
        tell(connection, &kind, &moved, fact.at, trace).await?;
    }
    Ok(moved)
}

/// A parcel that comes back for a claim was picked up, or has arrived.
pub(crate) async fn hear_collection(
    orders: &Orders,
    fact: &CollectionFact,
    news: ParcelNews,
    context: &RequestContext,
) -> Result<(), Failure> {
    let claim = {
        let mut connection = orders.database.connection().await?;
        claims::claim_by_id(&mut connection, fact.claim_id).await?
    };
    let action = match (claim.map(|claim| claim.state), news) {
        (Some(ClaimState::Approved), ParcelNews::PickedUp) => ClaimAction::StartCollection {
            carrier: fact.carrier.clone(),
            tracking_number: fact.tracking_number.clone(),
        },
        (Some(ClaimState::Approved | ClaimState::Collecting), ParcelNews::Delivered) => ClaimAction::Receive,
        _ => return Ok(()),
    };
    move_claim(orders, fact.claim_id, action, context).await
}

/// The goods that replace others have arrived.
pub(crate) async fn hear_replacement(
    orders: &Orders,
    claim_id: ClaimId,
    context: &RequestContext,
) -> Result<(), Failure> {
    move_claim(orders, claim_id, ClaimAction::Complete, context).await
}

async fn move_claim(
    orders: &Orders,
    id: ClaimId,
    action: ClaimAction,
    context: &RequestContext,
) -> Result<(), Failure> {
    match act_on_claim(orders, id, action, context).await {
        // Somebody else moved it meanwhile.
        Err(Failure::Refused(_)) => Ok(()),
        other => other.map(|_| ()),
    }
}
