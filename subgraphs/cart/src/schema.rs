//! The tables, as diesel knows them.

diesel::table! {
    cart (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        token_hash -> Nullable<Bytea>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    cart_line (id) {
        id -> Uuid,
        cart_id -> Uuid,
        variant_id -> Uuid,
        seller_id -> Uuid,
        quantity -> Integer,
        selected -> Bool,
        price_seen -> BigInt,
        added_at -> Timestamptz,
        option_texts -> Array<Text>,
    }
}

diesel::joinable!(cart_line -> cart (cart_id));
diesel::allow_tables_to_appear_in_same_query!(cart, cart_line);
