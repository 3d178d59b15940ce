//! Paid lines of an order were cancelled: their goods go back on the shelf.

use std::collections::BTreeMap;

use diesel::QueryResult;
use diesel_async::AsyncConnection as _;
use platform::events::{HandlerError, first_delivery};
use uuid::Uuid;

use super::Inventory;
use crate::events::{LevelChange, OrderCancelled, tell_crossings};
use crate::model::{StockMovementKind, VariantId};
use crate::store::{self, Cause, Movement};

/// Puts the lines' quantities back, once for each event.
pub(crate) async fn return_stock(
    inventory: &Inventory,
    event_id: Uuid,
    fact: &OrderCancelled,
    trace_parent: Option<&str>,
) -> Result<(), HandlerError> {
    let mut quantities: BTreeMap<VariantId, i32> = BTreeMap::new();
    for line in &fact.lines {
        *quantities.entry(line.variant_id).or_default() += line.quantity;
    }
    let variants: Vec<VariantId> = quantities.keys().copied().collect();
    let mut connection = inventory.database.connection().await?;
    let told = connection
        .transaction(async |connection| {
            if !first_delivery(connection, event_id, "inventory").await? {
                return QueryResult::Ok(false);
            }
            let items = store::lock_items(connection, &variants).await?;
            if items.len() < variants.len() {
                tracing::warn!(order = %fact.order_id, "a cancelled order names variants without stock items");
            }
            let (mut changes, mut movements) = (Vec::new(), Vec::new());
            for item in &items {
                let quantity = quantities.get(&item.variant_id).copied().unwrap_or(0);
                if quantity > 0 {
                    changes.push(LevelChange::by(item, quantity));
                    movements.push(Movement { variant_id: item.variant_id, on_hand: quantity, reserved: 0 });
                }
            }
            if movements.is_empty() {
                return Ok(false);
            }
            let order_id = Some(fact.order_id);
            let cause = Cause { kind: StockMovementKind::Return, reason: Some(&fact.reason), order_id };
            store::move_stock(connection, &movements, cause).await?;
            tell_crossings(connection, &changes, trace_parent).await
        })
        .await?;
    drop(connection);
    inventory.levels.forget(variants);
    if told {
        inventory.outbox.wake();
    }
    Ok(())
}
