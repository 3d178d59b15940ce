//! What inventory adds to a variant.

use async_graphql::{ComplexObject, Context, SimpleObject};
use platform::identity::{AnyScope, Scope};

use super::stock_item::{StockItem, may_see};
use crate::actions::Inventory;
use crate::loaders::Loaders;
use crate::model::{StockItemRow, VariantId};
use crate::rules::Level;

/// A variant of a product.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct ProductVariant {
    /// The variant's id.
    pub(crate) id: VariantId,
}

#[ComplexObject]
impl ProductVariant {
    /// The variant's stock. For the seller's members and staff; null for anybody else, and before the stock item exists.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:stock",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffStock, Scope::Service])"
    )]
    async fn stock(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<StockItem>> {
        let row = ctx.data::<Loaders>()?.item(self.id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(|row| StockItem { row }))
    }

    /// Whether the variant can be had. May be a second old; what counts is decided when an order is placed.
    async fn availability(&self, ctx: &Context<'_>) -> async_graphql::Result<Availability> {
        let levels = &ctx.data::<Inventory>()?.levels;
        if let Some(level) = levels.get(self.id) {
            return Ok(level.into());
        }
        let level = Level::of(ctx.data::<Loaders>()?.item(self.id).await?.as_ref());
        levels.keep(self.id, level);
        Ok(level.into())
    }
}

/// Whether a variant can be had, as everybody may know it.
#[derive(SimpleObject)]
pub(crate) struct Availability {
    /// Whether there is any.
    in_stock: bool,
    /// Whether only few are left.
    low_stock: bool,
    /// How many are left, when it is no more than ten.
    remaining: Option<i32>,
}

impl From<Level> for Availability {
    fn from(level: Level) -> Self {
        Self { in_stock: level.in_stock, low_stock: level.low_stock, remaining: level.remaining }
    }
}

/// How many of a variant can be had.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct VariantStock {
    variant_id: VariantId,
    /// Zero when there is none, never less.
    available: i32,
}

impl From<StockItemRow> for VariantStock {
    fn from(row: StockItemRow) -> Self {
        Self { variant_id: row.variant_id, available: row.available.max(0) }
    }
}
