//! What the search service does with what it hears: notes which products to read, and counts sales.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::events::{Event, HandlerError, Subscription, first_delivery};
use uuid::Uuid;

use crate::actions::Search;
use crate::events::{LineConfirmed, OfBrand, OfCategory, OfProduct, OfVariant, SellerStateChanged};
use crate::model::ProductId;
use crate::store::{self, CountSale};

const CONSUMER: &str = "search";

/// What this service hears.
pub(crate) const HEARS: &[&str] = &[
    "product.created",
    "product.changed",
    "product.state_changed",
    "product.approved",
    "category.changed",
    "category.removed",
    "brand.changed",
    "brand.removed",
    "review.rating_changed",
    "stock.low",
    "stock.depleted",
    "stock.restocked",
    "seller.state_changed",
    "seller.particulars_changed",
    "line.confirmed",
];

/// What the service hears: whatever changes how a product is found or ranked.
pub(crate) fn subscription(search: Search) -> Subscription {
    Subscription {
        consumer: CONSUMER,
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let search = search.clone();
            Box::pin(async move { handle(&search, event).await })
        }),
    }
}

async fn handle(search: &Search, event: Event) -> Result<(), HandlerError> {
    match event.kind.as_str() {
        "line.confirmed" => count_sale(search, &event).await,
        "seller.state_changed" | "seller.particulars_changed" => note_seller(search, event.read()?).await,
        kind if kind.starts_with("category.") => {
            let OfCategory { category_id } = event.read()?;
            note_place(search, category_id.0).await
        }
        kind if kind.starts_with("brand.") => {
            let OfBrand { brand_id } = event.read()?;
            note_place(search, brand_id.0).await
        }
        kind if kind.starts_with("stock.") => {
            let OfVariant { variant_id } = event.read()?;
            let product = store::product_of(&mut *search.database.connection().await?, variant_id).await?;
            // A variant that is not known belongs to a product that is going to be read anyway.
            match product {
                Some(id) => note(search, &[id]).await,
                None => Ok(()),
            }
        }
        _ => {
            let OfProduct { product_id } = event.read()?;
            note(search, &[product_id]).await
        }
    }
}

async fn note(search: &Search, ids: &[ProductId]) -> Result<(), HandlerError> {
    let delay = TimeDelta::from_std(search.settings.read_delay).unwrap_or_default();
    let mut connection = search.database.connection().await?;
    Ok(store::note_products(&mut connection, ids, Utc::now() + delay).await?)
}

/// A category or a brand is called otherwise, or is another one now: what stands in it is read anew.
async fn note_place(search: &Search, id: Uuid) -> Result<(), HandlerError> {
    let ids = store::products_of_place(&mut *search.database.connection().await?, id).await?;
    note(search, &ids).await
}

/// A seller's products are on sale no longer, or again; those that were never read are found by reading everything.
async fn note_seller(search: &Search, fact: SellerStateChanged) -> Result<(), HandlerError> {
    let ids = store::products_of_seller(&mut *search.database.connection().await?, fact.seller_id).await?;
    note(search, &ids).await?;
    if fact.can_sell {
        store::reconcile_now(&mut *search.database.connection().await?).await?;
    }
    Ok(())
}

async fn count_sale(search: &Search, event: &Event) -> Result<(), HandlerError> {
    let LineConfirmed { line } = event.read()?;
    let mut connection = search.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::lock_changes(connection).await?;
            if !first_delivery(connection, event.id, CONSUMER).await? {
                return Ok::<_, diesel::result::Error>(());
            }
            let sale = CountSale { product_id: line.product_id, pieces: line.quantity.max(0).into() };
            sale.execute(connection).await?;
            Ok(())
        })
        .await?;
    search.engine.wake();
    Ok(())
}
