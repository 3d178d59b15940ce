//! The tables, as diesel knows them.

diesel::table! {
    commission_rate (id) {
        id -> Uuid,
        category_id -> Nullable<Uuid>,
        rate -> Integer,
        effective_from -> Timestamptz,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    settlement_account (seller_id) {
        seller_id -> Uuid,
        cadence -> Nullable<Text>,
        lag -> Nullable<Integer>,
        holdback -> Integer,
        updated_by -> Nullable<Uuid>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    settlement_order (order_id) {
        order_id -> Uuid,
        number -> Nullable<Text>,
        paid_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    settlement_early_fact (event_id) {
        event_id -> Uuid,
        order_id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        occurred_at -> Timestamptz,
    }
}

diesel::table! {
    settlement_run (cadence, period_end) {
        cadence -> Text,
        period_start -> Date,
        period_end -> Date,
        state -> Text,
        lease_until -> Timestamptz,
        settled -> Integer,
        started_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    settlement (id) {
        id -> Uuid,
        seller_id -> Uuid,
        cadence -> Nullable<Text>,
        period_start -> Date,
        period_end -> Date,
        payable_on -> Date,
        item_count -> Integer,
        gross -> BigInt,
        seller_discount -> BigInt,
        platform_discount -> BigInt,
        commission -> BigInt,
        commission_vat -> BigInt,
        net -> BigInt,
        recipient -> Jsonb,
        closed_by -> Nullable<Uuid>,
        closed_at -> Timestamptz,
    }
}

diesel::table! {
    settlement_item (id) {
        id -> Uuid,
        kind -> Text,
        seller_id -> Uuid,
        order_id -> Nullable<Uuid>,
        order_number -> Nullable<Text>,
        seller_order_id -> Nullable<Uuid>,
        line_id -> Nullable<Uuid>,
        claim_id -> Nullable<Text>,
        reverses -> Nullable<Uuid>,
        carried_from -> Nullable<Uuid>,
        category_id -> Nullable<Uuid>,
        title -> Text,
        quantity -> Integer,
        rate -> Integer,
        gross -> BigInt,
        seller_discount -> BigInt,
        platform_discount -> BigInt,
        commission -> BigInt,
        commission_vat -> BigInt,
        net -> BigInt,
        state -> Text,
        held_from -> Nullable<Text>,
        held_reason -> Nullable<Text>,
        eligible_at -> Nullable<Timestamptz>,
        settlement_id -> Nullable<Uuid>,
        occurred_at -> Timestamptz,
        created_at -> Timestamptz,
        tax_free -> Bool,
    }
}

diesel::table! {
    settlement_item_change (id) {
        id -> BigInt,
        item_id -> Uuid,
        from_state -> Text,
        to_state -> Text,
        reason -> Text,
        changed_by -> Uuid,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    settlement_line (item_id) {
        item_id -> Uuid,
        settlement_id -> Uuid,
        kind -> Text,
        order_number -> Nullable<Text>,
        title -> Text,
        quantity -> Integer,
        rate -> Integer,
        gross -> BigInt,
        seller_discount -> BigInt,
        platform_discount -> BigInt,
        commission -> BigInt,
        commission_vat -> BigInt,
        net -> BigInt,
        occurred_at -> Timestamptz,
        tax_free -> Bool,
    }
}

diesel::table! {
    payout (id) {
        id -> Uuid,
        settlement_id -> Uuid,
        seller_id -> Uuid,
        amount -> BigInt,
        state -> Text,
        payable_on -> Date,
        bank -> Text,
        account_number -> Text,
        account_holder -> Text,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        sent_at -> Nullable<Timestamptz>,
        lease_until -> Timestamptz,
        attempts -> Integer,
        bank_reference -> Nullable<Text>,
        paid_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    payout_change (id) {
        id -> BigInt,
        payout_id -> Uuid,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        changed_by -> Nullable<Uuid>,
        changed_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(settlement, settlement_account, settlement_item);
