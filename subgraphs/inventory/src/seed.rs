//! Many stock items at once, for demonstration and load work.

use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl as _;
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{MovementId, SellerId, VariantId};
use crate::statements::CreateStock;

/// How many stock items one statement inserts.
const CHUNK: usize = 10_000;

/// The stock of a variant, as it is at the beginning.
#[derive(Clone, Copy, Debug)]
pub struct SeedStock {
    /// The variant's id, without its prefix.
    pub variant_id: Uuid,
    /// The seller's id, without its prefix.
    pub seller_id: Uuid,
    /// How much there is; not negative.
    pub on_hand: i32,
    /// At or below how much the seller is warned; not negative.
    pub safety_stock: i32,
    /// When the variant was put up.
    pub created_at: DateTime<Utc>,
}

/// Inserts the stock of those variants that have none, each with its INITIAL movement. Returns how many were new.
/// Repeating it changes nothing. Tells no events.
///
/// # Errors
/// When the database fails, or a number is negative.
pub async fn seed(database: &Database, stock: &[SeedStock]) -> Result<usize, GraphError> {
    let mut inserted = 0;
    for chunk in stock.chunks(CHUNK) {
        let statement = CreateStock {
            variant_ids: chunk.iter().map(|stock| VariantId(stock.variant_id)).collect(),
            seller_ids: chunk.iter().map(|stock| SellerId(stock.seller_id)).collect(),
            on_hand: chunk.iter().map(|stock| stock.on_hand).collect(),
            safety_stock: chunk.iter().map(|stock| stock.safety_stock).collect(),
            created_at: chunk.iter().map(|stock| stock.created_at).collect(),
            movement_ids: chunk.iter().map(|_| MovementId::new()).collect(),
        };
        let mut connection = database.connection().await?;
        inserted += statement.execute(&mut connection).await?;
    }
    Ok(inserted)
}
