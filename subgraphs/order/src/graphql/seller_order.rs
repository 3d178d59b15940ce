//! One seller's part of an order.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal, request_context};
use platform::money::Money;

use super::claim::Claim;
use super::line::OrderLine;
use super::order::{Order, ShippingAddress, may_see};
use super::references::Seller;
use crate::actions::{Orders, tell_view};
use crate::loaders::Loaders;
use crate::model::{OrderLineState, OrderRow, OrderState, SellerOrderId, SellerOrderRow};
use crate::rules::derived_state;

/// Whether the one who asks acts for the seller, or is staff or a service.
pub(crate) fn is_sellers(ctx: &Context<'_>, row: &SellerOrderRow) -> bool {
    let principal = current_principal(ctx);
    principal.acts_for(row.seller_id.0)
        || principal.has_scope(Scope::StaffOrders)
        || principal.has_scope(Scope::Service)
}

/// One seller's part of an order.
pub(crate) struct SellerOrder {
    pub(crate) row: SellerOrderRow,
}

impl SellerOrder {
    async fn whole(&self, ctx: &Context<'_>) -> async_graphql::Result<OrderRow> {
        let row = ctx.data::<Loaders>()?.order(self.row.order_id).await?;
        Ok(row.ok_or_else(|| GraphError::internal("a seller's order without its order"))?)
    }
}

/// One seller's part of an order: what that seller prepares and sends.
#[Object]
impl SellerOrder {
    /// The id.
    async fn id(&self) -> SellerOrderId {
        self.row.id
    }

    /// The number that people use: the order's number and the part's.
    async fn number(&self) -> &str {
        &self.row.number
    }

    /// The whole order; null for a seller, who sees only this part.
    async fn order(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Order>> {
        let row = self.whole(ctx).await?;
        Ok(may_see(ctx, &row).then_some(Order::new(row)))
    }

    /// The seller.
    async fn seller(&self) -> Seller {
        Seller { id: self.row.seller_id }
    }

    /// Where this part stands; derived from its lines.
    async fn state(&self, ctx: &Context<'_>) -> async_graphql::Result<OrderState> {
        let lines = ctx.data::<Loaders>()?.lines_of_seller_order(self.row.id).await?.unwrap_or_default();
        let states: Vec<OrderLineState> = lines.iter().map(|line| line.state).collect();
        Ok(derived_state(&states))
    }

    /// This part's lines.
    async fn lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<OrderLine>> {
        let rows = ctx.data::<Loaders>()?.lines_of_seller_order(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| OrderLine { row }).collect())
    }

    /// What the buyer claims of it, oldest first.
    async fn claims(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Claim>> {
        let rows = ctx.data::<Loaders>()?.claims_of(self.row.order_id).await?.unwrap_or_default();
        let own = rows.into_iter().filter(|row| row.seller_order_id == self.row.id);
        Ok(own.map(|row| Claim { row }).collect())
    }

    /// Where it goes. The buyer can see who of the seller's members and the staff has read it.
    async fn shipping_address(&self, ctx: &Context<'_>) -> async_graphql::Result<ShippingAddress> {
        let (row, context) = (self.whole(ctx).await?, request_context(ctx));
        tell_view(ctx.data::<Orders>()?, row.buyer_id, Some(self.row.seller_id), &self.row.number, context).await?;
        Ok(ShippingAddress::from(&row))
    }

    /// What the lines cost before discounts.
    async fn items_total(&self) -> Money {
        Money::krw(self.row.items_total)
    }

    /// What coupons took off.
    async fn discount_total(&self) -> Money {
        Money::krw(self.row.discount_total)
    }

    /// What shipping costs.
    async fn shipping_total(&self) -> Money {
        Money::krw(self.row.shipping_total)
    }

    /// What of its shipping went back.
    async fn shipping_refunded(&self) -> Money {
        Money::krw(self.row.shipping_refunded)
    }

    /// What sending goods of it back once costs, where the buyer has to pay it: as the seller had announced when the order
    /// was placed.
    async fn return_fee(&self, ctx: &Context<'_>) -> async_graphql::Result<Money> {
        Ok(Money::krw(ctx.data::<Orders>()?.settings.travel_fees_of(&self.row).back))
    }

    /// What an exchange of goods of it costs, there and back, where the buyer has to pay it: announced like the return fee.
    async fn exchange_fee(&self, ctx: &Context<'_>) -> async_graphql::Result<Money> {
        Ok(Money::krw(ctx.data::<Orders>()?.settings.travel_fees_of(&self.row).exchange))
    }

    /// What this part costs.
    async fn total(&self) -> Money {
        Money::krw(self.row.total)
    }

    /// When it was placed.
    async fn placed_at(&self) -> DateTime<Utc> {
        self.row.placed_at
    }

    /// When it was paid.
    async fn paid_at(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<DateTime<Utc>>> {
        Ok(self.whole(ctx).await?.paid_at)
    }
}
