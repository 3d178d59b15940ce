//! Statements that diesel's query builder cannot express.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text, Uuid};

use crate::model::{CartLineId, CartRow, SellerId, UserId, VariantId};

platform::statement! {
    /// Adds to the variant's line in the owner's cart; the line is made when there is none. A line with other texts stays as
    /// it is. Returns [`Added`] when the owner has a cart.
    ///
    /// The cart's row is locked, so that quantities add up however many add at once. The number of lines is counted
    /// before that: of several who fill the last place at once, each may succeed. It bounds work and promises nothing.
    pub(crate) struct AddLine {
        user_id: Option<UserId> as Nullable<Uuid>,
        token_hash: Option<Vec<u8>> as Nullable<Binary>,
        line_id: CartLineId as Uuid,
        variant_id: VariantId as Uuid,
        seller_id: SellerId as Uuid,
        quantity: i32 as Integer,
        price: i64 as BigInt,
        option_texts: Vec<String> as Array<Text>,
        same_variant: VariantId as Uuid,
        most_lines: i64 as BigInt,
        largest_quantity: i32 as Integer,
    }
    "WITH own AS (
        UPDATE cart SET updated_at = now() WHERE user_id = ? OR token_hash = ? RETURNING id, user_id, updated_at
    ), added AS (
        INSERT INTO cart_line AS line (cart_id, id, variant_id, seller_id, quantity, price_seen, option_texts)
        SELECT own.id, ?, ?, ?, ?, ?, ? FROM own
        WHERE (SELECT count(*) FROM cart_line l WHERE l.cart_id = own.id AND l.variant_id <> ?) < ?
        ON CONFLICT (cart_id, variant_id) DO UPDATE
        SET quantity = line.quantity + excluded.quantity, price_seen = excluded.price_seen, selected = true
        WHERE line.option_texts = excluded.option_texts AND line.quantity + excluded.quantity <= ?
        RETURNING id
    )
    SELECT own.*, (SELECT id FROM added) AS line_id FROM own"
}

/// What [`AddLine`] did.
#[derive(Debug, QueryableByName)]
pub(crate) struct Added {
    #[diesel(embed)]
    pub(crate) cart: CartRow,
    /// The line; none when it would be too large or has other texts, or the cart has too many.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub(crate) line_id: Option<CartLineId>,
}
