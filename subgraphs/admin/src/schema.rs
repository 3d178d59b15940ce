//! The tables of the `admin` schema.

diesel::table! {
    audit_entry (sequence) {
        sequence -> BigInt,
        event_id -> Uuid,
        actor -> Text,
        actor_kind -> Text,
        impersonated -> Nullable<Text>,
        service -> Text,
        action -> Text,
        object -> Text,
        reason -> Nullable<Text>,
        before -> Jsonb,
        after -> Jsonb,
        at -> Timestamptz,
        trace_id -> Nullable<Text>,
        previous -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    audit_head (one) {
        one -> Bool,
        sequence -> BigInt,
        hash -> Bytea,
    }
}

diesel::table! {
    role (id) {
        id -> Uuid,
        name -> Text,
        permissions -> Array<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    staff (user_id) {
        user_id -> Uuid,
        name -> Text,
        active -> Bool,
        version -> BigInt,
        joined_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    staff_role (user_id, role_id) {
        user_id -> Uuid,
        role_id -> Uuid,
    }
}

diesel::table! {
    approval_request (id) {
        id -> Uuid,
        kind -> Text,
        state -> Text,
        object -> Text,
        wanted -> Jsonb,
        reason -> Text,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        expires_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        decision_reason -> Nullable<Text>,
        executed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notice (id) {
        id -> Uuid,
        title_ko -> Text,
        title_en -> Text,
        body_ko -> Text,
        body_en -> Text,
        audience -> Text,
        pinned -> Bool,
        state -> Text,
        starts_at -> Timestamptz,
        ends_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    complaint (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        channel -> Text,
        category -> Text,
        object -> Nullable<Text>,
        text -> Text,
        state -> Text,
        handler -> Nullable<Uuid>,
        answer -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    impersonation (id) {
        id -> Uuid,
        staff_id -> Uuid,
        user_id -> Uuid,
        reason -> Text,
        started_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(role, staff, staff_role);
