//! A settlement item.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::money::Money;

use super::settlement::Seller;
use crate::loaders::Loaders;
use crate::model::{ItemId, ItemRow, LineId, OrderId, SettlementId, SettlementItemKind, SettlementItemState};

/// What a seller is owed, or owes, for one thing.
pub(crate) struct SettlementItem(pub(crate) ItemRow);

/// What a seller is owed, or owes, for one thing. Of what is taken back, amounts are negative.
#[Object]
impl SettlementItem {
    /// The item's id, `sti_…`.
    async fn id(&self) -> ItemId {
        self.0.id
    }

    /// What it is for.
    async fn kind(&self) -> SettlementItemKind {
        self.0.kind
    }

    /// Where it stands.
    async fn state(&self) -> SettlementItemState {
        self.0.state
    }

    /// Whose it is.
    async fn seller(&self) -> Seller {
        Seller { id: self.0.seller_id }
    }

    /// The order.
    async fn order_id(&self) -> Option<OrderId> {
        self.0.order_id
    }

    /// The order's number, as people read it.
    async fn order_number(&self) -> Option<&str> {
        self.0.order_number.as_deref()
    }

    /// The order's line.
    async fn line_id(&self) -> Option<LineId> {
        self.0.line_id
    }

    /// The item that it takes back from.
    async fn reverses(&self) -> Option<ItemId> {
        self.0.reverses
    }

    /// What was sold.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How many pieces.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The commission in basis points, as it was at the payment.
    async fn rate(&self) -> i32 {
        self.0.rate
    }

    /// The price.
    async fn gross(&self) -> Money {
        Money::krw(self.0.gross)
    }

    /// What of the discount the seller bears.
    async fn seller_discount(&self) -> Money {
        Money::krw(self.0.seller_discount)
    }

    /// What of the discount the marketplace bears, and pays back to the seller.
    async fn platform_discount(&self) -> Money {
        Money::krw(self.0.platform_discount)
    }

    /// The commission.
    async fn commission(&self) -> Money {
        Money::krw(self.0.commission)
    }

    /// VAT on the commission.
    async fn commission_vat(&self) -> Money {
        Money::krw(self.0.commission_vat)
    }

    /// What the seller gets: the price less the seller's discount, the commission and its VAT.
    async fn net(&self) -> Money {
        Money::krw(self.0.net)
    }

    /// Why it is held.
    async fn held_reason(&self) -> Option<&str> {
        self.0.held_reason.as_deref()
    }

    /// When staff held it and let it go, and why; the oldest first.
    async fn holds(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SettlementItemHold>> {
        let rows = ctx.data::<Loaders>()?.holds.load(self.0.id).await?;
        let holds = rows.iter().flat_map(|rows| rows.iter()).map(|row| SettlementItemHold {
            from: row.from_state,
            to: row.to_state,
            reason: row.reason.clone(),
            changed_at: row.changed_at,
        });
        Ok(holds.collect())
    }

    /// From when on it can come onto a statement.
    async fn eligible_at(&self) -> Option<DateTime<Utc>> {
        self.0.eligible_at
    }

    /// The statement that it is on.
    async fn settlement_id(&self) -> Option<SettlementId> {
        self.0.settlement_id
    }

    /// Whether the goods that it is for are tax-free (면세). The commission on them is taxed all the same.
    async fn tax_free(&self) -> bool {
        self.0.tax_free
    }

    /// When the order was paid, or what it is for happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }
}

/// An item was held, or let go.
#[derive(SimpleObject)]
pub(crate) struct SettlementItemHold {
    /// The state before.
    from: SettlementItemState,
    /// The state after.
    to: SettlementItemState,
    /// Why.
    reason: String,
    /// When.
    changed_at: DateTime<Utc>,
}
