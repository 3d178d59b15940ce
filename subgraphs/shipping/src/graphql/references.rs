//! Entities of other services: what shipping adds to them, or only names.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, InputObject, Object, SimpleObject};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_principal, request_context};
use platform::paging::Connection;

use super::inputs::{ShipmentWhere, shipments_page};
use super::policy::{BundleGroup, ShippingPolicy};
use super::shipment::{Shipment, may_see};
use crate::loaders::Loaders;
use crate::model::{LineId, OrderId, ProductId, SellerId, SellerOrderId, UserId};

/// A seller.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Seller {
    /// The seller's id.
    pub(crate) id: SellerId,
}

#[ComplexObject]
impl Seller {
    /// What the seller asks for sending goods, its oldest policy first.
    async fn shipping_policies(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ShippingPolicy>> {
        let rows = ctx.data::<Loaders>()?.policies_of_sellers.load(self.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(ShippingPolicy).collect())
    }

    /// The seller's groups of policies whose goods are sent together.
    async fn bundle_groups(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<BundleGroup>> {
        let rows = ctx.data::<Loaders>()?.groups_of_sellers.load(self.id).await?.unwrap_or_default();
        Ok(rows.iter().map(BundleGroup::from).collect())
    }

    /// The seller's parcels, newest first. The seller's members and staff only.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn shipments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ShipmentWhere>,
    ) -> async_graphql::Result<Connection<Shipment>> {
        let principal = current_principal(ctx);
        if !principal.acts_for(self.id.0) && !principal.has_scope(Scope::StaffShipping) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let mut filter = r#where.unwrap_or_default().filter();
        filter.seller_id = Some(self.id);
        Ok(shipments_page(ctx, (first, after, last, before), filter).await?)
    }
}

/// The seller of a product, as the product service names it.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ProductSellerKey {
    /// The seller's id.
    pub(crate) id: SellerId,
}

/// A product.
pub(crate) struct Product {
    pub(crate) id: ProductId,
    /// Present when the router was asked to bring it along.
    pub(crate) seller_id: Option<SellerId>,
}

/// A product.
#[Object]
impl Product {
    /// The product's id.
    async fn id(&self) -> ProductId {
        self.id
    }

    /// Who sells it.
    #[graphql(external)]
    async fn seller(&self) -> async_graphql::Result<Seller> {
        let id = self.seller_id.ok_or_else(|| GraphError::internal("a product without its seller"))?;
        Ok(Seller { id })
    }

    /// What sending it costs: its own policy, else its seller's default. Null when the seller has none and charges nothing.
    #[graphql(requires = "seller { id }")]
    async fn shipping_policy(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ShippingPolicy>> {
        let loaders = ctx.data::<Loaders>()?;
        let own = loaders.policies_of_products.load(self.id).await?;
        let Some(seller_id) = self.seller_id else { return Ok(own.map(ShippingPolicy)) };
        if let Some(own) = own.filter(|policy| policy.row.seller_id == seller_id) {
            return Ok(Some(ShippingPolicy(own)));
        }
        let all = loaders.policies_of_sellers.load(seller_id).await?.unwrap_or_default();
        Ok(all.into_iter().find(|policy| policy.row.is_default).map(ShippingPolicy))
    }
}

/// One variant bought.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct OrderLine {
    /// The line's id.
    pub(crate) id: LineId,
}

#[ComplexObject]
impl OrderLine {
    /// The parcel in which it is sent to the buyer, once the seller prepares it. For its buyer, the seller's members and
    /// staff.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn shipment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Shipment>> {
        let row: Option<Arc<_>> = ctx.data::<Loaders>()?.shipments_of_lines.load(self.id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(Shipment))
    }

    /// All parcels with pieces of it, the oldest first: the one in which it is sent, those that come back for claims, and
    /// those that replace what came back. For its buyer, the seller's members and staff; empty for anybody else.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn shipments(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Shipment>> {
        let rows = ctx.data::<Loaders>()?.all_shipments_of_lines.load(self.id).await?.unwrap_or_default();
        Ok(rows.into_iter().filter(|row| may_see(ctx, row)).map(Shipment).collect())
    }
}

/// An order.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Order {
    /// The order's id.
    pub(crate) id: OrderId,
}

/// One seller's part of an order.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct SellerOrder {
    /// The id.
    pub(crate) id: SellerOrderId,
}

/// A user.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct User {
    /// The user's id.
    pub(crate) id: UserId,
}
