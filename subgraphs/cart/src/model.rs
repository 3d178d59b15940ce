//! Identifiers and rows.

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
    pub(crate) price: i64,
    pub(crate) for_sale: bool,
}
