//! Identifiers and rows.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{cart, cart_line};

platform::define_id!(
    /// A cart.
    pub struct CartId, "crt"
);
platform::define_id!(
    /// A line of a cart.
    pub struct CartLineId, "cln"
);
platform::define_id!(
    /// A user, owned by the user service.
    pub struct UserId, "usr"
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
    /// A product, owned by the product service.
    pub struct ProductId, "prd"
);
platform::define_id!(
    /// A category, owned by the product service.
    pub struct CategoryId, "cat"
);
platform::define_id!(
    /// A coupon, owned by the coupon service.
    pub struct CouponId, "cpn"
);

/// How a line is not what the buyer has seen any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CartLineChangeKind {
    /// It costs more now.
    PriceUp,
    /// It costs less now.
    PriceDown,
    /// It is not sold any more.
    NoLongerSold,
    /// There is none at the moment.
    SoldOut,
    /// There is less than the line wants.
    LessAvailable,
    /// It is for adults only, and the buyer has not shown to be one: see `startIdentityVerification`.
    AdultVerificationRequired,
}

#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = cart)]
pub(crate) struct CartRow {
    pub(crate) id: CartId,
    pub(crate) user_id: Option<UserId>,
    pub(crate) updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cart_line)]
pub(crate) struct LineRow {
    pub(crate) id: CartLineId,
    pub(crate) cart_id: CartId,
    pub(crate) variant_id: VariantId,
    pub(crate) seller_id: SellerId,
    pub(crate) quantity: i32,
    pub(crate) selected: bool,
    pub(crate) price_seen: i64,
    pub(crate) added_at: DateTime<Utc>,
    /// What the buyer writes for each of the product's options, where they are written.
    pub(crate) option_texts: Vec<String>,
}

/// Whose cart is meant.
#[derive(Clone, Debug)]
pub(crate) enum Owner {
    /// A member.
    Member(UserId),
    /// Whoever has the token with this hash.
    Guest(Vec<u8>),
}

/// A variant as it is sold now.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    /// The product's category and those above it.
    pub(crate) category_ids: Vec<CategoryId>,
    pub(crate) price: i64,
    pub(crate) for_sale: bool,
    /// Whether only adults may buy it.
    pub(crate) adult_only: bool,
    /// How many options the buyer writes (직접입력).
    pub(crate) written_options: usize,
}
