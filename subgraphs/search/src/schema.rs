//! The tables, as diesel knows them.

diesel::table! {
    product (product_id) {
        product_id -> Uuid,
        seller_id -> Uuid,
        seller_name -> Text,
        title -> Text,
        brand_id -> Nullable<Uuid>,
        brand_name -> Nullable<Text>,
        category_ids -> Array<Uuid>,
        category_names -> Array<Text>,
        price -> BigInt,
        rating -> Integer,
        reviews -> Integer,
        sales -> BigInt,
        in_stock -> Bool,
        free_shipping -> Bool,
        listed -> Bool,
        published_at -> Timestamptz,
        change -> BigInt,
    }
}

diesel::table! {
    variant (variant_id) {
        variant_id -> Uuid,
        product_id -> Uuid,
    }
}

diesel::table! {
    product_to_read (product_id) {
        product_id -> Uuid,
        asked -> Uuid,
        noted_at -> Timestamptz,
        due_at -> Timestamptz,
        attempts -> Integer,
    }
}

diesel::table! {
    reconciliation (id) {
        id -> Integer,
        due_at -> Timestamptz,
        asked -> Uuid,
        cursor -> Nullable<Text>,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    index_order (id) {
        id -> Integer,
        generation -> BigInt,
        synonyms -> BigInt,
    }
}

diesel::table! {
    synonym (id) {
        id -> Uuid,
        terms -> Array<Text>,
        changed_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(index_order, product);
