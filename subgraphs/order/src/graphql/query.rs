//! The queries and entity look-ups.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::date::Date;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_principal, request_context};
use platform::paging::{Connection, PageRequest};

use super::claim::{Claim, may_see_claim};
use super::claim_lists::{ClaimWhere, Paging, claims_page};
use super::line::OrderLine;
use super::lists::{LateLineKey, OrderWhere, late_lines_page, orders_page};
use super::order::{Order, may_see};
use super::overview::{SalesOverview, sales_overview};
use super::references::{BuyerStanding, Seller, User};
use super::seller_order::{SellerOrder, is_sellers};
use crate::actions::Orders;
use crate::loaders::Loaders;
use crate::model::{ClaimId, LineId, OrderId, SellerId, SellerOrderId, UserId};
use crate::store;

pub(crate) struct Query;

#[Object]
impl Query {
    /// An order: the buyer's own, or any for staff. Null when there is none that the caller may see.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn order(&self, ctx: &Context<'_>, id: OrderId) -> async_graphql::Result<Option<Order>> {
        let row = ctx.data::<Loaders>()?.order(id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(Order::new))
    }

    /// All orders, newest first. Staff only.
    #[graphql(requires_scopes = "staff:orders", guard = "AnyScope(&[Scope::StaffOrders])")]
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
        let page = PageRequest::<(DateTime<Utc>, OrderId)>::new(first, after.as_deref(), last, before.as_deref())?;
        Ok(orders_page(ctx.data::<Orders>()?, page, r#where.unwrap_or_default()).await?)
    }

    /// Paid lines that sellers should have begun to prepare by now, those that wait longest first: a seller's for its
    /// members, all of them for staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn late_order_lines(
        &self,
        ctx: &Context<'_>,
        seller_id: Option<SellerId>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<OrderLine>> {
        let principal = current_principal(ctx);
        if !principal.has_scope(Scope::StaffOrders) && !seller_id.is_some_and(|seller| principal.acts_for(seller.0)) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let page = PageRequest::<LateLineKey>::new(first, after.as_deref(), None, None)?;
        Ok(late_lines_page(ctx.data::<Orders>()?, page, seller_id).await?)
    }

    /// One seller's part of an order: for the seller's members, and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn seller_order(&self, ctx: &Context<'_>, id: SellerOrderId) -> async_graphql::Result<Option<SellerOrder>> {
        let row = ctx.data::<Loaders>()?.seller_order(id).await?;
        Ok(row.filter(|row| is_sellers(ctx, row)).map(|row| SellerOrder { row }))
    }

    /// A claim: the buyer's own, of a seller for its members, or any for staff. Null when there is none that the caller may
    /// see.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn claim(&self, ctx: &Context<'_>, id: ClaimId) -> async_graphql::Result<Option<Claim>> {
        let row = ctx.data::<Loaders>()?.claim(id).await?;
        Ok(row.filter(|row| may_see_claim(ctx, row)).map(|row| Claim { row }))
    }

    /// All claims, newest first. Staff only.
    #[graphql(requires_scopes = "staff:orders", guard = "AnyScope(&[Scope::StaffOrders])")]
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
        let paging = Paging { first, after, last, before };
        Ok(claims_page(ctx.data::<Orders>()?, paging, r#where.unwrap_or_default()).await?)
    }

    /// One day's sales; today's when no day is given. Staff only.
    #[graphql(requires_scopes = "staff:orders", guard = "AnyScope(&[Scope::StaffOrders])")]
    async fn sales_overview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day in Korea.")] date: Option<Date>,
    ) -> async_graphql::Result<SalesOverview> {
        Ok(sales_overview(ctx.data::<Orders>()?, date.map(|date| date.0)).await?)
    }

    /// What a buyer has going on, for the service that closes accounts.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn buyer_standing(&self, ctx: &Context<'_>, buyer_id: UserId) -> async_graphql::Result<BuyerStanding> {
        let mut connection = ctx.data::<Orders>()?.database.connection().await.map_err(GraphError::from)?;
        let open_orders = store::open_orders_of(&mut connection, buyer_id, 5).await.map_err(GraphError::from)?;
        let has_bought = store::has_paid_orders(&mut connection, buyer_id).await.map_err(GraphError::from)?;
        Ok(BuyerStanding { open_orders, has_bought })
    }

    #[graphql(entity)]
    async fn find_order(&self, ctx: &Context<'_>, id: OrderId) -> async_graphql::Result<Option<Order>> {
        let row = ctx.data::<Loaders>()?.order(id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(Order::new))
    }

    #[graphql(entity)]
    async fn find_seller_order(
        &self,
        ctx: &Context<'_>,
        id: SellerOrderId,
    ) -> async_graphql::Result<Option<SellerOrder>> {
        let loaders = ctx.data::<Loaders>()?;
        let Some(row) = loaders.seller_order(id).await? else { return Ok(None) };
        if is_sellers(ctx, &row) {
            return Ok(Some(SellerOrder { row }));
        }
        let order = loaders.order(row.order_id).await?;
        Ok(order.filter(|order| may_see(ctx, order)).map(|_| SellerOrder { row }))
    }

    #[graphql(entity)]
    async fn find_order_line(&self, ctx: &Context<'_>, id: LineId) -> async_graphql::Result<Option<OrderLine>> {
        let loaders = ctx.data::<Loaders>()?;
        let Some(row) = loaders.line(id).await? else { return Ok(None) };
        if current_principal(ctx).acts_for(row.seller_id.0) {
            return Ok(Some(OrderLine { row }));
        }
        let order = loaders.order(row.order_id).await?;
        Ok(order.filter(|order| may_see(ctx, order)).map(|_| OrderLine { row }))
    }

    #[graphql(entity)]
    async fn find_claim(&self, ctx: &Context<'_>, id: ClaimId) -> async_graphql::Result<Option<Claim>> {
        let row = ctx.data::<Loaders>()?.claim(id).await?;
        Ok(row.filter(|row| may_see_claim(ctx, row)).map(|row| Claim { row }))
    }

    #[graphql(entity)]
    async fn find_user(&self, id: UserId) -> User {
        User { id }
    }

    #[graphql(entity)]
    async fn find_seller(&self, id: SellerId) -> Seller {
        Seller { id }
    }
}
