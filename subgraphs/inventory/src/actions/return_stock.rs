//! Goods go back on the shelf: those of paid lines that were cancelled and are still there, and those that buyers sent back and that are sound.

use std::collections::BTreeMap;

use diesel::QueryResult;
use diesel_async::AsyncConnection as _;
use platform::events::{HandlerError, first_delivery};
use uuid::Uuid;

use super::Inventory;
use crate::events::{ClaimInspected, LevelChange, OrderCancelled, tell_crossings};
use crate::model::{ClaimId, OrderId, StockMovementKind, VariantId};
use crate::store::{self, Cause, Movement};

/// Goods that come back, and from where.
pub(crate) struct ComeBack {
    order_id: OrderId,
    claim_id: Option<ClaimId>,
    reason: Option<String>,
    quantities: BTreeMap<VariantId, i32>,
}

impl ComeBack {
    fn put(&mut self, variant_id: VariantId, quantity: i32) {
        *self.quantities.entry(variant_id).or_default() += quantity;
    }
}

impl From<OrderCancelled> for ComeBack {
    fn from(fact: OrderCancelled) -> Self {
        let OrderCancelled { order_id, reason, restock, lines } = fact;
        let mut back = Self { order_id, claim_id: None, reason: Some(reason), quantities: BTreeMap::new() };
        for line in lines.into_iter().filter(|_| restock) {
            back.put(line.variant_id, line.quantity);
        }
        back
    }
}

impl From<ClaimInspected> for ComeBack {
    fn from(fact: ClaimInspected) -> Self {
        let ClaimInspected { claim_id, order_id, lines } = fact;
        let mut back = Self { order_id, claim_id: Some(claim_id), reason: None, quantities: BTreeMap::new() };
        for line in lines.into_iter().filter(|line| line.sound) {
            back.put(line.variant_id, line.quantity);
        }
        back
    }
}

/// Puts the quantities back, once for each event.
pub(crate) async fn return_stock(
    inventory: &Inventory,
    event_id: Uuid,
    back: &ComeBack,
    trace_parent: Option<&str>,
) -> Result<(), HandlerError> {
    let variants: Vec<VariantId> = back.quantities.keys().copied().collect();
    let mut connection = inventory.database.connection().await?;
    let told = connection
        .transaction(async |connection| {
            if !first_delivery(connection, event_id, "inventory").await? {
                return QueryResult::Ok(false);
            }
            let items = store::lock_items(connection, &variants).await?;
            if items.len() < variants.len() {
                tracing::warn!(order = %back.order_id, "goods without stock items come back");
            }
            let (mut changes, mut movements) = (Vec::new(), Vec::new());
            for item in &items {
                let quantity = back.quantities.get(&item.variant_id).copied().unwrap_or(0);
                if quantity > 0 {
                    changes.push(LevelChange::by(item, quantity));
                    movements.push(Movement { variant_id: item.variant_id, on_hand: quantity, reserved: 0 });
                }
            }
            let returned = match back.claim_id {
                Some(id) => store::claim_has_moved(connection, id, StockMovementKind::Return).await?,
                None => false,
            };
            if returned || movements.is_empty() {
                return Ok(false);
            }
            let (order_id, reason) = (Some(back.order_id), back.reason.as_deref());
            let cause = Cause { kind: StockMovementKind::Return, reason, order_id, claim_id: back.claim_id };
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
