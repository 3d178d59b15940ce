//! An order is given up: what it holds is free again.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::expire_reservation::free_held;
use super::{Inventory, variants_of};
use crate::error::Failure;
use crate::model::{GroupRow, OrderId, ReservationState, Reserved};
use crate::rules::{Answer, ReservationCommand, answer};
use crate::store;

/// Releases the order's reservation. An order that has reserved nothing is marked RELEASED, so that its reserve is
/// refused when it arrives late.
pub(crate) async fn release_reservations(
    inventory: &Inventory,
    order_id: OrderId,
    reason: &str,
    context: &RequestContext,
) -> Result<Reserved, Failure> {
    let released = ReservationState::Released;
    let now = Utc::now();
    let mut connection = inventory.database.connection().await?;
    let (reserved, told) = connection
        .transaction(async |connection| {
            if store::insert_group(connection, order_id, released, now, Some(reason)).await? {
                let group = GroupRow { order_id, state: released, expires_at: now };
                return Ok((Reserved { group, parts: Vec::new() }, false));
            }
            let known = store::lock_reserved(connection, order_id).await?;
            let mut reserved = known.ok_or(diesel::result::Error::NotFound)?;
            let to = match answer(Some(reserved.group.state), ReservationCommand::Release) {
                Answer::Moves(to) => to,
                Answer::Stands => return Ok((reserved, false)),
                Answer::Refused(code) => return Err(Failure::from(code.at(&["orderId"], context.language))),
            };
            let told = if reserved.group.state == ReservationState::Held {
                free_held(connection, &reserved, context.trace_parent.as_deref()).await?
            } else {
                false
            };
            store::set_group_state(connection, order_id, to, Some(reason)).await?;
            reserved.group.state = to;
            Ok((reserved, told))
        })
        .await?;
    drop(connection);
    inventory.levels.forget(variants_of(&reserved.parts));
    if told {
        inventory.outbox.wake();
    }
    Ok(reserved)
}
