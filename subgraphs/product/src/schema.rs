//! The tables, as diesel knows them.

diesel::table! {
    category (id) {
        id -> Uuid,
        parent_id -> Nullable<Uuid>,
        slug -> Text,
        name -> Text,
        position -> Integer,
    }
}

diesel::table! {
    brand (id) {
        id -> Uuid,
        name -> Text,
    }
}

diesel::table! {
    known_seller (id) {
        id -> Uuid,
        can_sell -> Bool,
        heard_at -> Timestamptz,
    }
}

diesel::table! {
    product (id) {
        id -> Uuid,
        seller_id -> Uuid,
        category_id -> Uuid,
        category_level_1 -> Uuid,
        category_level_2 -> Nullable<Uuid>,
        category_level_3 -> Nullable<Uuid>,
        brand_id -> Nullable<Uuid>,
        title -> Text,
        summary -> Nullable<Text>,
        option_kind -> Text,
        state -> Text,
        rejection_reason -> Nullable<Text>,
        suspended_by_staff -> Bool,
        seller_can_sell -> Bool,
        lowest_price -> BigInt,
        list_price -> Nullable<BigInt>,
        thumbnail_url -> Nullable<Text>,
        thumbnail_alt -> Nullable<Text>,
        thumbnail_width -> Nullable<Integer>,
        thumbnail_height -> Nullable<Integer>,
        origin -> Text,
        tax_free -> Bool,
        adult_only -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        submitted_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
        listed_at -> Timestamptz,
        listed -> Bool,
    }
}

diesel::table! {
    product_detail (product_id) {
        product_id -> Uuid,
        description -> Text,
        images -> Jsonb,
        options -> Jsonb,
        notices -> Jsonb,
        notice_kind -> Nullable<Text>,
        kc -> Nullable<Jsonb>,
    }
}

diesel::table! {
    variant (id) {
        id -> Uuid,
        product_id -> Uuid,
        seller_id -> Uuid,
        position -> Integer,
        sku -> Text,
        name -> Text,
        option_values -> Array<Text>,
        price -> BigInt,
        list_price -> Nullable<BigInt>,
        sellable -> Bool,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    price_change (variant_id, changed_at) {
        variant_id -> Uuid,
        changed_at -> Timestamptz,
        product_id -> Uuid,
        price -> BigInt,
        offered -> Bool,
    }
}

diesel::table! {
    add_on (product_id, variant_id) {
        product_id -> Uuid,
        variant_id -> Uuid,
        position -> Integer,
    }
}

diesel::joinable!(variant -> product (product_id));
diesel::joinable!(product_detail -> product (product_id));
diesel::allow_tables_to_appear_in_same_query!(product, variant, product_detail);
