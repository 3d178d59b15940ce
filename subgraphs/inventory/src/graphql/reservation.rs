//! A reservation, as our services see it.

use async_graphql::{Enum, SimpleObject};
use chrono::{DateTime, Utc};

use crate::model::{self, OrderId, ReservationId, ReservationRow, Reserved, Shortage, VariantId};

/// Where an order's reservation stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ReservationState", inaccessible, tag = "internal")]
pub(crate) enum ReservationState {
    /// Kept for the order until it expires.
    Held,
    /// Taken out of the stock.
    Committed,
    /// Given up by the order.
    Released,
    /// The order did not come back in time.
    Expired,
}

/// Stock of one variant that is kept for an order.
#[derive(SimpleObject)]
#[graphql(inaccessible, tag = "internal")]
pub(crate) struct Reservation {
    id: ReservationId,
    order_id: OrderId,
    variant_id: VariantId,
    quantity: i32,
    /// The state of the order's whole reservation.
    state: ReservationState,
    expires_at: DateTime<Utc>,
}

/// The order's reservation, a part for each variant.
pub(crate) fn parts(reserved: Reserved) -> Vec<Reservation> {
    let group = reserved.group;
    let part = |part: ReservationRow| Reservation {
        id: part.id,
        order_id: group.order_id,
        variant_id: part.variant_id,
        quantity: part.quantity,
        state: group.state.into(),
        expires_at: group.expires_at,
    };
    reserved.parts.into_iter().map(part).collect()
}

/// A variant of which there is less than the order wants.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct StockShortage {
    variant_id: VariantId,
    requested: i32,
    available: i32,
}

impl From<Shortage> for StockShortage {
    fn from(shortage: Shortage) -> Self {
        Self { variant_id: shortage.variant_id, requested: shortage.requested, available: shortage.available }
    }
}
