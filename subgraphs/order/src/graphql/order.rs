//! An order over all its sellers.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::identity::{Scope, current_principal, request_context};
use platform::money::Money;

use super::claim::Claim;
use super::line::OrderLine;
use super::references::User;
use super::seller_order::SellerOrder;
use crate::actions::{Orders, tell_view};
use crate::loaders::Loaders;
use crate::model::{LineRow, OrderId, OrderLineState, OrderRow, OrderState, PaymentMethod};
use crate::rules::amounts::tax_free_total;
use crate::rules::derived_state;

/// Whether the one who asks may see the whole order: its buyer, staff, or one of our services.
pub(crate) fn may_see(ctx: &Context<'_>, row: &OrderRow) -> bool {
    let principal = current_principal(ctx);
    principal.user_id == Some(row.buyer_id.0)
        || principal.has_scope(Scope::StaffOrders)
        || principal.has_scope(Scope::Service)
}

/// An order.
pub(crate) struct Order {
    pub(crate) row: OrderRow,
    /// Its lines, where they are known already.
    pub(crate) lines: Option<Vec<LineRow>>,
}

impl Order {
    pub(crate) fn new(row: OrderRow) -> Self {
        Self { row, lines: None }
    }

    async fn known_lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<LineRow>> {
        match &self.lines {
            Some(lines) => Ok(lines.clone()),
            None => Ok(ctx.data::<Loaders>()?.lines_of(self.row.id).await?.unwrap_or_default()),
        }
    }
}

/// An order: one checkout over one or more sellers. Amounts are frozen when it is placed.
#[Object]
impl Order {
    /// The order's id.
    async fn id(&self) -> OrderId {
        self.row.id
    }

    /// The number that people use: the day in Korea and eight digits.
    async fn number(&self) -> &str {
        &self.row.number
    }

    /// What was bought, in a few words.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Who bought.
    async fn buyer(&self) -> User {
        User { id: self.row.buyer_id }
    }

    /// Where the order stands; derived from its lines.
    async fn state(&self, ctx: &Context<'_>) -> async_graphql::Result<OrderState> {
        let lines = self.known_lines(ctx).await?;
        let states: Vec<OrderLineState> = lines.iter().map(|line| line.state).collect();
        Ok(derived_state(&states))
    }

    /// The order's parts, one a seller.
    async fn seller_orders(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SellerOrder>> {
        let rows = ctx.data::<Loaders>()?.seller_orders_of(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| SellerOrder { row }).collect())
    }

    /// All lines.
    async fn lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<OrderLine>> {
        let rows = self.known_lines(ctx).await?;
        Ok(rows.into_iter().map(|row| OrderLine { row }).collect())
    }

    /// What the buyer claims of it, oldest first.
    async fn claims(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Claim>> {
        let rows = ctx.data::<Loaders>()?.claims_of(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| Claim { row }).collect())
    }

    /// Where it goes. The buyer can see who of the staff has read it.
    async fn shipping_address(&self, ctx: &Context<'_>) -> async_graphql::Result<ShippingAddress> {
        let (row, context) = (&self.row, request_context(ctx));
        tell_view(ctx.data::<Orders>()?, row.buyer_id, None, &row.number, context).await?;
        Ok(ShippingAddress::from(row))
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

    /// What the buyer pays: items − discounts + shipping.
    async fn total(&self) -> Money {
        Money::krw(self.row.total)
    }

    /// What of the total is tax-free (면세): the tax-free lines after their discounts. Shipping is taxed. As the total, it does not
    /// change with what is cancelled.
    async fn tax_free_amount(&self, ctx: &Context<'_>) -> async_graphql::Result<Money> {
        Ok(Money::krw(tax_free_total(&self.known_lines(ctx).await?)))
    }

    /// What of the lines was cancelled, or sent back and refunded, had cost.
    async fn cancelled_total(&self, ctx: &Context<'_>) -> async_graphql::Result<Money> {
        let lines = self.known_lines(ctx).await?;
        let gone = |line: &LineRow| match line.state {
            OrderLineState::Cancelled => line.total,
            _ => line.returned_total,
        };
        Ok(Money::krw(lines.iter().map(gone).sum()))
    }

    /// How the buyer pays.
    async fn payment_method(&self) -> PaymentMethod {
        self.row.payment_method
    }

    /// Until when it waits for its payment.
    async fn payment_deadline(&self) -> DateTime<Utc> {
        self.row.payment_deadline
    }

    /// When it was placed.
    async fn placed_at(&self) -> DateTime<Utc> {
        self.row.placed_at
    }

    /// When it was paid.
    async fn paid_at(&self) -> Option<DateTime<Utc>> {
        self.row.paid_at
    }

    /// Why the market gave it up, when it did.
    async fn refusal(&self) -> Option<&str> {
        self.row.refusal.as_deref()
    }
}

/// Where an order goes; frozen when it is placed.
#[derive(SimpleObject)]
pub(crate) struct ShippingAddress {
    /// Who receives it.
    recipient: String,
    /// The recipient's phone number.
    phone: String,
    /// The postal code: five digits.
    zonecode: String,
    /// The road name address.
    road_address: String,
    /// The rest of the address: floor, room.
    detail: String,
    /// How to get in.
    entrance_note: Option<String>,
}

impl From<&OrderRow> for ShippingAddress {
    fn from(row: &OrderRow) -> Self {
        Self {
            recipient: row.recipient.clone(),
            phone: row.phone.clone(),
            zonecode: row.zonecode.clone(),
            road_address: row.road_address.clone(),
            detail: row.address_detail.clone(),
            entrance_note: row.entrance_note.clone(),
        }
    }
}
