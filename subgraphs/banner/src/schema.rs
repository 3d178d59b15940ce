//! The tables, as diesel knows them.

diesel::table! {
    slot (id) {
        id -> Uuid,
        key -> Text,
        name -> Text,
        width -> Integer,
        height -> Integer,
        capacity -> Integer,
    }
}

diesel::table! {
    banner (id) {
        id -> Uuid,
        slot_id -> Uuid,
        title -> Text,
        link -> Text,
        is_ad -> Bool,
        advertiser -> Nullable<Text>,
        devices -> Array<Text>,
        audience -> Text,
        position -> Integer,
        starts_at -> Timestamptz,
        ends_at -> Nullable<Timestamptz>,
        state -> Text,
        published_at -> Nullable<Timestamptz>,
        confidence_percent -> Integer,
        minimum_sample -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    banner_variant (id) {
        id -> Uuid,
        banner_id -> Uuid,
        name -> Text,
        image_url -> Text,
        image_alt -> Text,
        weight -> Integer,
        position -> Integer,
        impressions -> BigInt,
        clicks -> BigInt,
        stopped_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    variant_day (variant_id, day) {
        variant_id -> Uuid,
        day -> Date,
        impressions -> BigInt,
        clicks -> BigInt,
    }
}

diesel::table! {
    banner_state_change (banner_id, sequence) {
        banner_id -> Uuid,
        sequence -> BigInt,
        from_state -> Nullable<Text>,
        to_state -> Text,
        changed_by -> Nullable<Uuid>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    new_member (user_id) {
        user_id -> Uuid,
        registered_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(banner, banner_variant, slot);
