//! The tables, as diesel knows them.

diesel::table! {
    content (id) {
        id -> Uuid,
        hash -> Binary,
        media_type -> Text,
        size -> BigInt,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        stored_at -> Timestamptz,
    }
}

diesel::table! {
    file (id) {
        id -> Uuid,
        owner_id -> Uuid,
        seller_id -> Nullable<Uuid>,
        purpose -> Text,
        name -> Text,
        content_id -> Uuid,
        created_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        held -> Bool,
        handed_in_for -> Nullable<Uuid>,
    }
}

diesel::table! {
    upload (id) {
        id -> Uuid,
        owner_id -> Uuid,
        seller_id -> Nullable<Uuid>,
        purpose -> Text,
        name -> Text,
        size -> BigInt,
        state -> Text,
        refusal -> Nullable<Text>,
        file_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::joinable!(file -> content (content_id));
diesel::allow_tables_to_appear_in_same_query!(content, file);
