//! What the shipping service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc, append};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    Carrier, ClaimId, LineId, OrderId, ProductId, SellerId, SellerOrderId, ShipmentDirection, ShipmentId, ShipmentRow,
    ShipmentState, UserId,
};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<ShipmentCreated>(),
    FactDoc::of::<ShipmentInvoiced>(),
    FactDoc::of::<ShipmentPickedUp>(),
    FactDoc::of::<ShipmentInTransit>(),
    FactDoc::of::<ShipmentOutForDelivery>(),
    FactDoc::of::<ShipmentDelivered>(),
    FactDoc::of::<ShipmentStalled>(),
    FactDoc::of::<ShipmentFailed>(),
    FactDoc::of::<ShipmentReturning>(),
    FactDoc::of::<DispatchOverdue>(),
    FactDoc::of::<CollectionCreated>(),
    FactDoc::of::<CollectionInvoiced>(),
    FactDoc::of::<CollectionPickedUp>(),
    FactDoc::of::<CollectionInTransit>(),
    FactDoc::of::<CollectionOutForDelivery>(),
    FactDoc::of::<CollectionDelivered>(),
    FactDoc::of::<CollectionStalled>(),
    FactDoc::of::<CollectionFailed>(),
    FactDoc::of::<CollectionReturning>(),
    FactDoc::of::<ReplacementCreated>(),
    FactDoc::of::<ReplacementInvoiced>(),
    FactDoc::of::<ReplacementPickedUp>(),
    FactDoc::of::<ReplacementInTransit>(),
    FactDoc::of::<ReplacementOutForDelivery>(),
    FactDoc::of::<ReplacementDelivered>(),
    FactDoc::of::<ReplacementStalled>(),
    FactDoc::of::<ReplacementFailed>(),
    FactDoc::of::<ReplacementReturning>(),
    FactDoc::of::<ReplacementOverdue>(),
];

/// A parcel as events tell it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShipmentFact {
    shipment_id: ShipmentId,
    order_id: OrderId,
    seller_order_id: Option<SellerOrderId>,
    seller_id: SellerId,
    buyer_id: Option<UserId>,
    /// Only of a parcel of a claim.
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
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(JsonSchema, Serialize)]
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
    /// A parcel is to be packed.
    ShipmentCreated, "shipment.created";
    /// A parcel has a carrier and a tracking number.
    ShipmentInvoiced, "shipment.invoiced";
    /// The carrier has a parcel.
    ShipmentPickedUp, "shipment.picked_up";
    /// A parcel passed a hub.
    ShipmentInTransit, "shipment.in_transit";
    /// A parcel is in its last van.
    ShipmentOutForDelivery, "shipment.out_for_delivery";
    /// The buyer has the parcel.
    ShipmentDelivered, "shipment.delivered";
    /// A parcel has not moved for too long.
    ShipmentStalled, "shipment.stalled";
    /// A parcel could not be delivered.
    ShipmentFailed, "shipment.failed";
    /// A parcel goes back to its sender.
    ShipmentReturning, "shipment.returning";
    /// A parcel was not sent in time.
    DispatchOverdue, "shipment.dispatch_overdue";
    /// Goods of a claim are to come back.
    CollectionCreated, "collection.created";
    /// A parcel that comes back has a carrier and a tracking number.
    CollectionInvoiced, "collection.invoiced";
    /// The carrier has a parcel that comes back.
    CollectionPickedUp, "collection.picked_up";
    /// A parcel that comes back passed a hub.
    CollectionInTransit, "collection.in_transit";
    /// A parcel that comes back is in its last van.
    CollectionOutForDelivery, "collection.out_for_delivery";
    /// The seller has the parcel back.
    CollectionDelivered, "collection.delivered";
    /// A parcel that comes back has not moved for too long.
    CollectionStalled, "collection.stalled";
    /// A parcel that comes back could not be collected or delivered.
    CollectionFailed, "collection.failed";
    /// A parcel that was to come back goes to the buyer again.
    CollectionReturning, "collection.returning";
    /// Goods that replace others are to be sent.
    ReplacementCreated, "replacement.created";
    /// A parcel of an exchange has a carrier and a tracking number.
    ReplacementInvoiced, "replacement.invoiced";
    /// The carrier has a parcel of an exchange.
    ReplacementPickedUp, "replacement.picked_up";
    /// A parcel of an exchange passed a hub.
    ReplacementInTransit, "replacement.in_transit";
    /// A parcel of an exchange is in its last van.
    ReplacementOutForDelivery, "replacement.out_for_delivery";
    /// The buyer has what replaces the claimed goods.
    ReplacementDelivered, "replacement.delivered";
    /// A parcel of an exchange has not moved for too long.
    ReplacementStalled, "replacement.stalled";
    /// A parcel of an exchange could not be delivered.
    ReplacementFailed, "replacement.failed";
    /// A parcel of an exchange goes back to its sender.
    ReplacementReturning, "replacement.returning";
    /// A parcel of an exchange was not sent in time.
    ReplacementOverdue, "replacement.dispatch_overdue";
}

/// Tells that a parcel is in this state now. Parcels of claims have kinds of their own, so that nobody takes a return or an
/// exchange for a delivery.
pub(crate) async fn tell(
    connection: &mut AsyncPgConnection,
    direction: ShipmentDirection,
    state: ShipmentState,
    fact: ShipmentFact,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    macro_rules! told {
        ($($state:ident => $outbound:ident, $return:ident, $exchange:ident;)*) => {
            match (state, direction) {
                $(
                    (ShipmentState::$state, ShipmentDirection::Outbound) => {
                        append(connection, &$outbound(fact), trace_parent).await
                    }
                    (ShipmentState::$state, ShipmentDirection::Return) => {
                        append(connection, &$return(fact), trace_parent).await
                    }
                    (ShipmentState::$state, ShipmentDirection::Exchange) => {
                        append(connection, &$exchange(fact), trace_parent).await
                    }
                )*
            }
        };
    }
    told! {
        Ready => ShipmentCreated, CollectionCreated, ReplacementCreated;
        Invoiced => ShipmentInvoiced, CollectionInvoiced, ReplacementInvoiced;
        PickedUp => ShipmentPickedUp, CollectionPickedUp, ReplacementPickedUp;
        InTransit => ShipmentInTransit, CollectionInTransit, ReplacementInTransit;
        OutForDelivery => ShipmentOutForDelivery, CollectionOutForDelivery, ReplacementOutForDelivery;
        Delivered => ShipmentDelivered, CollectionDelivered, ReplacementDelivered;
        Stalled => ShipmentStalled, CollectionStalled, ReplacementStalled;
        Failed => ShipmentFailed, CollectionFailed, ReplacementFailed;
        Returning => ShipmentReturning, CollectionReturning, ReplacementReturning;
    }
}

/// Tells that a parcel was not sent in time.
pub(crate) async fn tell_overdue(
    connection: &mut AsyncPgConnection,
    direction: ShipmentDirection,
    fact: ShipmentFact,
) -> QueryResult<()> {
    match direction {
        ShipmentDirection::Exchange => append(connection, &ReplacementOverdue(fact), None).await,
        ShipmentDirection::Outbound | ShipmentDirection::Return => {
            append(connection, &DispatchOverdue(fact), None).await
        }
    }
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

/// `claim.approved`, `claim.reshipped` and `claim.done`, as the order service tells them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimFact {
    pub(crate) claim_id: ClaimId,
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: Option<UserId>,
    pub(crate) seller_id: SellerId,
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) kind: String,
    pub(crate) lines: Vec<ClaimLine>,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) at: Option<DateTime<Utc>>,
}

/// A line that is claimed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimLine {
    pub(crate) line_id: LineId,
    /// What comes instead, when it is not the same again.
    pub(crate) new_variant_name: Option<String>,
    pub(crate) quantity: i32,
}
