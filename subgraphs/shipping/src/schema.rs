//! The tables, as diesel knows them.

diesel::table! {
    bundle_group (id) {
        id -> Uuid,
        seller_id -> Uuid,
        name -> Text,
        rule -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    shipping_policy (id) {
        id -> Uuid,
        seller_id -> Uuid,
        name -> Text,
        kind -> Text,
        fee -> BigInt,
        free_from -> Nullable<BigInt>,
        pieces_per_fee -> Nullable<Integer>,
        bundle_group_id -> Nullable<Uuid>,
        ships_alone -> Bool,
        jeju_surcharge -> BigInt,
        remote_surcharge -> BigInt,
        return_fee -> BigInt,
        exchange_fee -> BigInt,
        dispatch_days -> Integer,
        cut_off -> Time,
        is_default -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    product_policy (product_id) {
        product_id -> Uuid,
        policy_id -> Uuid,
        assigned_at -> Timestamptz,
    }
}

diesel::table! {
    paid_order (order_id) {
        order_id -> Uuid,
        paid_at -> Timestamptz,
    }
}

diesel::table! {
    shipment (id) {
        id -> Uuid,
        direction -> Text,
        order_id -> Uuid,
        seller_order_id -> Nullable<Uuid>,
        seller_id -> Uuid,
        buyer_id -> Nullable<Uuid>,
        claim_id -> Nullable<Uuid>,
        bundle_key -> Uuid,
        state -> Text,
        carrier -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        dispatch_by -> Timestamptz,
        overdue_at -> Nullable<Timestamptz>,
        overdue -> Bool,
        last_scan_at -> Nullable<Timestamptz>,
        stall_at -> Nullable<Timestamptz>,
        next_poll_at -> Nullable<Timestamptz>,
        poll_failures -> Integer,
        push_registered -> Bool,
        created_at -> Timestamptz,
        invoiced_at -> Nullable<Timestamptz>,
        picked_up_at -> Nullable<Timestamptz>,
        delivered_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    shipment_line (shipment_id, line_id) {
        shipment_id -> Uuid,
        line_id -> Uuid,
        outbound -> Bool,
        product_id -> Nullable<Uuid>,
        title -> Text,
        variant_name -> Text,
        quantity -> Integer,
    }
}

diesel::table! {
    tracking_event (id) {
        id -> Uuid,
        shipment_id -> Uuid,
        tracking_number -> Text,
        code -> Text,
        description -> Text,
        location -> Nullable<Text>,
        occurred_at -> Timestamptz,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    shipment_state_change (id) {
        id -> BigInt,
        shipment_id -> Uuid,
        from_state -> Nullable<Text>,
        to_state -> Text,
        note -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::joinable!(shipping_policy -> bundle_group (bundle_group_id));
diesel::joinable!(product_policy -> shipping_policy (policy_id));
diesel::joinable!(shipment_line -> shipment (shipment_id));
diesel::allow_tables_to_appear_in_same_query!(bundle_group, shipping_policy, product_policy);
diesel::allow_tables_to_appear_in_same_query!(shipment, shipment_line);
