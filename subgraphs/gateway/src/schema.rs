//! The tables, as diesel knows them.

diesel::table! {
    api_client (id) {
        id -> Uuid,
        name -> Text,
        contact -> Text,
        description -> Text,
        scopes -> Array<Text>,
        seller_id -> Nullable<Uuid>,
        cost_per_minute -> Integer,
        created_by -> Uuid,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_key (id) {
        id -> Uuid,
        client_id -> Uuid,
        digest -> Bytea,
        hint -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    trusted_document (hash) {
        hash -> Text,
        name -> Text,
        body -> Text,
        client_id -> Nullable<Uuid>,
        registered_by -> Uuid,
        registered_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    supergraph (sequence) {
        sequence -> BigInt,
        hash -> Text,
        subgraphs -> Array<Text>,
        sdl -> Text,
        in_force_since -> Timestamptz,
    }
}

diesel::table! {
    rest_route_use (operation, day) {
        operation -> Text,
        day -> Date,
        requests -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(api_client, api_key);
