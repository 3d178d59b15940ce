//! The tables, as diesel knows them.

diesel::table! {
    purchase (id) {
        id -> Uuid,
        number -> Text,
        buyer_id -> Uuid,
        name -> Text,
        payment_method -> Text,
        items_total -> BigInt,
        discount_total -> BigInt,
        shipping_total -> BigInt,
        total -> BigInt,
        recipient -> Text,
        phone -> Text,
        zonecode -> Text,
        road_address -> Text,
        address_detail -> Text,
        entrance_note -> Nullable<Text>,
        placed_at -> Timestamptz,
        payment_deadline -> Timestamptz,
        paid_at -> Nullable<Timestamptz>,
        refusal -> Nullable<Text>,
    }
}

diesel::table! {
    seller_order (id) {
        id -> Uuid,
        order_id -> Uuid,
        seller_id -> Uuid,
        number -> Text,
        items_total -> BigInt,
        discount_total -> BigInt,
        shipping_total -> BigInt,
        total -> BigInt,
        placed_at -> Timestamptz,
        shipping_refunded -> BigInt,
        return_fee -> Nullable<BigInt>,
        exchange_fee -> Nullable<BigInt>,
    }
}

diesel::table! {
    line (id) {
        id -> Uuid,
        order_id -> Uuid,
        seller_order_id -> Uuid,
        seller_id -> Uuid,
        product_id -> Uuid,
        variant_id -> Uuid,
        product_title -> Text,
        variant_name -> Text,
        image_url -> Nullable<Text>,
        unit_price -> BigInt,
        quantity -> Integer,
        items_total -> BigInt,
        discount_total -> BigInt,
        total -> BigInt,
        state -> Text,
        cart_line_id -> Nullable<Uuid>,
        prepare_by -> Nullable<Timestamptz>,
        carrier -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        confirm_by -> Nullable<Timestamptz>,
        cancel_reason -> Nullable<Text>,
        cancel_answer_by -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
        category_id -> Nullable<Uuid>,
        seller_discount -> BigInt,
        delivered_at -> Nullable<Timestamptz>,
        claim_id -> Nullable<Uuid>,
        returned_quantity -> Integer,
        returned_total -> BigInt,
        returned_seller_discount -> BigInt,
        preparation_overdue_at -> Nullable<Timestamptz>,
        dispatch_overdue_at -> Nullable<Timestamptz>,
        undelivered_at -> Nullable<Timestamptz>,
        resend_by -> Nullable<Timestamptz>,
        cancel_from -> Nullable<Text>,
        category_path -> Nullable<Jsonb>,
        option_texts -> Nullable<Jsonb>,
        tax_free -> Bool,
    }
}

diesel::table! {
    line_state_change (id) {
        id -> BigInt,
        line_id -> Uuid,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    checkout (order_id) {
        order_id -> Uuid,
        step -> Text,
        lease_until -> Timestamptz,
        attempts -> Integer,
        key_owner -> Text,
        key -> Text,
    }
}

diesel::table! {
    refund_task (id) {
        id -> Uuid,
        order_id -> Uuid,
        amount -> BigInt,
        reason -> Text,
        state -> Text,
        lease_until -> Timestamptz,
        attempts -> Integer,
        created_at -> Timestamptz,
        tax_free_amount -> BigInt,
    }
}

diesel::table! {
    claim (id) {
        id -> Uuid,
        order_id -> Uuid,
        seller_order_id -> Uuid,
        seller_id -> Uuid,
        buyer_id -> Uuid,
        kind -> Text,
        remedy -> Text,
        reason -> Text,
        detail -> Text,
        fault -> Text,
        state -> Text,
        held_from -> Nullable<Text>,
        items_total -> BigInt,
        fee -> BigInt,
        shipping_refund -> BigInt,
        refund_amount -> BigInt,
        refund_id -> Nullable<Uuid>,
        answer_by -> Timestamptz,
        carrier -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        reship_carrier -> Nullable<Text>,
        reship_tracking_number -> Nullable<Text>,
        reship_lease_until -> Nullable<Timestamptz>,
        reshipped -> Bool,
        refusal -> Nullable<Text>,
        hold_reason -> Nullable<Text>,
        requested_at -> Timestamptz,
        collected_at -> Nullable<Timestamptz>,
        disputed_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        photos -> Array<Uuid>,
        act_by -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    claim_line (claim_id, line_id) {
        claim_id -> Uuid,
        line_id -> Uuid,
        quantity -> Integer,
        total -> BigInt,
        seller_discount -> BigInt,
        variant_id -> Uuid,
        new_variant_id -> Nullable<Uuid>,
        new_variant_name -> Nullable<Text>,
        sound -> Nullable<Bool>,
    }
}

diesel::table! {
    claim_state_change (id) {
        id -> BigInt,
        claim_id -> Uuid,
        from_state -> Nullable<Text>,
        to_state -> Text,
        party -> Text,
        reason -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::joinable!(claim_line -> claim (claim_id));
diesel::joinable!(line -> purchase (order_id));
diesel::joinable!(seller_order -> purchase (order_id));
diesel::allow_tables_to_appear_in_same_query!(purchase, seller_order, line, checkout, refund_task, line_state_change);
diesel::allow_tables_to_appear_in_same_query!(claim, claim_line, claim_state_change);
