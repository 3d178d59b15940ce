//! The tables of the `user` schema.

diesel::table! {
    profile (id) {
        id -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        sealed -> Nullable<Binary>,
        search_tokens -> Array<Text>,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    person_key (user_id) {
        user_id -> Uuid,
        wrapped -> Binary,
    }
}

diesel::table! {
    retained_record (id) {
        id -> Uuid,
        user_id -> Uuid,
        basis -> Text,
        sealed -> Binary,
        retain_until -> Timestamptz,
    }
}

diesel::table! {
    data_view (id) {
        id -> Uuid,
        user_id -> Uuid,
        viewer_id -> Uuid,
        viewer_kind -> Text,
        seller_id -> Nullable<Uuid>,
        what -> Text,
        reason -> Nullable<Text>,
        viewed_at -> Timestamptz,
    }
}

diesel::table! {
    data_export (id) {
        id -> Uuid,
        user_id -> Uuid,
        exported_at -> Timestamptz,
    }
}

diesel::table! {
    address (id) {
        id -> Uuid,
        user_id -> Uuid,
        is_default -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    consent (id) {
        id -> BigInt,
        user_id -> Uuid,
        purpose -> Text,
        version -> Text,
        granted -> Bool,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    wishlist_item (user_id, product_id) {
        user_id -> Uuid,
        product_id -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    identity_verification (id) {
        id -> Uuid,
        user_id -> Uuid,
        started_at -> Timestamptz,
        expires_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    adult_verification (user_id) {
        user_id -> Uuid,
        verification_id -> Uuid,
        person -> Text,
        sealed -> Binary,
        verified_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(profile, person_key);
diesel::allow_tables_to_appear_in_same_query!(address, person_key);
