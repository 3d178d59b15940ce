//! Batched reads for entity resolvers and nested fields.

use platform::database::Database;
use platform::errors::GraphError;
use platform::loader::Loader;

use crate::model::{StockItemRow, VariantId};
use crate::store;

/// One loader per kind of key.
pub(crate) struct Loaders {
    items: Loader<VariantId, StockItemRow>,
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let database = database.clone();
        let items = Loader::new(move |ids: Vec<VariantId>| {
            let database = database.clone();
            async move {
                let rows = store::items_by_variant(&mut *database.connection().await?, &ids).await?;
                Ok(rows.into_iter().map(|row| (row.variant_id, row)).collect())
            }
        });
        Self { items }
    }

    pub(crate) async fn item(&self, id: VariantId) -> Result<Option<StockItemRow>, GraphError> {
        self.items.load(id).await
    }
}
