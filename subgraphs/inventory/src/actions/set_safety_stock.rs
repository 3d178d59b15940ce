//! The level at which a seller wants to be warned.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::{Inventory, require_own};
use crate::error::{Failure, UserErrorCode};
use crate::events::{LevelChange, tell_crossings};
use crate::model::{StockItemRow, VariantId};
use crate::rules::LARGEST_QUANTITY;
use crate::store;

/// Sets a variant's safety stock. When the stock is below the new one, that is told.
pub(crate) async fn set_safety_stock(
    inventory: &Inventory,
    variant_id: VariantId,
    safety_stock: i32,
    context: &RequestContext,
) -> Result<StockItemRow, Failure> {
    if !(0..=LARGEST_QUANTITY).contains(&safety_stock) {
        return Err(UserErrorCode::InvalidQuantity.at(&["safetyStock"], context.language).into());
    }
    let mut connection = inventory.database.connection().await?;
    let (item, told) = connection
        .transaction(async |connection| {
            let before = store::lock_items(connection, &[variant_id]).await?.into_iter().next();
            let not_found = || UserErrorCode::StockItemNotFound.at(&["variantId"], context.language);
            let before = before.ok_or_else(not_found)?;
            require_own(&before, &["variantId"], context)?;
            let item = store::set_safety_stock(connection, variant_id, safety_stock).await?;
            let entry = Entry::on("inventory", variant_id)
                .before(json!({ "safetyStock": before.safety_stock }))
                .after(json!({ "safetyStock": safety_stock }));
            audit::of_staff(connection, context, entry).await?;
            let change = LevelChange { before: &before, available: before.available, safety_stock };
            let told = tell_crossings(connection, &[change], context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>((item, told))
        })
        .await?;
    drop(connection);
    inventory.levels.forget([variant_id]);
    if told {
        inventory.outbox.wake();
    }
    Ok(item)
}
