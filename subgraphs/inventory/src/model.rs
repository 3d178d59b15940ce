//! Identifiers, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{reservation, reservation_group, stock_item, stock_movement};

platform::define_id!(
    /// A stock item; it has the number of its variant.
    pub struct StockItemId, "stk"
);
platform::define_id!(
    /// A movement of stock.
    pub struct MovementId, "mov"
);
platform::define_id!(
    /// A reservation of one variant for one order.
    pub struct ReservationId, "rsv"
);
platform::define_id!(
    /// A variant, owned by the product service.
    pub struct VariantId, "var"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);
platform::define_id!(
    /// An order, owned by the order service.
    pub struct OrderId, "ord"
);

platform::define_id!(
    /// A claim, owned by the order service.
    pub struct ClaimId, "clm"
);

platform::text_enum! {
    /// Why the number on hand changed.
    pub enum StockMovementKind {
        /// The variant was put up with this stock.
        Initial = "INITIAL",
        /// The seller or staff counted anew, received or removed goods.
        Adjustment = "ADJUSTMENT",
        /// A paid order took it.
        Sale = "SALE",
        /// A cancelled order, or a buyer who sent it back, gave it back.
        Return = "RETURN",
        /// It replaced what a buyer sent back.
        Exchange = "EXCHANGE",
    }
}

platform::text_enum! {
    /// Where an order's reservation stands.
    pub enum ReservationState {
        /// Kept for the order until it expires.
        Held = "HELD",
        /// Taken out of the stock.
        Committed = "COMMITTED",
        /// Given up by the order.
        Released = "RELEASED",
        /// The order did not come back in time.
        Expired = "EXPIRED",
    }
}

/// The stock of a variant.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stock_item)]
pub(crate) struct StockItemRow {
    pub(crate) variant_id: VariantId,
    pub(crate) seller_id: SellerId,
    pub(crate) on_hand: i32,
    pub(crate) reserved: i32,
    pub(crate) available: i32,
    pub(crate) safety_stock: i32,
    pub(crate) updated_at: DateTime<Utc>,
}

/// What an order has asked for, as a whole.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = reservation_group)]
pub(crate) struct GroupRow {
    pub(crate) order_id: OrderId,
    pub(crate) state: ReservationState,
    pub(crate) expires_at: DateTime<Utc>,
}

/// One variant of what an order has asked for.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = reservation)]
pub(crate) struct ReservationRow {
    pub(crate) id: ReservationId,
    pub(crate) variant_id: VariantId,
    pub(crate) quantity: i32,
}

/// An order's reservation with its parts.
#[derive(Clone, Debug)]
pub(crate) struct Reserved {
    pub(crate) group: GroupRow,
    pub(crate) parts: Vec<ReservationRow>,
}

/// A change of what is on hand.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stock_movement)]
pub(crate) struct MovementRow {
    pub(crate) sequence: i64,
    pub(crate) id: MovementId,
    pub(crate) kind: StockMovementKind,
    pub(crate) delta: i32,
    pub(crate) on_hand_after: i32,
    pub(crate) reason: Option<String>,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) claim_id: Option<ClaimId>,
    pub(crate) created_at: DateTime<Utc>,
}

/// A variant of which there is less than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    pub(crate) variant_id: VariantId,
    pub(crate) requested: i32,
    pub(crate) available: i32,
}
