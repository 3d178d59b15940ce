//! What the shipping service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::events::{Fact, append};
use serde::{Deserialize, Serialize};

use crate::model::{
    Carrier, ClaimId, LineId, OrderId, ProductId, SellerId, SellerOrderId, ShipmentDirection, ShipmentId, ShipmentRow,
    ShipmentState, UserId,
};

/// A parcel as events tell it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShipmentFact {
    shipment_id: ShipmentId,
    order_id: OrderId,
    seller_order_id: Option<SellerOrderId>,
    seller_id: SellerId,
    buyer_id: Option<UserId>,
    /// Only of a parcel that comes back.
    claim_id: Option<ClaimId>,
    line_ids: Vec<LineId>,
    carrier: Option<Carrier>,
    tracking_number: Option<String>,
    dispatch_by: DateTime<Utc>,
    at: DateTime<Utc>,
}

impl ShipmentFact {
    pub(crate) fn of(row: &ShipmentRow, line_ids: Vec<LineId>, at: DateTime<Utc>) -> Self {
        Self {
            shipment_id: row.id,
            order_id: row.order_id,
            seller_order_id: row.seller_order_id,
            seller_id: row.seller_id,
            buyer_id: row.buyer_id,
            claim_id: row.claim_id,
            line_ids,
            carrier: row.carrier,
            tracking_number: row.tracking_number.clone(),
            dispatch_by: row.dispatch_by,
            at,
        }
    }
}

macro_rules! shipment_facts {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(Serialize)]
        #[serde(transparent)]
        struct $name(ShipmentFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.shipment_id.to_string()
            }
        }
    )*};
}

shipment_facts! {
    ShipmentCreated, "shipment.created";
    ShipmentInvoiced, "shipment.invoiced";
    ShipmentPickedUp, "shipment.picked_up";
    ShipmentInTransit, "shipment.in_transit";
    ShipmentOutForDelivery, "shipment.out_for_delivery";
    ShipmentDelivered, "shipment.delivered";
    ShipmentStalled, "shipment.stalled";
    ShipmentFailed, "shipment.failed";
    ShipmentReturning, "shipment.returning";
    DispatchOverdue, "shipment.dispatch_overdue";
    CollectionCreated, "collection.created";
    CollectionInvoiced, "collection.invoiced";
    CollectionPickedUp, "collection.picked_up";
    CollectionInTransit, "collection.in_transit";
    CollectionOutForDelivery, "collection.out_for_delivery";
    CollectionDelivered, "collection.delivered";
    CollectionStalled, "collection.stalled";
    CollectionFailed, "collection.failed";
    CollectionReturning, "collection.returning";
}

/// Tells that a parcel is in this state now. Parcels that come back have kinds of their own, so that nobody takes a return
/// for a delivery.
pub(crate) async fn tell(
    connection: &mut AsyncPgConnection,
    direction: ShipmentDirection,
    state: ShipmentState,
    fact: ShipmentFact,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    macro_rules! told {
        ($($state:ident => $outbound:ident, $return:ident;)*) => {
            match (state, direction) {
                $(
                    (ShipmentState::$state, ShipmentDirection::Outbound) => {
                        append(connection, &$outbound(fact), trace_parent).await
                    }
                    (ShipmentState::$state, ShipmentDirection::Return) => {
                        append(connection, &$return(fact), trace_parent).await
                    }
                )*
            }
        };
    }
    told! {
        Ready => ShipmentCreated, CollectionCreated;
        Invoiced => ShipmentInvoiced, CollectionInvoiced;
        PickedUp => ShipmentPickedUp, CollectionPickedUp;
        InTransit => ShipmentInTransit, CollectionInTransit;
        OutForDelivery => ShipmentOutForDelivery, CollectionOutForDelivery;
        Delivered => ShipmentDelivered, CollectionDelivered;
        Stalled => ShipmentStalled, CollectionStalled;
        Failed => ShipmentFailed, CollectionFailed;
        Returning => ShipmentReturning, CollectionReturning;
    }
}

/// Tells that a parcel was not sent in time.
pub(crate) async fn tell_overdue(connection: &mut AsyncPgConnection, fact: ShipmentFact) -> QueryResult<()> {
    append(connection, &DispatchOverdue(fact), None).await
}

/// `order.paid`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPaid {
    pub(crate) order_id: OrderId,
    pub(crate) paid_at: Option<DateTime<Utc>>,
}

/// A line as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineFact {
    pub(crate) line_id: LineId,
    pub(crate) seller_id: SellerId,
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) product_id: ProductId,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) variant_name: String,
    pub(crate) quantity: i32,
}

/// `line.preparing` and `line.shipped`, as the order service tells them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineMoved {
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: Option<UserId>,
    pub(crate) line: LineFact,
    pub(crate) at: Option<DateTime<Utc>>,
}

/// `order.cancelled`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCancelled {
    pub(crate) lines: Vec<CancelledLine>,
}

/// A line that was cancelled.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelledLine {
    pub(crate) line_id: LineId,
}

/// `claim.approved`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimApproved {
    pub(crate) claim_id: ClaimId,
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: Option<UserId>,
    pub(crate) seller_id: SellerId,
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) kind: String,
    pub(crate) lines: Vec<ClaimLine>,
    pub(crate) at: Option<DateTime<Utc>>,
}

/// A line that is claimed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimLine {
    pub(crate) line_id: LineId,
    pub(crate) quantity: i32,
}
