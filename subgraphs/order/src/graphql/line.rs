//! One variant bought.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::money::Money;
use serde::Deserialize as _;

use super::claim::Claim;
use super::references::{Product, ProductVariant};
use super::seller_order::SellerOrder;
use crate::loaders::Loaders;
use crate::model::{LineId, LineRow, LineStateChangeRow, OptionText, OrderLineState};

/// What the buyer wrote for an option.
#[derive(SimpleObject)]
pub(crate) struct OrderOptionText {
    /// The option's name when it was bought.
    name: String,
    /// What the buyer wrote.
    text: String,
}

/// One variant bought.
pub(crate) struct OrderLine {
    pub(crate) row: LineRow,
}

/// One variant bought. Title, price and amounts are frozen when the order is placed.
#[Object]
impl OrderLine {
    /// The line's id.
    async fn id(&self) -> LineId {
        self.row.id
    }

    /// The seller's order that it belongs to.
    async fn seller_order(&self, ctx: &Context<'_>) -> async_graphql::Result<SellerOrder> {
        let row = ctx.data::<Loaders>()?.seller_order(self.row.seller_order_id).await?;
        Ok(SellerOrder { row: row.ok_or_else(|| GraphError::internal("a line without its seller's order"))? })
    }

    /// The product, as it is now.
    async fn product(&self) -> Product {
        Product { id: self.row.product_id }
    }

    /// The variant, as it is now.
    async fn variant(&self) -> ProductVariant {
        ProductVariant { id: self.row.variant_id }
    }

    /// The product's title when it was bought.
    async fn product_title(&self) -> &str {
        &self.row.product_title
    }

    /// The variant's name when it was bought.
    async fn variant_name(&self) -> &str {
        &self.row.variant_name
    }

    /// What the buyer wrote for the product's options, where they are written (직접입력).
    async fn option_texts(&self) -> async_graphql::Result<Vec<OrderOptionText>> {
        let Some(texts) = &self.row.option_texts else { return Ok(Vec::new()) };
        let texts = Vec::<OptionText>::deserialize(texts).map_err(GraphError::internal)?;
        Ok(texts.into_iter().map(|one| OrderOptionText { name: one.name, text: one.text }).collect())
    }

    /// The product's picture when it was bought.
    async fn image_url(&self) -> Option<&str> {
        self.row.image_url.as_deref()
    }

    /// What one of it costs.
    async fn unit_price(&self) -> Money {
        Money::krw(self.row.unit_price)
    }

    /// How many.
    async fn quantity(&self) -> i32 {
        self.row.quantity
    }

    /// Price times quantity.
    async fn items_total(&self) -> Money {
        Money::krw(self.row.items_total)
    }

    /// The line's share of the discounts.
    async fn discount_total(&self) -> Money {
        Money::krw(self.row.discount_total)
    }

    /// What the line costs: items − discounts.
    async fn total(&self) -> Money {
        Money::krw(self.row.total)
    }

    /// Whether the product was tax-free (면세) when it was bought: then no VAT is in the line's total.
    async fn tax_free(&self) -> bool {
        self.row.tax_free
    }

    /// Where it stands.
    async fn state(&self) -> OrderLineState {
        self.row.state
    }

    /// Until when the seller has to begin to prepare it.
    async fn prepare_by(&self) -> Option<DateTime<Utc>> {
        self.row.prepare_by
    }

    /// Whether the seller should have begun to prepare it, or have sent it, by now.
    async fn is_late(&self) -> bool {
        let unprepared =
            self.row.state == OrderLineState::Paid && self.row.prepare_by.is_some_and(|by| by < Utc::now());
        unprepared || self.row.is_sent_late()
    }

    /// Until when the seller has to send it again, while it is UNDELIVERED; then it is cancelled, and what was paid goes back.
    async fn resend_by(&self) -> Option<DateTime<Utc>> {
        self.row.resend_by.filter(|_| self.row.state == OrderLineState::Undelivered)
    }

    /// When it arrived.
    async fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.row.delivered_at
    }

    /// When it confirms itself, once it is delivered; an open claim pauses that.
    async fn confirm_by(&self) -> Option<DateTime<Utc>> {
        self.row.confirm_by
    }

    /// How many of it were sent back and refunded.
    async fn returned_quantity(&self) -> i32 {
        self.row.returned_quantity
    }

    /// What was counted back for them: their share of the line's total.
    async fn returned_total(&self) -> Money {
        Money::krw(self.row.returned_total)
    }

    /// The claims of it, oldest first.
    async fn claims(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Claim>> {
        let rows = ctx.data::<Loaders>()?.claims_of_line(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| Claim { row: row.claim }).collect())
    }

    /// By whom it travels.
    async fn carrier(&self) -> Option<&str> {
        self.row.carrier.as_deref()
    }

    /// The carrier's number of the parcel.
    async fn tracking_number(&self) -> Option<&str> {
        self.row.tracking_number.as_deref()
    }

    /// Why the buyer wants, or wanted, to cancel it.
    async fn cancel_reason(&self) -> Option<&str> {
        self.row.cancel_reason.as_deref()
    }

    /// Until when the seller has to answer the request to cancel; then it is granted.
    async fn cancel_answer_by(&self) -> Option<DateTime<Utc>> {
        self.row.cancel_answer_by
    }

    /// Every change of its state, oldest first.
    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<OrderLineStateChange>> {
        let rows = ctx.data::<Loaders>()?.history_of(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// A change of a line's state.
#[derive(SimpleObject)]
pub(crate) struct OrderLineStateChange {
    /// The state before.
    from: Option<OrderLineState>,
    /// The state after.
    to: OrderLineState,
    /// Why, when a reason was given.
    reason: Option<String>,
    /// When.
    changed_at: DateTime<Utc>,
}

impl From<LineStateChangeRow> for OrderLineStateChange {
    fn from(row: LineStateChangeRow) -> Self {
        Self { from: row.from_state, to: row.to_state, reason: row.reason, changed_at: row.changed_at }
    }
}
