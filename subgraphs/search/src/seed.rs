//! Many products at once, for load work: what would otherwise be read from their owners.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{BrandId, CategoryId, ProductId, SellerId};
use crate::snapshot::Snapshot;
use crate::store;

/// How many products one statement writes.
const CHUNK: usize = 2_000;

/// A product that is on sale.
#[derive(Clone, Debug)]
pub struct SeedProduct {
    /// The product's id, without its prefix.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// Its seller's id and name.
    pub seller: (Uuid, String),
    /// Its brand's id and name.
    pub brand: Option<(Uuid, String)>,
    /// The ids and names of its categories, from the top.
    pub categories: Vec<(Uuid, String)>,
    /// Its price in won.
    pub price: i64,
    /// Its rating in hundredths of a star, and how many reviews it has.
    pub rating: (i32, i32),
    /// How many pieces were bought.
    pub sales: i64,
    /// Whether it is in stock.
    pub in_stock: bool,
    /// Whether it is sent free of charge.
    pub free_shipping: bool,
    /// When it went on sale.
    pub published_at: DateTime<Utc>,
}

/// Has all that is on sale read from its owners as soon as the service runs: what bulk work has written no event tells.
///
/// # Errors
/// When the database fails.
pub async fn read_all_soon(database: &Database) -> Result<(), GraphError> {
    Ok(store::reconcile_now(&mut *database.connection().await?).await?)
}

/// Writes products as if they had been read from their owners. Repeating it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn seed(database: &Database, products: &[SeedProduct]) -> Result<(), GraphError> {
    for chunk in products.chunks(CHUNK) {
        let snapshots: Vec<Snapshot> = chunk.iter().map(snapshot).collect();
        let (write, _) = Snapshot::statements(&snapshots);
        let ids: Vec<ProductId> = chunk.iter().map(|product| ProductId(product.id)).collect();
        let sales: Vec<i64> = chunk.iter().map(|product| product.sales).collect();
        let mut connection = database.connection().await?;
        connection
            .transaction(async |connection| {
                store::lock_changes(connection).await?;
                write.execute(connection).await?;
                store::set_sales(connection, &ids, &sales).await
            })
            .await?;
    }
    Ok(())
}

fn snapshot(product: &SeedProduct) -> Snapshot {
    Snapshot {
        product_id: ProductId(product.id),
        seller_id: SellerId(product.seller.0),
        seller_name: product.seller.1.clone(),
        title: product.title.clone(),
        brand: product.brand.as_ref().map(|(id, name)| (BrandId(*id), name.clone())),
        categories: product.categories.iter().map(|(id, name)| (CategoryId(*id), name.clone())).collect(),
        price: product.price,
        rating: product.rating.0,
        reviews: product.rating.1,
        in_stock: product.in_stock,
        free_shipping: product.free_shipping,
        listed: true,
        published_at: product.published_at,
        variants: Vec::new(),
    }
}
