//! An order did not come back in time: what it holds is free again.

use chrono::Utc;
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};

use super::{Inventory, variants_of};
use crate::error::Failure;
use crate::events::{LevelChange, tell_crossings};
use crate::model::{OrderId, Reserved};
use crate::rules::{Answer, ReservationCommand, answer};
use crate::store;

/// Expires the order's reservation if it is still held, and was not extended.
pub(crate) async fn expire_reservation(inventory: &Inventory, order_id: OrderId) -> Result<(), Failure> {
    let mut connection = inventory.database.connection().await?;
    let expired = connection
        .transaction(async |connection| {
            let Some(reserved) = store::lock_reserved(connection, order_id).await? else { return Ok(None) };
            if reserved.group.expires_at > Utc::now() {
                return Ok(None);
            }
            let Answer::Moves(to) = answer(Some(reserved.group.state), ReservationCommand::Expire) else {
                return Ok(None);
            };
            let told = free_held(connection, &reserved, None).await?;
            store::set_group_state(connection, order_id, to, None).await?;
            QueryResult::Ok(Some((reserved, told)))
        })
        .await?;
    drop(connection);
    if let Some((reserved, told)) = expired {
        inventory.levels.forget(variants_of(&reserved.parts));
        if told {
            inventory.outbox.wake();
        }
    }
    Ok(())
}

/// Frees the parts of a held group. Returns whether there is anything to publish.
pub(super) async fn free_held(
    connection: &mut AsyncPgConnection,
    reserved: &Reserved,
    trace_parent: Option<&str>,
) -> QueryResult<bool> {
    let items = store::lock_items(connection, &variants_of(&reserved.parts)).await?;
    store::free(connection, reserved.group.order_id, reserved.parts.len()).await?;
    let changes: Vec<LevelChange<'_>> =
        items.iter().zip(&reserved.parts).map(|(item, part)| LevelChange::by(item, part.quantity)).collect();
    tell_crossings(connection, &changes, trace_parent).await
}
