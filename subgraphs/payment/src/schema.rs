//! The tables, as diesel knows them.

diesel::table! {
    payment (id) {
        id -> Uuid,
        order_id -> Uuid,
        buyer_id -> Uuid,
        order_name -> Text,
        method -> Text,
        state -> Text,
        amount -> BigInt,
        refunded -> BigInt,
        provider -> Text,
        payment_key -> Nullable<Text>,
        receipt_url -> Nullable<Text>,
        failure_code -> Nullable<Text>,
        failure_message -> Nullable<Text>,
        virtual_account -> Nullable<Jsonb>,
        lease_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        approved_at -> Nullable<Timestamptz>,
        refund_account -> Nullable<Bytea>,
        refund_account_version -> Integer,
        tax_free_amount -> BigInt,
    }
}

diesel::table! {
    attempt (id) {
        id -> Uuid,
        payment_id -> Uuid,
        payment_key -> Text,
        outcome -> Text,
        provider_code -> Nullable<Text>,
        started_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refund (id) {
        id -> Uuid,
        payment_id -> Uuid,
        amount -> BigInt,
        reason -> Text,
        state -> Text,
        provider_code -> Nullable<Text>,
        lease_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        completed_at -> Nullable<Timestamptz>,
        tax_free_amount -> BigInt,
    }
}

diesel::table! {
    ledger_entry (id) {
        id -> Uuid,
        transaction_id -> Uuid,
        account -> Text,
        amount -> BigInt,
        payment_id -> Uuid,
        refund_id -> Nullable<Uuid>,
        occurred_at -> Timestamptz,
    }
}

diesel::table! {
    cash_receipt (id) {
        id -> Uuid,
        payment_id -> Uuid,
        purpose -> Text,
        identity -> Nullable<Text>,
        identity_hint -> Text,
        state -> Text,
        amount -> Nullable<BigInt>,
        refunded_before -> BigInt,
        canceled -> BigInt,
        receipt_key -> Nullable<Text>,
        issue_number -> Nullable<Text>,
        receipt_url -> Nullable<Text>,
        failure_code -> Nullable<Text>,
        lease_until -> Timestamptz,
        created_at -> Timestamptz,
        issued_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    reconciliation (day) {
        day -> Date,
        transactions -> Integer,
        discrepancies -> Integer,
        reconciled_at -> Timestamptz,
    }
}

diesel::table! {
    discrepancy (id) {
        id -> Uuid,
        day -> Date,
        kind -> Text,
        payment_id -> Nullable<Uuid>,
        payment_key -> Text,
        order_id -> Text,
        ours -> BigInt,
        theirs -> BigInt,
        found_at -> Timestamptz,
        resolved_at -> Nullable<Timestamptz>,
        resolved_by -> Nullable<Uuid>,
        note -> Nullable<Text>,
    }
}

diesel::joinable!(cash_receipt -> payment (payment_id));
diesel::joinable!(refund -> payment (payment_id));
diesel::allow_tables_to_appear_in_same_query!(payment, refund, attempt, ledger_entry, cash_receipt);
