//! A parcel, what is in it and where it was.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::identity::{Scope, current_principal};

use super::references::{Order, OrderLine, Seller, SellerOrder, User};
use crate::loaders::Loaders;
use crate::model::{
    Carrier, ClaimId, ShipmentDirection, ShipmentId, ShipmentRow, ShipmentState, TrackingCode, TrackingEventId,
    TrackingEventRow,
};

/// Whether the one who asks may see the parcel: its buyer, the seller's members, staff, or one of our services.
pub(crate) fn may_see(ctx: &Context<'_>, row: &ShipmentRow) -> bool {
    let principal = current_principal(ctx);
    let is_buyer = row.buyer_id.is_some_and(|buyer| principal.user_id == Some(buyer.0));
    is_buyer
        || principal.acts_for(row.seller_id.0)
        || principal.has_scope(Scope::StaffOrders)
        || principal.has_scope(Scope::StaffShipping)
        || principal.has_scope(Scope::Service)
}

/// A parcel.
pub(crate) struct Shipment(pub(crate) Arc<ShipmentRow>);

/// A parcel: to the buyer, or back to the seller and to the buyer again for a claim. For its buyer, the seller's members and staff.
#[Object]
impl Shipment {
    /// The shipment's id, `shp_…`.
    async fn id(&self) -> ShipmentId {
        self.0.id
    }

    /// Which way it goes.
    async fn direction(&self) -> ShipmentDirection {
        self.0.direction
    }

    /// Where it stands.
    async fn state(&self) -> ShipmentState {
        self.0.state
    }

    /// The order whose goods are in it.
    async fn order(&self) -> Order {
        Order { id: self.0.order_id }
    }

    /// The seller's part of that order.
    async fn seller_order(&self) -> Option<SellerOrder> {
        self.0.seller_order_id.map(|id| SellerOrder { id })
    }

    /// Who sends it, or gets it back.
    async fn seller(&self) -> Seller {
        Seller { id: self.0.seller_id }
    }

    /// Who gets it, or sends it back.
    async fn buyer(&self) -> Option<User> {
        self.0.buyer_id.map(|id| User { id })
    }

    /// The claim for which it is sent.
    async fn claim_id(&self) -> Option<ClaimId> {
        self.0.claim_id
    }

    /// What is in it.
    async fn lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ShipmentLine>> {
        let rows = ctx.data::<Loaders>()?.lines.load(self.0.id).await?.unwrap_or_default();
        let line = |row: crate::model::ShipmentLineRow| ShipmentLine {
            order_line: OrderLine { id: row.line_id },
            title: row.title,
            variant_name: row.variant_name,
            quantity: row.quantity,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// By whom it travels.
    async fn carrier(&self) -> Option<Carrier> {
        self.0.carrier
    }

    /// The carrier's number of it, digits only.
    async fn tracking_number(&self) -> Option<&str> {
        self.0.tracking_number.as_deref()
    }

    /// The carrier's scans of it, oldest first.
    async fn tracking(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<TrackingEvent>> {
        let rows = ctx.data::<Loaders>()?.scans.load(self.0.id).await?.unwrap_or_default();
        // Scans of a number that was wrong are another parcel's.
        let own = |row: &TrackingEventRow| self.0.tracking_number.as_ref() == Some(&row.tracking_number);
        Ok(rows.into_iter().filter(own).map(TrackingEvent::from).collect())
    }

    /// Every change of its state, oldest first.
    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ShipmentStateChange>> {
        let rows = ctx.data::<Loaders>()?.changes.load(self.0.id).await?.unwrap_or_default();
        let change = |row: crate::model::StateChangeRow| ShipmentStateChange {
            from: row.from_state,
            to: row.to_state,
            note: row.note,
            changed_at: row.changed_at,
        };
        Ok(rows.into_iter().map(change).collect())
    }

    /// Until when it has to be sent.
    async fn dispatch_by(&self) -> DateTime<Utc> {
        self.0.dispatch_by
    }

    /// Whether it was not sent in time.
    async fn is_late(&self) -> bool {
        self.0.overdue
    }

    /// When its first line was prepared, or its claim granted.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it got its tracking number.
    async fn invoiced_at(&self) -> Option<DateTime<Utc>> {
        self.0.invoiced_at
    }

    /// When the carrier took it.
    async fn picked_up_at(&self) -> Option<DateTime<Utc>> {
        self.0.picked_up_at
    }

    /// When it arrived.
    async fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.0.delivered_at
    }

    /// When it was scanned last.
    async fn last_scan_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_scan_at
    }
}

/// A line in a parcel.
#[derive(SimpleObject)]
pub(crate) struct ShipmentLine {
    /// The order's line.
    order_line: OrderLine,
    /// The product's title when it was bought.
    title: String,
    /// The variant's name when it was bought.
    variant_name: String,
    /// How many are in the parcel.
    quantity: i32,
}

/// A scan of the carrier's.
#[derive(SimpleObject)]
pub(crate) struct TrackingEvent {
    /// The scan's id, `trk_…`.
    id: TrackingEventId,
    /// What it says.
    code: TrackingCode,
    /// What the carrier says to it.
    description: String,
    /// Where it was.
    location: Option<String>,
    /// When it was.
    occurred_at: DateTime<Utc>,
}

impl From<TrackingEventRow> for TrackingEvent {
    fn from(row: TrackingEventRow) -> Self {
        Self {
            id: row.id,
            code: row.code,
            description: row.description,
            location: row.location,
            occurred_at: row.occurred_at,
        }
    }
}

/// A change of a parcel's state.
#[derive(SimpleObject)]
pub(crate) struct ShipmentStateChange {
    /// The state before.
    from: Option<ShipmentState>,
    /// The state after.
    to: ShipmentState,
    /// What was said to it.
    note: Option<String>,
    /// When.
    changed_at: DateTime<Utc>,
}
