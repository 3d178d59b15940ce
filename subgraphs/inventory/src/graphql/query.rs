//! The queries and the entities.

use async_graphql::{Context, ID, Object};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, current_principal, request_context};
use platform::paging::{Connection, PageRequest};

use super::reservation::{Reservation, parts};
use super::stock_item::{StockItem, may_see};
use super::variant::{ProductVariant, VariantStock};
use crate::actions::Inventory;
use crate::loaders::Loaders;
use crate::model::{OrderId, SellerId, StockItemId, VariantId};
use crate::store;

pub(crate) struct Query;

#[Object]
impl Query {
    /// The stock of a variant. For the seller's members and staff; null for anybody else, and when there is none.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:stock",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffStock])"
    )]
    async fn stock_item(&self, ctx: &Context<'_>, variant_id: VariantId) -> async_graphql::Result<Option<StockItem>> {
        let row = ctx.data::<Loaders>()?.item(variant_id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(|row| StockItem { row }))
    }

    /// A seller's stock items at or below their safety stock, the emptiest first. For the seller's members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:stock",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffStock])"
    )]
    async fn low_stock(
        &self,
        ctx: &Context<'_>,
        seller_id: SellerId,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<StockItem>> {
        let principal = current_principal(ctx);
        if !principal.acts_for(seller_id.0) && !principal.has_scope(Scope::StaffStock) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let page = PageRequest::<(i32, VariantId)>::new(first, after.as_deref(), None, None)?;
        let database = ctx.data::<Inventory>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::low_items(&mut connection, seller_id, &page).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| (row.available, row.variant_id),
            |row| StockItem { row },
            move || {
                let database = database.clone();
                Box::pin(async move {
                    let mut connection = database.connection().await?;
                    Ok(store::low_items_count(&mut connection, seller_id).await?)
                })
            },
        ))
    }

    /// What an order has reserved.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn reservations(&self, ctx: &Context<'_>, order_id: OrderId) -> async_graphql::Result<Vec<Reservation>> {
        let mut connection = ctx.data::<Inventory>()?.database.connection().await.map_err(GraphError::from)?;
        let reserved = store::reserved(&mut connection, order_id).await.map_err(GraphError::from)?;
        Ok(reserved.map(parts).unwrap_or_default())
    }

    /// How many of each variant can be had now; those without a stock item are absent.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn variant_stocks(
        &self,
        ctx: &Context<'_>,
        variant_ids: Vec<VariantId>,
    ) -> async_graphql::Result<Vec<VariantStock>> {
        let mut connection = ctx.data::<Inventory>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::items_by_variant(&mut connection, &variant_ids).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(VariantStock::from).collect())
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_product_variant(&self, id: ID) -> Option<ProductVariant> {
        id.parse().ok().map(|id| ProductVariant { id })
    }

    #[graphql(entity)]
    async fn find_stock_item(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<StockItem>> {
        let Ok(id) = id.parse::<StockItemId>() else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.item(id.0.into()).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(|row| StockItem { row }))
    }
}
