//! A claim.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal};
use platform::money::Money;

use super::line::OrderLine;
use super::order::{Order, may_see};
use super::references::{File, ProductVariant, Seller, User};
use super::seller_order::SellerOrder;
use crate::loaders::Loaders;
use crate::model::{
    ClaimFault, ClaimId, ClaimKind, ClaimLineRow, ClaimParty, ClaimReason, ClaimRemedy, ClaimRow, ClaimState,
    ClaimStateChangeRow,
};

/// Whether the one who asks may see the claim: its buyer, a member of its seller, staff, or one of our services.
pub(crate) fn may_see_claim(ctx: &Context<'_>, row: &ClaimRow) -> bool {
    let principal = current_principal(ctx);
    principal.user_id == Some(row.buyer_id.0)
        || principal.acts_for(row.seller_id.0)
        || principal.has_scope(Scope::StaffOrders)
        || principal.has_scope(Scope::Service)
}

/// A claim.
pub(crate) struct Claim {
    pub(crate) row: ClaimRow,
}

/// What a buyer claims of delivered goods of one seller's order: a return, an exchange, or a defect made good.
#[Object]
impl Claim {
    /// The claim's id, `clm_…`.
    async fn id(&self) -> ClaimId {
        self.row.id
    }

    /// The order; null for a seller, who sees only the own part of it.
    async fn order(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Order>> {
        let row = ctx.data::<Loaders>()?.order(self.row.order_id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(Order::new))
    }

    /// The seller's order that it is about.
    async fn seller_order(&self, ctx: &Context<'_>) -> async_graphql::Result<SellerOrder> {
        let row = ctx.data::<Loaders>()?.seller_order(self.row.seller_order_id).await?;
        Ok(SellerOrder { row: row.ok_or_else(|| GraphError::internal("a claim without its seller's order"))? })
    }

    /// The seller.
    async fn seller(&self) -> Seller {
        Seller { id: self.row.seller_id }
    }

    /// The buyer.
    async fn buyer(&self) -> User {
        User { id: self.row.buyer_id }
    }

    /// What it is about.
    async fn kind(&self) -> ClaimKind {
        self.row.kind
    }

    /// What the buyer gets.
    async fn remedy(&self) -> ClaimRemedy {
        self.row.remedy
    }

    /// Why the buyer claims.
    async fn reason(&self) -> ClaimReason {
        self.row.reason
    }

    /// The buyer's words.
    async fn detail(&self) -> &str {
        &self.row.detail
    }

    /// The photos with which the buyer proves it, up to five, in the buyer's order. Their addresses are good for a short
    /// time.
    async fn photos(&self) -> Vec<File> {
        self.row.photos.iter().map(|id| File { id: *id }).collect()
    }

    /// Whose fault it is, and so who pays for sending goods back: by the reason at first, then as the seller or staff say.
    async fn fault(&self) -> ClaimFault {
        self.row.fault
    }

    /// Where it stands.
    async fn state(&self) -> ClaimState {
        self.row.state
    }

    /// The lines, and how much of each.
    async fn lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ClaimLine>> {
        let rows = ctx.data::<Loaders>()?.lines_of_claim(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| ClaimLine { row }).collect())
    }

    /// What the claimed pieces cost.
    async fn items_total(&self) -> Money {
        Money::krw(self.row.items_total)
    }

    /// What sending goods costs the buyer: kept from a refund, paid to the seller directly for an exchange. Zero when the
    /// fault is the seller's.
    async fn fee(&self) -> Money {
        Money::krw(self.row.fee)
    }

    /// What of the order's shipping goes back, known once the money goes back: all of it when nothing of the seller's
    /// order is kept and the fault is the seller's.
    async fn shipping_refund(&self) -> Money {
        Money::krw(self.row.shipping_refund)
    }

    /// What goes back: items − fee + shipping. Zero of an exchange.
    async fn refund_amount(&self) -> Money {
        Money::krw(self.row.refund_amount)
    }

    /// Until when the seller has to answer; then it is approved.
    async fn answer_by(&self) -> DateTime<Utc> {
        self.row.answer_by
    }

    /// While it is COLLECTING, COLLECTED, INSPECTED or ON_HOLD: until when somebody has to act. Then what came back counts as
    /// sound, an exchange that was not sent is refunded, and staff decide about goods that do not arrive and about holds.
    async fn act_by(&self) -> Option<DateTime<Utc>> {
        self.row.act_by
    }

    /// How the goods come back, once that is known.
    async fn collection(&self) -> Option<ClaimParcel> {
        ClaimParcel::of(self.row.carrier.as_ref(), self.row.tracking_number.as_ref())
    }

    /// How the other goods travel, once they do.
    async fn reshipment(&self) -> Option<ClaimParcel> {
        let (carrier, number) = (self.row.reship_carrier.as_ref(), self.row.reship_tracking_number.as_ref());
        self.row.reshipped.then(|| ClaimParcel::of(carrier, number)).flatten()
    }

    /// Why it was refused.
    async fn refusal(&self) -> Option<&str> {
        self.row.refusal.as_deref()
    }

    /// What the seller waits for.
    async fn hold_reason(&self) -> Option<&str> {
        self.row.hold_reason.as_deref()
    }

    /// When it was opened.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.row.requested_at
    }

    /// When the goods were back.
    async fn collected_at(&self) -> Option<DateTime<Utc>> {
        self.row.collected_at
    }

    /// When staff were asked to decide.
    async fn disputed_at(&self) -> Option<DateTime<Utc>> {
        self.row.disputed_at
    }

    /// When it ended.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.row.closed_at
    }

    /// Every change of its state, oldest first.
    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ClaimStateChange>> {
        let rows = ctx.data::<Loaders>()?.history_of_claim(self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// Pieces of a line that a claim is about.
pub(crate) struct ClaimLine {
    row: ClaimLineRow,
}

/// Pieces of a line that a claim is about.
#[Object]
impl ClaimLine {
    /// The line.
    async fn line(&self, ctx: &Context<'_>) -> async_graphql::Result<OrderLine> {
        let row = ctx.data::<Loaders>()?.line(self.row.line_id).await?;
        Ok(OrderLine { row: row.ok_or_else(|| GraphError::internal("a claim without its line"))? })
    }

    /// How many pieces of it.
    async fn quantity(&self) -> i32 {
        self.row.quantity
    }

    /// The pieces' share of what the line costs. The shares of all pieces sum to the line's total.
    async fn total(&self) -> Money {
        Money::krw(self.row.total)
    }

    /// What the buyer sends back.
    async fn variant(&self) -> ProductVariant {
        ProductVariant { id: self.row.variant_id }
    }

    /// The other variant that the buyer wants instead; null for the same one.
    async fn new_variant(&self) -> Option<ProductVariant> {
        self.row.new_variant_id.map(|id| ProductVariant { id })
    }

    /// Whether what came back can be sold again; null before the inspection.
    async fn sound(&self) -> Option<bool> {
        self.row.sound
    }
}

/// A parcel of a claim.
#[derive(SimpleObject)]
pub(crate) struct ClaimParcel {
    /// By whom it travels.
    carrier: Option<String>,
    /// The carrier's number of it.
    tracking_number: Option<String>,
}

impl ClaimParcel {
    fn of(carrier: Option<&String>, tracking_number: Option<&String>) -> Option<Self> {
        let known = carrier.is_some() || tracking_number.is_some();
        known.then(|| Self { carrier: carrier.cloned(), tracking_number: tracking_number.cloned() })
    }
}

/// A change of a claim's state.
#[derive(SimpleObject)]
pub(crate) struct ClaimStateChange {
    /// The state before.
    from: Option<ClaimState>,
    /// The state after.
    to: ClaimState,
    /// Who changed it.
    party: ClaimParty,
    /// Why, when a reason was given.
    reason: Option<String>,
    /// When.
    changed_at: DateTime<Utc>,
}

impl From<ClaimStateChangeRow> for ClaimStateChange {
    fn from(row: ClaimStateChangeRow) -> Self {
        Self {
            from: row.from_state,
            to: row.to_state,
            party: row.party,
            reason: row.reason,
            changed_at: row.changed_at,
        }
    }
}
