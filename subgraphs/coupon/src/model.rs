//! Identifiers, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{coupon, coupon_policy, coupon_policy_change, coupon_reservation, coupon_use, coupon_use_line};

platform::define_id!(
    /// A policy that coupons are issued by.
    pub struct PolicyId, "cpp"
);
platform::define_id!(
    /// A coupon that was issued to a user.
    pub struct CouponId, "cpn"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);
platform::define_id!(
    /// A person with an account, owned by the user service.
    pub struct UserId, "usr"
);
platform::define_id!(
    /// An order, owned by the order service.
    pub struct OrderId, "ord"
);
platform::define_id!(
    /// A product, owned by the product service.
    pub struct ProductId, "prd"
);
platform::define_id!(
    /// A category, owned by the product service.
    pub struct CategoryId, "cat"
);

platform::text_enum! {
    /// Where a coupon policy stands.
    pub enum CouponPolicyState {
        /// Being written; nobody sees it.
        Draft = "DRAFT",
        /// Published; begins by itself.
        Scheduled = "SCHEDULED",
        /// Coupons are issued.
        Active = "ACTIVE",
        /// Stopped for a while: nothing is issued, and its coupons cannot be used.
        Paused = "PAUSED",
        /// Every coupon is issued, or the whole budget is spent.
        Exhausted = "EXHAUSTED",
        /// Over: nothing is issued. Coupons that were issued are valid until they expire.
        Ended = "ENDED",
    }
}

platform::text_enum! {
    /// Where a coupon stands.
    pub enum CouponState {
        /// Can be used.
        Issued = "ISSUED",
        /// Held by an order that is not paid yet.
        Reserved = "RESERVED",
        /// Used by a paid order.
        Used = "USED",
        /// Given back, since all that it was used for was cancelled or returned. Can be used.
        Restored = "RESTORED",
        /// Its time is over.
        Expired = "EXPIRED",
        /// Taken back.
        Revoked = "REVOKED",
    }
}

platform::text_enum! {
    /// Where an order's coupons stand, or one of them.
    pub enum UseState {
        /// Kept for the order until it is paid.
        Held = "HELD",
        /// The order is paid.
        Used = "USED",
        /// The order was given up.
        Released = "RELEASED",
        /// The order did not come back in time.
        Expired = "EXPIRED",
        /// All that the coupon was used for was cancelled or returned.
        Restored = "RESTORED",
    }
}

platform::text_enum! {
    /// What a coupon takes off.
    pub enum CouponDiscountKind {
        /// A part of the price.
        Percent = "PERCENT",
        /// A fixed amount.
        Amount = "AMOUNT",
    }
}

platform::text_enum! {
    /// What a coupon is set against.
    pub enum CouponLevel {
        /// Goods: a line takes one such coupon at most.
        Product = "PRODUCT",
        /// The order as a whole, after the coupons on goods; an order takes one such coupon at most.
        Order = "ORDER",
    }
}

platform::text_enum! {
    /// Which goods a coupon is for. A seller's coupon is for that seller's goods alone, whatever its scope.
    pub enum CouponScope {
        /// All.
        All = "ALL",
        /// Those of some categories and of the categories below them.
        Categories = "CATEGORIES",
        /// Some products.
        Products = "PRODUCTS",
        /// Those of some sellers.
        Seller = "SELLER",
    }
}

platform::text_enum! {
    /// Whether a coupon can be used together with others.
    pub enum CouponStacking {
        /// Together with others.
        Stackable = "STACKABLE",
        /// Only alone in its order.
        Exclusive = "EXCLUSIVE",
    }
}

platform::text_enum! {
    /// How users get a coupon.
    pub enum CouponDistribution {
        /// Everybody may take one.
        Download = "DOWNLOAD",
        /// Those who know the code.
        Code = "CODE",
        /// It is given to chosen users.
        Direct = "DIRECT",
    }
}

/// A coupon policy.
#[derive(Clone, Debug, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = coupon_policy)]
pub(crate) struct PolicyRow {
    pub(crate) id: PolicyId,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) state: CouponPolicyState,
    #[diesel(embed)]
    pub(crate) terms: PolicyTerms,
    pub(crate) issued_count: i32,
    pub(crate) budget_spent: i64,
    pub(crate) created_at: DateTime<Utc>,
}

/// What a policy says.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, QueryableByName, Insertable, AsChangeset)]
#[diesel(table_name = coupon_policy, treat_none_as_null = true)]
pub(crate) struct PolicyTerms {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: CouponDiscountKind,
    /// Basis points of a percentage, won of an amount.
    pub(crate) value: i64,
    pub(crate) minimum: i64,
    pub(crate) cap: Option<i64>,
    pub(crate) level: CouponLevel,
    pub(crate) scope: CouponScope,
    pub(crate) scope_ids: Vec<uuid::Uuid>,
    pub(crate) stacking: CouponStacking,
    /// What of every discount the sellers bear, in basis points.
    pub(crate) seller_share: i32,
    pub(crate) distribution: CouponDistribution,
    pub(crate) code: Option<String>,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) valid_days: Option<i32>,
    pub(crate) per_user_limit: i32,
    pub(crate) total_limit: Option<i32>,
    pub(crate) budget: Option<i64>,
}

/// A change of a policy's state.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = coupon_policy_change)]
pub(crate) struct PolicyChangeRow {
    pub(crate) from_state: Option<CouponPolicyState>,
    pub(crate) to_state: CouponPolicyState,
    pub(crate) reason: Option<String>,
    pub(crate) changed_at: DateTime<Utc>,
}

/// A coupon.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = coupon)]
pub(crate) struct CouponRow {
    pub(crate) id: CouponId,
    pub(crate) policy_id: PolicyId,
    pub(crate) user_id: UserId,
    pub(crate) state: CouponState,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) used_at: Option<DateTime<Utc>>,
    pub(crate) restored_at: Option<DateTime<Utc>>,
    pub(crate) revoked_reason: Option<String>,
}

/// A coupon with what it is worth.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) coupon: CouponRow,
    pub(crate) policy: PolicyRow,
}

/// What an order holds, as a whole.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = coupon_reservation)]
pub(crate) struct ReservationRow {
    pub(crate) order_id: OrderId,
    pub(crate) state: UseState,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A coupon in an order.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = coupon_use)]
pub(crate) struct UseRow {
    pub(crate) coupon_id: CouponId,
    pub(crate) policy_id: PolicyId,
    pub(crate) state: UseState,
    pub(crate) discount: i64,
}

/// What a coupon takes off a line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = coupon_use_line)]
pub(crate) struct UseLineRow {
    pub(crate) coupon_id: CouponId,
    pub(crate) line_id: String,
    pub(crate) seller_id: SellerId,
    pub(crate) quantity: i32,
    pub(crate) discount: i64,
    pub(crate) seller_part: i64,
}
