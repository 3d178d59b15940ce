//! What the settlement service tells, and the shape of what it hears.

use chrono::{DateTime, NaiveDate, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    CategoryId, LineId, OrderId, PayoutId, PayoutRow, SellerId, SellerOrderId, SettlementId, SettlementRow, UserId,
};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<SettlementClosed>(),
    FactDoc::of::<PayoutRequested>(),
    FactDoc::of::<PayoutApproved>(),
    FactDoc::of::<PayoutPaid>(),
    FactDoc::of::<PayoutFailed>(),
];

/// A statement was closed. A net of zero or less pays nothing out.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettlementClosed {
    settlement_id: SettlementId,
    seller_id: SellerId,
    period_start: NaiveDate,
    period_end: NaiveDate,
    payable_on: NaiveDate,
    item_count: i32,
    commission: i64,
    commission_vat: i64,
    net: i64,
}

impl From<&SettlementRow> for SettlementClosed {
    fn from(row: &SettlementRow) -> Self {
        Self {
            settlement_id: row.id,
            seller_id: row.seller_id,
            period_start: row.period_start,
            period_end: row.period_end,
            payable_on: row.payable_on,
            item_count: row.item_count,
            commission: row.commission,
            commission_vat: row.commission_vat,
            net: row.net,
        }
    }
}

impl Fact for SettlementClosed {
    const KIND: &'static str = "settlement.closed";

    fn aggregate(&self) -> String {
        self.settlement_id.to_string()
    }
}

/// A payout as events tell it.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PayoutFact {
    payout_id: PayoutId,
    settlement_id: SettlementId,
    seller_id: SellerId,
    amount: i64,
    payable_on: NaiveDate,
    requested_by: UserId,
    approved_by: Option<UserId>,
    reason: Option<String>,
    at: DateTime<Utc>,
}

impl From<&PayoutRow> for PayoutFact {
    fn from(row: &PayoutRow) -> Self {
        Self {
            payout_id: row.id,
            settlement_id: row.settlement_id,
            seller_id: row.seller_id,
            amount: row.amount,
            payable_on: row.payable_on,
            requested_by: row.requested_by,
            approved_by: row.approved_by,
            reason: row.failure.clone(),
            at: Utc::now(),
        }
    }
}

macro_rules! payout_fact {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, JsonSchema, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) PayoutFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.payout_id.to_string()
            }
        }
    )*};
}

payout_fact! {
    /// Somebody of the staff wants a settlement paid.
    PayoutRequested, "payout.requested";
    /// Another one agrees.
    PayoutApproved, "payout.approved";
    /// The bank has carried it out.
    PayoutPaid, "payout.paid";
    /// It was rejected, or the bank declined.
    PayoutFailed, "payout.failed";
}

/// `order.paid`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPaid {
    pub(crate) order_id: OrderId,
    #[serde(default)]
    pub(crate) number: Option<String>,
    pub(crate) paid_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) sellers: Vec<SellerPart>,
    pub(crate) lines: Vec<PaidLine>,
}

/// A seller's part of a paid order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerPart {
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) seller_id: SellerId,
    #[serde(default)]
    pub(crate) shipping_total: i64,
}

/// A paid line. Facts of orders from before settlements tell less of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaidLine {
    pub(crate) line_id: LineId,
    #[serde(default)]
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) seller_id: SellerId,
    #[serde(default)]
    pub(crate) category_id: Option<CategoryId>,
    /// The category with those above it when it was bought, from the top. Empty in facts from before they told it.
    #[serde(default)]
    pub(crate) category_path: Vec<CategoryId>,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) quantity: i32,
    /// What the buyer pays for it.
    pub(crate) total: i64,
    #[serde(default)]
    pub(crate) items_total: Option<i64>,
    #[serde(default)]
    pub(crate) discount_total: i64,
    #[serde(default)]
    pub(crate) seller_discount: i64,
    #[serde(default)]
    pub(crate) tax_free: bool,
}

/// A fact of an order that is about its items.
#[derive(Debug)]
pub(crate) enum OrderFact {
    /// `line.confirmed`.
    Confirmed(LineConfirmed),
    /// `order.cancelled`.
    Cancelled(OrderCancelled),
    /// `claim.refunded`.
    Refunded(ClaimRefunded),
}

impl OrderFact {
    /// The fact of this kind and payload; `None` for a kind that is not about items.
    ///
    /// # Errors
    /// When the payload does not have the wanted shape.
    pub(crate) fn read(kind: &str, payload: &serde_json::Value) -> Result<Option<Self>, serde_json::Error> {
        Ok(match kind {
            "line.confirmed" => Some(Self::Confirmed(LineConfirmed::deserialize(payload)?)),
            "order.cancelled" => Some(Self::Cancelled(OrderCancelled::deserialize(payload)?)),
            "claim.refunded" => Some(Self::Refunded(ClaimRefunded::deserialize(payload)?)),
            _ => None,
        })
    }

    /// The order.
    pub(crate) fn order_id(&self) -> OrderId {
        match self {
            Self::Confirmed(fact) => fact.order_id,
            Self::Cancelled(fact) => fact.order_id,
            Self::Refunded(fact) => fact.order_id,
        }
    }
}

/// `line.confirmed`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineConfirmed {
    pub(crate) order_id: OrderId,
    pub(crate) line: ConfirmedLine,
}

/// The line that was confirmed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfirmedLine {
    pub(crate) line_id: LineId,
}

/// `order.cancelled`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCancelled {
    pub(crate) order_id: OrderId,
    pub(crate) lines: Vec<GoneLine>,
    #[serde(default)]
    pub(crate) sellers: Vec<CancelledPart>,
}

/// A seller's order whose shipping goes back.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelledPart {
    pub(crate) seller_order_id: SellerOrderId,
    #[serde(default)]
    pub(crate) shipping_refund: i64,
}

/// `claim.refunded`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimRefunded {
    pub(crate) claim_id: String,
    pub(crate) order_id: OrderId,
    pub(crate) seller_id: SellerId,
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) lines: Vec<GoneLine>,
    /// What the buyer pays for sending, kept from the refund.
    #[serde(default)]
    pub(crate) fee: i64,
    /// What of the shipping goes back.
    #[serde(default)]
    pub(crate) shipping_refund: i64,
}

/// Pieces of a line that the buyer does not keep.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GoneLine {
    pub(crate) line_id: LineId,
    pub(crate) quantity: i32,
    /// What goes back to the buyer for them.
    pub(crate) total: i64,
    /// Their share of the discount that the seller bears.
    #[serde(default)]
    pub(crate) seller_discount: i64,
}
