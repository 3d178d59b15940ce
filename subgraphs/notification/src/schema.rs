//! The tables, as diesel knows them.

diesel::table! {
    contact (user_id) {
        user_id -> Uuid,
        email -> Text,
        name -> Text,
        phone -> Nullable<Text>,
        withdrawn -> Bool,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    recipient_language (user_id) {
        user_id -> Uuid,
        language -> Text,
    }
}

diesel::table! {
    preference (user_id, event, channel) {
        user_id -> Uuid,
        event -> Text,
        channel -> Text,
        enabled -> Bool,
    }
}

diesel::table! {
    order_buyer (order_id) {
        order_id -> Text,
        buyer_id -> Uuid,
    }
}

diesel::table! {
    notification (id) {
        id -> Uuid,
        user_id -> Uuid,
        event -> Text,
        params -> Jsonb,
        link -> Nullable<Text>,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_endpoint (id) {
        id -> Uuid,
        seller_id -> Uuid,
        url -> Text,
        events -> Array<Text>,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_secret_until -> Nullable<Timestamptz>,
        state -> Text,
        failures -> Integer,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    delivery (id) {
        id -> Uuid,
        channel -> Text,
        event -> Text,
        user_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        endpoint_id -> Nullable<Uuid>,
        marketing -> Bool,
        payload -> Jsonb,
        link -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        lease -> Nullable<Uuid>,
        leased_until -> Nullable<Timestamptz>,
        outcome -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}
