//! Commission rates for demonstration.

use chrono::{DateTime, Utc};
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{CategoryId, RateId, RateRow};
use crate::store;

/// A commission rate.
#[derive(Clone, Copy, Debug)]
pub struct SeedRate {
    /// The rate's id, without its prefix.
    pub id: Uuid,
    /// The category's id, without its prefix; `None` for all that have none of their own.
    pub category_id: Option<Uuid>,
    /// Basis points.
    pub rate: i32,
    /// From when on.
    pub effective_from: DateTime<Utc>,
}

/// Inserts those rates whose id is new. Repeating it changes nothing.
///
/// # Errors
/// When the database fails, or a rate is not 0–10,000 basis points.
pub async fn seed(database: &Database, rates: &[SeedRate]) -> Result<(), GraphError> {
    let mut connection = database.connection().await?;
    for seed in rates {
        let row = RateRow {
            id: RateId(seed.id),
            category_id: seed.category_id.map(CategoryId),
            rate: seed.rate,
            effective_from: seed.effective_from,
            created_by: None,
        };
        store::insert_rate(&mut connection, &row).await?;
    }
    Ok(())
}
