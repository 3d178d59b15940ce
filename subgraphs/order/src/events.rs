//! What the order service tells, and what it hears.

mod claims;
mod lines;
mod views;

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use claims::*;
pub(crate) use claims::{Arrival, tell_claim};
use lines::{LineCancelRefused, LineCancelRequested, LinePreparationOverdue, LineUndelivered};
pub(crate) use lines::{tell_cancel_refused, tell_cancel_requested, tell_preparation_overdue, tell_undelivered};
pub(crate) use views::PersonalDataViewed;

use crate::model::{
    CartLineId, CategoryId, ClaimId, ClaimParty, FileId, LineId, LineRow, OrderId, OrderRow, ProductId, RefundId,
    SellerId, SellerOrderId, SellerOrderRow, UserId, VariantId,
};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<views::PersonalDataViewed<'static>>(),
    FactDoc::of::<LinePreparing>(),
    FactDoc::of::<LineShipped>(),
    FactDoc::of::<LineDelivered>(),
    FactDoc::of::<LineConfirmed>(),
    FactDoc::of::<LineCancelRequested>(),
    FactDoc::of::<LineCancelRefused>(),
    FactDoc::of::<LinePreparationOverdue>(),
    FactDoc::of::<LineUndelivered>(),
    FactDoc::of::<OrderPlaced>(),
    FactDoc::of::<OrderPaid>(),
    FactDoc::of::<OrderExpired>(),
    FactDoc::of::<OrderCancelled>(),
    FactDoc::of::<OrderRefused>(),
    FactDoc::of::<ClaimRequested>(),
    FactDoc::of::<ClaimApproved>(),
    FactDoc::of::<ClaimCollecting>(),
    FactDoc::of::<ClaimCollected>(),
    FactDoc::of::<ClaimInspected>(),
    FactDoc::of::<ClaimRefunded>(),
    FactDoc::of::<ClaimReshipped>(),
    FactDoc::of::<ClaimDone>(),
    FactDoc::of::<ClaimRejected>(),
    FactDoc::of::<ClaimWithdrawn>(),
    FactDoc::of::<ClaimHeld>(),
    FactDoc::of::<ClaimResumed>(),
    FactDoc::of::<ClaimDisputed>(),
];

/// A line as events tell it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineFact {
    pub(crate) line_id: LineId,
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) variant_id: VariantId,
    /// Null of lines that were bought before it was recorded.
    pub(crate) category_id: Option<CategoryId>,
    /// The category with those above it when it was bought, from the top; empty of lines from before it was recorded.
    pub(crate) category_path: Vec<CategoryId>,
    /// The product's title when it was bought.
    pub(crate) title: String,
    /// The variant's name when it was bought.
    pub(crate) variant_name: String,
    pub(crate) quantity: i32,
    /// What one costs, in won.
    pub(crate) unit_price: i64,
    /// Price times quantity, in won.
    pub(crate) items_total: i64,
    /// The line's share of the discounts, in won.
    pub(crate) discount_total: i64,
    /// The part of the discount that the seller bears, in won.
    pub(crate) seller_discount: i64,
    /// What the line costs: items − discounts, in won.
    pub(crate) total: i64,
    /// Pieces that were sent back and refunded since, and what was counted back for them, in won.
    pub(crate) returned_quantity: i32,
    pub(crate) returned_total: i64,
    pub(crate) returned_seller_discount: i64,
    /// Whether the product was tax-free (면세) when it was bought; absent of lines that were told before it was recorded,
    /// which are taxed.
    pub(crate) tax_free: bool,
}

impl From<&LineRow> for LineFact {
    fn from(row: &LineRow) -> Self {
        Self {
            line_id: row.id,
            seller_order_id: row.seller_order_id,
            seller_id: row.seller_id,
            product_id: row.product_id,
            variant_id: row.variant_id,
            category_id: row.category_id,
            category_path: row.category_path.as_ref().and_then(|path| Vec::deserialize(path).ok()).unwrap_or_default(),
            title: row.product_title.clone(),
            variant_name: row.variant_name.clone(),
            quantity: row.quantity,
            unit_price: row.unit_price,
            items_total: row.items_total,
            discount_total: row.discount_total,
            seller_discount: row.seller_discount,
            total: row.total,
            returned_quantity: row.returned_quantity,
            returned_total: row.returned_total,
            returned_seller_discount: row.returned_seller_discount,
            tax_free: row.tax_free,
        }
    }
}

/// An order was placed; its stock is reserved and its payment waits.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPlaced {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    /// The cart lines that it was made of.
    pub(crate) cart_line_ids: Vec<CartLineId>,
    pub(crate) lines: Vec<LineFact>,
}

/// An order was paid and is the sellers' to prepare.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPaid {
    pub(crate) order_id: OrderId,
    pub(crate) number: String,
    pub(crate) buyer_id: UserId,
    /// What the buyer paid: items − discounts + shipping, in won.
    pub(crate) total: i64,
    pub(crate) items_total: i64,
    pub(crate) discount_total: i64,
    pub(crate) shipping_total: i64,
    pub(crate) paid_at: DateTime<Utc>,
    pub(crate) sellers: Vec<SellerPart>,
    pub(crate) lines: Vec<LineFact>,
}

/// One seller's part of an order as events tell it; amounts in won.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerPart {
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) seller_id: SellerId,
    pub(crate) items_total: i64,
    pub(crate) discount_total: i64,
    pub(crate) shipping_total: i64,
    pub(crate) total: i64,
}

impl From<&SellerOrderRow> for SellerPart {
    fn from(row: &SellerOrderRow) -> Self {
        Self {
            seller_order_id: row.id,
            seller_id: row.seller_id,
            items_total: row.items_total,
            discount_total: row.discount_total,
            shipping_total: row.shipping_total,
            total: row.total,
        }
    }
}

impl OrderPaid {
    pub(crate) fn new(order: &OrderRow, paid_at: DateTime<Utc>, parts: &[SellerOrderRow], lines: &[LineRow]) -> Self {
        Self {
            order_id: order.id,
            number: order.number.clone(),
            buyer_id: order.buyer_id,
            total: order.total,
            items_total: order.items_total,
            discount_total: order.discount_total,
            shipping_total: order.shipping_total,
            paid_at,
            sellers: parts.iter().map(SellerPart::from).collect(),
            lines: lines.iter().map(LineFact::from).collect(),
        }
    }
}

/// An order was never paid; its stock is free again.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderExpired {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
}

/// Why a paid order was refused.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RefusalReason {
    /// Its time had run out, and others have bought what it held.
    SoldOut,
    /// The money came when the order was given up already.
    LatePayment,
}

/// An order was paid and could not be carried out: all of the money goes back. It was never told to be paid.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderRefused {
    pub(crate) order_id: OrderId,
    pub(crate) order_number: String,
    pub(crate) buyer_id: UserId,
    pub(crate) reason: RefusalReason,
    /// What was paid and goes back, in won.
    pub(crate) amount: i64,
    pub(crate) at: DateTime<Utc>,
}

impl OrderRefused {
    pub(crate) fn new(order: &OrderRow, reason: RefusalReason, at: DateTime<Utc>) -> Self {
        Self {
            order_id: order.id,
            order_number: order.number.clone(),
            buyer_id: order.buyer_id,
            reason,
            amount: order.total,
            at,
        }
    }
}

/// Paid lines of an order were cancelled.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCancelled {
    pub(crate) order_id: OrderId,
    pub(crate) order_number: String,
    pub(crate) buyer_id: UserId,
    pub(crate) reason: String,
    /// Who cancelled them, or granted it: the seller, staff, or time.
    pub(crate) by: ClaimParty,
    /// Whether the goods go back on sale; not those that are not there, or have left.
    pub(crate) restock: bool,
    pub(crate) lines: Vec<LineFact>,
    /// What goes back to the buyer: the lines' totals and the shipping below, in won.
    pub(crate) refund_amount: i64,
    /// The sellers' orders whose shipping goes back, because nothing is left to send.
    pub(crate) sellers: Vec<CancelledPart>,
    pub(crate) at: DateTime<Utc>,
}

/// A seller's order of which nothing is left to send.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelledPart {
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) seller_id: SellerId,
    /// What of its shipping goes back, in won.
    pub(crate) shipping_refund: i64,
}

macro_rules! line_fact {
    ($(#[$meta:meta])* $name:ident, $kind:literal) => {
        $(#[$meta])*
        #[derive(Debug, JsonSchema, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $name {
            pub(crate) order_id: OrderId,
            pub(crate) order_number: String,
            pub(crate) buyer_id: UserId,
            pub(crate) line: LineFact,
            pub(crate) at: DateTime<Utc>,
        }

        impl $name {
            pub(crate) fn new(order: &OrderRow, line: &LineRow, at: DateTime<Utc>) -> Self {
                Self {
                    order_id: order.id,
                    order_number: order.number.clone(),
                    buyer_id: order.buyer_id,
                    line: LineFact::from(line),
                    at,
                }
            }
        }

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.order_id.to_string()
            }
        }
    };
}

line_fact!(
    /// A seller began to prepare a line.
    LinePreparing,
    "line.preparing"
);
line_fact!(
    /// A line is on its way.
    LineShipped,
    "line.shipped"
);
line_fact!(
    /// A line has arrived.
    LineDelivered,
    "line.delivered"
);
line_fact!(
    /// The purchase of a line is confirmed.
    LineConfirmed,
    "line.confirmed"
);

macro_rules! order_fact {
    ($($name:ident, $kind:literal;)*) => {$(
        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.order_id.to_string()
            }
        }
    )*};
}

order_fact! {
    OrderPlaced, "order.placed";
    OrderPaid, "order.paid";
    OrderExpired, "order.expired";
    OrderCancelled, "order.cancelled";
    OrderRefused, "order.refused";
}

/// `shipment.dispatch_overdue`, `.picked_up`, `.delivered`, `.failed`, `.stalled` and `.returning`, as the shipping service tells them of parcels to
/// buyers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShipmentFact {
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) line_ids: Vec<LineId>,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) at: DateTime<Utc>,
}

/// `collection.picked_up`, `collection.delivered` and `replacement.delivered`, as the shipping service tells them of the parcels
/// of claims.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionFact {
    pub(crate) claim_id: ClaimId,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
}

/// `file.deleted`, as the file service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileDeleted {
    pub(crate) file_id: FileId,
    pub(crate) owner_id: UserId,
}

/// `payment.waiting_for_deposit`, as the payment service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WaitingFact {
    pub(crate) order_id: OrderId,
    pub(crate) due_at: DateTime<Utc>,
}

/// `refund.done`, as the payment service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundFact {
    pub(crate) refund_id: RefundId,
}

/// `payment.done`, `payment.expired` and `payment.voided`, as the payment service tells them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentFact {
    pub(crate) order_id: OrderId,
}
