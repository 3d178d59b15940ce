//! The tables of the `seller` schema.

diesel::table! {
    seller (id) {
        id -> Uuid,
        name -> Text,
        introduction -> Nullable<Text>,
        representative_name -> Text,
        business_number -> Text,
        mail_order_number -> Text,
        address -> Text,
        phone -> Text,
        email -> Text,
        tax_type -> Text,
        state -> Text,
        bank -> Text,
        bank_account_number -> Text,
        bank_account_holder -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    seller_member (seller_id, user_id) {
        seller_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        joined_at -> Timestamptz,
    }
}

diesel::table! {
    seller_state_change (id) {
        id -> BigInt,
        seller_id -> Uuid,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        changed_by -> Nullable<Uuid>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    seller_document (id) {
        id -> Uuid,
        seller_id -> Uuid,
        kind -> Text,
        url -> Text,
        submitted_by -> Uuid,
        submitted_at -> Timestamptz,
        expires_on -> Nullable<Date>,
        replaced_at -> Nullable<Timestamptz>,
        warned_at -> Nullable<Timestamptz>,
        expired_at -> Nullable<Timestamptz>,
        file_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    seller_particulars_request (id) {
        id -> Uuid,
        seller_id -> Uuid,
        state -> Text,
        wanted -> Jsonb,
        before -> Nullable<Jsonb>,
        reason -> Text,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        decision -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(seller, seller_member, seller_document);
