//! A variant.

use std::sync::Arc;

use async_graphql::{Context, Object};
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal};
use platform::money::Money;

use super::product::Product;
use crate::loaders::Loaders;
use crate::model::{ProductRow, VariantId, VariantRow};

/// A variant, with the product that it belongs to.
pub(crate) struct ProductVariant {
    pub(crate) row: Arc<VariantRow>,
    pub(crate) product: Arc<ProductRow>,
}

impl ProductVariant {
    /// Finds a variant. Our own services, which act on what they read, get it from the database; all others may get what
    /// was read a moment ago.
    pub(crate) async fn find(ctx: &Context<'_>, id: VariantId) -> Result<Option<Self>, GraphError> {
        let loaders = ctx.data::<Loaders>().map_err(|error| GraphError::internal(error.message))?;
        let found = if current_principal(ctx).has_scope(Scope::Service) {
            loaders.fresh_variant(id).await?
        } else {
            loaders.variant(id).await?
        };
        Ok(found.map(|(row, product)| Self { row, product }))
    }
}

/// A variant of a product: one combination of its options, with its own price and stock.
#[Object]
impl ProductVariant {
    /// The variant's id, `var_…`.
    async fn id(&self) -> VariantId {
        self.row.id
    }

    /// The product that it belongs to.
    async fn product(&self) -> Product {
        Product { row: Arc::clone(&self.product) }
    }

    /// The seller's own code of it.
    async fn sku(&self) -> &str {
        &self.row.sku
    }

    /// Its name: its option values, or 기본 where there are none.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its value of each of the product's options, in their order.
    async fn option_values(&self) -> &[String] {
        &self.row.option_values
    }

    /// What it costs.
    async fn price(&self) -> Money {
        Money::krw(self.row.price)
    }

    /// Its list price (정가), never below the price.
    async fn list_price(&self) -> Option<Money> {
        self.row.list_price.map(Money::krw)
    }

    /// Whether it was taken off for good. It is no more among its product's variants; orders still refer to it.
    async fn ended(&self) -> bool {
        self.row.ended_at.is_some()
    }

    /// Whether it can be bought, if there is stock: the product is on sale, its seller can sell, and the variant is not
    /// taken off by itself.
    async fn sellable(&self) -> bool {
        self.row.sellable && self.product.listed
    }
}
