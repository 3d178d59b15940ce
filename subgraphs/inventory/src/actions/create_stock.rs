//! A product was put up, or has more variants than before: they get stock items.

use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl as _;

use super::Inventory;
use crate::events::ProductCreated;
use crate::model::MovementId;
use crate::statements::CreateStock;

/// Creates the stock items that do not exist yet. Repeating it changes nothing, so that no inbox entry is needed.
pub(crate) async fn create_stock(
    inventory: &Inventory,
    fact: &ProductCreated,
    created_at: DateTime<Utc>,
) -> Result<(), platform::events::HandlerError> {
    let count = fact.variants.len();
    let statement = CreateStock {
        variant_ids: fact.variants.iter().map(|variant| variant.variant_id).collect(),
        seller_ids: vec![fact.seller_id; count],
        on_hand: fact.variants.iter().map(|variant| variant.initial_stock.max(0)).collect(),
        safety_stock: vec![0; count],
        created_at: vec![created_at; count],
        movement_ids: fact.variants.iter().map(|_| MovementId::new()).collect(),
    };
    let mut connection = inventory.database.connection().await?;
    statement.execute(&mut connection).await?;
    drop(connection);
    inventory.levels.forget(fact.variants.iter().map(|variant| variant.variant_id));
    Ok(())
}
