//! The tables, as diesel knows them.

diesel::table! {
    stock_item (variant_id) {
        variant_id -> Uuid,
        seller_id -> Uuid,
        on_hand -> Integer,
        reserved -> Integer,
        available -> Integer,
        safety_stock -> Integer,
        low -> Bool,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    reservation_group (order_id) {
        order_id -> Uuid,
        state -> Text,
        expires_at -> Timestamptz,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    reservation (order_id, variant_id) {
        id -> Uuid,
        order_id -> Uuid,
        variant_id -> Uuid,
        quantity -> Integer,
    }
}

diesel::table! {
    stock_movement (variant_id, sequence) {
        variant_id -> Uuid,
        sequence -> BigInt,
        id -> Uuid,
        kind -> Text,
        delta -> Integer,
        on_hand_after -> Integer,
        reason -> Nullable<Text>,
        order_id -> Nullable<Uuid>,
        claim_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}
