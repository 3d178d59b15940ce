//! What the coupon service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{CouponId, CouponPolicyState, CouponRow, OrderId, PolicyId, PolicyRow, SellerId, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<PolicyChanged>(),
    FactDoc::of::<CouponIssued>(),
    FactDoc::of::<CouponUsed>(),
    FactDoc::of::<CouponRestored>(),
    FactDoc::of::<CouponExpiring>(),
];

/// A coupon as events tell it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CouponFact {
    pub(crate) coupon_id: CouponId,
    pub(crate) policy_id: PolicyId,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) user_id: UserId,
    pub(crate) name: String,
    pub(crate) expires_at: DateTime<Utc>,
    /// The order that used it, and what it took off there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount: Option<i64>,
    pub(crate) at: DateTime<Utc>,
}

impl CouponFact {
    /// The coupon of a policy, now.
    pub(crate) fn of(coupon: &CouponRow, policy: &PolicyRow) -> Self {
        Self {
            coupon_id: coupon.id,
            policy_id: policy.id,
            seller_id: policy.seller_id,
            user_id: coupon.user_id,
            name: policy.terms.name.clone(),
            expires_at: coupon.expires_at,
            order_id: None,
            discount: None,
            at: Utc::now(),
        }
    }

    /// The same, in an order.
    pub(crate) fn in_order(mut self, order_id: OrderId, discount: i64) -> Self {
        self.order_id = Some(order_id);
        self.discount = Some(discount);
        self
    }
}

macro_rules! coupon_fact {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, JsonSchema, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) CouponFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.coupon_id.to_string()
            }
        }
    )*};
}

coupon_fact! {
    /// A user has a new coupon.
    CouponIssued, "coupon.issued";
    /// A paid order used a coupon.
    CouponUsed, "coupon.used";
    /// A coupon came back, since all that it was used for was cancelled or returned.
    CouponRestored, "coupon.restored";
    /// A coupon expires soon; told once.
    CouponExpiring, "coupon.expiring";
}

/// A policy's state changed.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyChanged {
    pub(crate) policy_id: PolicyId,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) name: String,
    pub(crate) from: Option<CouponPolicyState>,
    pub(crate) to: CouponPolicyState,
    pub(crate) reason: Option<String>,
    pub(crate) changed_by: Option<UserId>,
}

impl Fact for PolicyChanged {
    const KIND: &'static str = "coupon.policy_changed";

    fn aggregate(&self) -> String {
        self.policy_id.to_string()
    }
}

/// `order.cancelled`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCancelled {
    pub(crate) order_id: OrderId,
    pub(crate) lines: Vec<GoneLine>,
}

/// `claim.refunded`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimRefunded {
    pub(crate) order_id: OrderId,
    #[serde(default)]
    pub(crate) kind: String,
    pub(crate) lines: Vec<GoneLine>,
}

/// A line, or some pieces of it, that the buyer does not keep.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GoneLine {
    pub(crate) line_id: String,
    pub(crate) quantity: i32,
}

/// `user.withdrawn`, as the user service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWithdrawn {
    pub(crate) user_id: UserId,
}
