//! The tables, as diesel knows them.

diesel::table! {
    coupon_policy (id) {
        id -> Uuid,
        seller_id -> Nullable<Uuid>,
        name -> Text,
        description -> Nullable<Text>,
        state -> Text,
        kind -> Text,
        value -> BigInt,
        minimum -> BigInt,
        cap -> Nullable<BigInt>,
        level -> Text,
        scope -> Text,
        scope_ids -> Array<Uuid>,
        stacking -> Text,
        seller_share -> Integer,
        distribution -> Text,
        code -> Nullable<Text>,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        valid_days -> Nullable<Integer>,
        per_user_limit -> Integer,
        total_limit -> Nullable<Integer>,
        issued_count -> Integer,
        budget -> Nullable<BigInt>,
        budget_spent -> BigInt,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    coupon_policy_change (id) {
        id -> BigInt,
        policy_id -> Uuid,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        changed_by -> Nullable<Uuid>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    coupon (id) {
        id -> Uuid,
        policy_id -> Uuid,
        user_id -> Uuid,
        ordinal -> Integer,
        state -> Text,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        order_id -> Nullable<Uuid>,
        used_at -> Nullable<Timestamptz>,
        restored_at -> Nullable<Timestamptz>,
        revoked_reason -> Nullable<Text>,
        expiry_told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    coupon_reservation (order_id) {
        order_id -> Uuid,
        user_id -> Nullable<Uuid>,
        state -> Text,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    coupon_use (order_id, coupon_id) {
        order_id -> Uuid,
        coupon_id -> Uuid,
        policy_id -> Uuid,
        state -> Text,
        discount -> BigInt,
    }
}

diesel::table! {
    coupon_use_line (order_id, coupon_id, line_id) {
        order_id -> Uuid,
        coupon_id -> Uuid,
        line_id -> Text,
        seller_id -> Uuid,
        quantity -> Integer,
        cancelled -> Integer,
        cancel_refunded -> Integer,
        returned -> Integer,
        gone -> Integer,
        discount -> BigInt,
        seller_part -> BigInt,
    }
}

diesel::joinable!(coupon -> coupon_policy (policy_id));
diesel::allow_tables_to_appear_in_same_query!(coupon, coupon_policy);
