//! Identifiers, states and rows.

use chrono::{DateTime, NaiveTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{
    bundle_group, product_policy, shipment, shipment_line, shipment_state_change, shipping_policy, tracking_event,
};

platform::define_id!(
    /// A parcel.
    pub(crate) struct ShipmentId, "shp"
);
platform::define_id!(
    /// A seller's shipping policy.
    pub(crate) struct PolicyId, "spp"
);
platform::define_id!(
    /// A seller's group of policies whose goods are sent together.
    pub(crate) struct BundleGroupId, "bdg"
);
platform::define_id!(
    /// A scan of a carrier.
    pub(crate) struct TrackingEventId, "trk"
);
platform::define_id!(
    /// An order, owned by the order service.
    pub(crate) struct OrderId, "ord"
);
platform::define_id!(
    /// One seller's part of an order, owned by the order service.
    pub(crate) struct SellerOrderId, "sor"
);
platform::define_id!(
    /// One variant bought, owned by the order service.
    pub(crate) struct LineId, "lin"
);
platform::define_id!(
    /// A claim, owned by the order service.
    pub(crate) struct ClaimId, "clm"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub(crate) struct SellerId, "slr"
);
platform::define_id!(
    /// A user, owned by the user service.
    pub(crate) struct UserId, "usr"
);
platform::define_id!(
    /// A product, owned by the product service.
    pub(crate) struct ProductId, "prd"
);
platform::define_id!(
    /// A variant, owned by the product service.
    pub(crate) struct VariantId, "var"
);

platform::text_enum! {
    /// How a policy's fee is found.
    pub enum ShippingPolicyKind {
        /// 무료: nothing.
        Free = "FREE",
        /// 유료: the fee.
        Flat = "FLAT",
        /// 조건부 무료: the fee, and nothing from an amount on.
        ConditionalFree = "CONDITIONAL_FREE",
        /// 수량별: the fee for every so many pieces.
        ByQuantity = "BY_QUANTITY",
    }
}

platform::text_enum! {
    /// Which fee of a bundle is charged.
    pub enum BundleRule {
        /// The smallest of its policies' fees.
        Smallest = "SMALLEST",
        /// The largest of its policies' fees.
        Largest = "LARGEST",
    }
}

platform::text_enum! {
    /// Where an address lies, as carriers' prices tell it.
    pub enum DeliveryArea {
        /// Reached by road.
        Mainland = "MAINLAND",
        /// 제주.
        Jeju = "JEJU",
        /// 도서산간: an island without a road to it.
        RemoteIsland = "REMOTE_ISLAND",
    }
}

platform::text_enum! {
    /// Who carries parcels.
    pub enum Carrier {
        /// CJ대한통운.
        Cj = "CJ",
        /// 한진택배.
        Hanjin = "HANJIN",
        /// 롯데택배.
        Lotte = "LOTTE",
        /// 우체국택배.
        Epost = "EPOST",
    }
}

platform::text_enum! {
    /// Which way a parcel goes.
    pub enum ShipmentDirection {
        /// To the buyer.
        Outbound = "OUTBOUND",
        /// Back to the seller, for a claim.
        Return = "RETURN",
        /// To the buyer again, in exchange for what came back.
        Exchange = "EXCHANGE",
    }
}

platform::text_enum! {
    /// Where a parcel stands.
    pub enum ShipmentState {
        /// The seller packs it.
        Ready = "READY",
        /// It has a carrier and a tracking number.
        Invoiced = "INVOICED",
        /// The carrier has it.
        PickedUp = "PICKED_UP",
        /// It is on its way.
        InTransit = "IN_TRANSIT",
        /// It is being brought to the door.
        OutForDelivery = "OUT_FOR_DELIVERY",
        /// It has arrived.
        Delivered = "DELIVERED",
        /// Nobody has scanned it for too long.
        Stalled = "STALLED",
        /// It could not be delivered.
        Failed = "FAILED",
        /// It goes back to the sender.
        Returning = "RETURNING",
    }
}

platform::text_enum! {
    /// What a carrier's scan says, in the words that all carriers share.
    pub enum TrackingCode {
        /// 접수: the carrier knows of the parcel.
        InformationReceived = "INFORMATION_RECEIVED",
        /// 집화: the carrier has taken the parcel.
        AtPickup = "AT_PICKUP",
        /// 간선상차, 간선하차: between two places.
        InTransit = "IN_TRANSIT",
        /// 배송출발.
        OutForDelivery = "OUT_FOR_DELIVERY",
        /// It waits at a counter or in a locker.
        AvailableForPickup = "AVAILABLE_FOR_PICKUP",
        /// 미배달: nobody was there, or the address is wrong.
        AttemptFailed = "ATTEMPT_FAILED",
        /// 배송완료.
        Delivered = "DELIVERED",
        /// 사고: lost or damaged.
        Exception = "EXCEPTION",
        /// 반송: on its way back.
        Returning = "RETURNING",
        /// 반송완료: back at the sender.
        Returned = "RETURNED",
        /// Something that we have no word for.
        Unknown = "UNKNOWN",
    }
}

/// A seller's group of policies.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = bundle_group)]
pub(crate) struct BundleGroupRow {
    pub(crate) id: BundleGroupId,
    pub(crate) seller_id: SellerId,
    pub(crate) name: String,
    pub(crate) rule: BundleRule,
}

/// A seller's shipping policy.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = shipping_policy)]
pub(crate) struct PolicyRow {
    pub(crate) id: PolicyId,
    pub(crate) seller_id: SellerId,
    pub(crate) name: String,
    pub(crate) kind: ShippingPolicyKind,
    pub(crate) fee: i64,
    pub(crate) free_from: Option<i64>,
    pub(crate) pieces_per_fee: Option<i32>,
    pub(crate) bundle_group_id: Option<BundleGroupId>,
    pub(crate) ships_alone: bool,
    pub(crate) jeju_surcharge: i64,
    pub(crate) remote_surcharge: i64,
    pub(crate) return_fee: i64,
    pub(crate) exchange_fee: i64,
    pub(crate) dispatch_days: i32,
    pub(crate) cut_off: NaiveTime,
    pub(crate) is_default: bool,
}

/// A policy with the group that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) row: PolicyRow,
    pub(crate) group: Option<BundleGroupRow>,
}

/// The policy of a product that has one of its own.
#[derive(Clone, Copy, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = product_policy)]
pub(crate) struct ProductPolicyRow {
    pub(crate) product_id: ProductId,
    pub(crate) policy_id: PolicyId,
}

/// A parcel.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable, Insertable)]
#[diesel(table_name = shipment)]
pub(crate) struct ShipmentRow {
    pub(crate) id: ShipmentId,
    pub(crate) direction: ShipmentDirection,
    pub(crate) order_id: OrderId,
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) seller_id: SellerId,
    pub(crate) buyer_id: Option<UserId>,
    pub(crate) claim_id: Option<ClaimId>,
    pub(crate) bundle_key: Uuid,
    pub(crate) state: ShipmentState,
    pub(crate) carrier: Option<Carrier>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) dispatch_by: DateTime<Utc>,
    pub(crate) overdue_at: Option<DateTime<Utc>>,
    pub(crate) overdue: bool,
    pub(crate) last_scan_at: Option<DateTime<Utc>>,
    pub(crate) stall_at: Option<DateTime<Utc>>,
    pub(crate) next_poll_at: Option<DateTime<Utc>>,
    pub(crate) poll_failures: i32,
    pub(crate) push_registered: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) invoiced_at: Option<DateTime<Utc>>,
    pub(crate) picked_up_at: Option<DateTime<Utc>>,
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// What is in a parcel.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = shipment_line)]
pub(crate) struct ShipmentLineRow {
    pub(crate) shipment_id: ShipmentId,
    pub(crate) line_id: LineId,
    pub(crate) outbound: bool,
    pub(crate) product_id: Option<ProductId>,
    pub(crate) title: String,
    pub(crate) variant_name: String,
    pub(crate) quantity: i32,
}

/// A scan.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = tracking_event)]
pub(crate) struct TrackingEventRow {
    pub(crate) id: TrackingEventId,
    pub(crate) shipment_id: ShipmentId,
    pub(crate) tracking_number: String,
    pub(crate) code: TrackingCode,
    pub(crate) description: String,
    pub(crate) location: Option<String>,
    pub(crate) occurred_at: DateTime<Utc>,
}

/// A change of a parcel's state.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = shipment_state_change)]
pub(crate) struct StateChangeRow {
    pub(crate) shipment_id: ShipmentId,
    pub(crate) from_state: Option<ShipmentState>,
    pub(crate) to_state: ShipmentState,
    pub(crate) note: Option<String>,
    pub(crate) changed_at: DateTime<Utc>,
}
