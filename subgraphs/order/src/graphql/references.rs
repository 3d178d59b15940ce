//! Entities of other services: what orders add to them, or only name.

use async_graphql::{ComplexObject, Context, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_principal, request_context};
use platform::paging::{Connection, PageRequest};

use super::claim::Claim;
use super::claim_lists::{ClaimWhere, Paging, claims_page};
use super::lists::{OrderWhere, SellerOrderWhere, orders_page, seller_orders_page};
use super::order::Order;
use super::seller_order::SellerOrder;
use crate::actions::Orders;
use crate::model::{FileId, OrderId, ProductId, SellerId, SellerOrderId, UserId, VariantId};

/// What a buyer has going on.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct BuyerStanding {
    /// The numbers of orders that are not over, up to five.
    pub(crate) open_orders: Vec<String>,
    /// Whether an order was ever paid.
    pub(crate) has_bought: bool,
}

/// A user, as a buyer.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct User {
    /// The user's id.
    pub(crate) id: UserId,
}

#[ComplexObject]
impl User {
    /// The buyer's orders, newest first: their own, or anybody's for staff.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<OrderWhere>,
    ) -> async_graphql::Result<Connection<Order>> {
        let principal = current_principal(ctx);
        if principal.user_id != Some(self.id.0) && !principal.has_scope(Scope::StaffOrders) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let page = PageRequest::<(DateTime<Utc>, OrderId)>::new(first, after.as_deref(), last, before.as_deref())?;
        let mut wanted = r#where.unwrap_or_default();
        wanted.buyer_id = Some(self.id);
        Ok(orders_page(ctx.data::<Orders>()?, page, wanted).await?)
    }

    /// What the buyer claims, newest first: their own, or anybody's for staff.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ClaimWhere>,
    ) -> async_graphql::Result<Connection<Claim>> {
        let principal = current_principal(ctx);
        if principal.user_id != Some(self.id.0) && !principal.has_scope(Scope::StaffOrders) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let mut wanted = r#where.unwrap_or_default();
        wanted.buyer_id = Some(self.id);
        Ok(claims_page(ctx.data::<Orders>()?, Paging { first, after, last, before }, wanted).await?)
    }
}

/// A seller.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Seller {
    /// The seller's id.
    pub(crate) id: SellerId,
}

#[ComplexObject]
impl Seller {
    /// The seller's paid orders, newest first. The seller's members and staff only.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<SellerOrderWhere>,
    ) -> async_graphql::Result<Connection<SellerOrder>> {
        let principal = current_principal(ctx);
        if !principal.acts_for(self.id.0) && !principal.has_scope(Scope::StaffOrders) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let page =
            PageRequest::<(DateTime<Utc>, SellerOrderId)>::new(first, after.as_deref(), last, before.as_deref())?;
        Ok(seller_orders_page(ctx.data::<Orders>()?, page, self.id, r#where.unwrap_or_default()).await?)
    }

    /// What buyers claim of the seller, newest first. The seller's members and staff only.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ClaimWhere>,
    ) -> async_graphql::Result<Connection<Claim>> {
        let principal = current_principal(ctx);
        if !principal.acts_for(self.id.0) && !principal.has_scope(Scope::StaffOrders) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let mut wanted = r#where.unwrap_or_default();
        wanted.seller_id = Some(self.id);
        Ok(claims_page(ctx.data::<Orders>()?, Paging { first, after, last, before }, wanted).await?)
    }
}

/// Something that was uploaded.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct File {
    /// The file's id.
    pub(crate) id: FileId,
}

/// A product.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Product {
    /// The product's id.
    pub(crate) id: ProductId,
}

/// A variant of a product.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct ProductVariant {
    /// The variant's id.
    pub(crate) id: VariantId,
}
