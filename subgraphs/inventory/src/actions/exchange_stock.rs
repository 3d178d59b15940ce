//! A buyer sent goods back and gets others instead: they leave the stock, once for each claim.

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::Inventory;
use crate::error::{Failure, UserErrorCode};
use crate::events::{LevelChange, tell_crossings};
use crate::model::{ClaimId, OrderId, Shortage, StockMovementKind, VariantId};
use crate::rules::{merged_lines, shortages};
use crate::store::{self, Cause, Movement};

/// What became of an exchange.
#[derive(Debug)]
pub(crate) enum Exchanged {
    /// The goods are out of the stock, now or since before.
    Done,
    /// Nothing changed: there is too little.
    Short(Vec<Shortage>),
}

/// Takes all of the lines out of the stock, or nothing. The claim's id is the idempotency key.
pub(crate) async fn exchange_stock(
    inventory: &Inventory,
    claim_id: ClaimId,
    order_id: OrderId,
    lines: &[(VariantId, i32)],
    context: &RequestContext,
) -> Result<Exchanged, Failure> {
    let wanted = merged_lines(lines).ok_or_else(|| UserErrorCode::InvalidQuantity.at(&["lines"], context.language))?;
    let variants: Vec<VariantId> = wanted.iter().map(|(variant_id, _)| *variant_id).collect();
    let mut connection = inventory.database.connection().await?;
    let (exchanged, told) = connection
        .transaction(async |connection| {
            // The locks make two requests for one claim take turns.
            let items = store::lock_items(connection, &variants).await?;
            if store::claim_has_moved(connection, claim_id, StockMovementKind::Exchange).await? {
                return diesel::QueryResult::Ok((Exchanged::Done, false));
            }
            let short = shortages(&wanted, &items);
            if !short.is_empty() {
                return Ok((Exchanged::Short(short), false));
            }
            let movements: Vec<Movement> = wanted
                .iter()
                .map(|(variant_id, quantity)| Movement { variant_id: *variant_id, on_hand: -quantity, reserved: 0 })
                .collect();
            let kind = StockMovementKind::Exchange;
            let cause = Cause { kind, reason: None, order_id: Some(order_id), claim_id: Some(claim_id) };
            store::move_stock(connection, &movements, cause).await?;
            let changes: Vec<LevelChange<'_>> =
                items.iter().zip(&movements).map(|(item, movement)| LevelChange::by(item, movement.on_hand)).collect();
            let told = tell_crossings(connection, &changes, context.trace_parent.as_deref()).await?;
            Ok((Exchanged::Done, told))
        })
        .await?;
    drop(connection);
    inventory.levels.forget(variants);
    if told {
        inventory.outbox.wake();
    }
    Ok(exchanged)
}
