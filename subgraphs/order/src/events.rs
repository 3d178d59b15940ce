//! What the order service tells, and what it hears.

use platform::events::Fact;
use serde::{Deserialize, Serialize};

use crate::model::{CartLineId, LineId, LineRow, OrderId, ProductId, SellerId, UserId, VariantId};

/// A line as events tell it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineFact {
    pub(crate) line_id: LineId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) variant_id: VariantId,
    pub(crate) quantity: i32,
    /// What the line costs, in won.
    pub(crate) total: i64,
}

impl From<&LineRow> for LineFact {
    fn from(row: &LineRow) -> Self {
        Self {
            line_id: row.id,
            seller_id: row.seller_id,
            product_id: row.product_id,
            variant_id: row.variant_id,
            quantity: row.quantity,
            total: row.total,
        }
    }
}

/// An order was placed; its stock is reserved and its payment waits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPlaced {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    /// The cart lines that it was made of.
    pub(crate) cart_line_ids: Vec<CartLineId>,
    pub(crate) lines: Vec<LineFact>,
}

/// An order was paid and is the sellers' to prepare.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPaid {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    /// Won.
    pub(crate) total: i64,
    pub(crate) lines: Vec<LineFact>,
}

/// An order was never paid; its stock is free again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderExpired {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
}

/// Paid lines of an order were cancelled: their goods go back on sale.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCancelled {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    pub(crate) reason: String,
    pub(crate) lines: Vec<LineFact>,
}

macro_rules! line_fact {
    ($(#[$meta:meta])* $name:ident, $kind:literal) => {
        $(#[$meta])*
        #[derive(Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $name {
            pub(crate) order_id: OrderId,
            pub(crate) line: LineFact,
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
}

/// `payment.done` and `payment.expired`, as the payment service tells them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentFact {
    pub(crate) order_id: OrderId,
}
