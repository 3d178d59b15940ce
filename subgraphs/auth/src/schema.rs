//! The tables of the `auth` schema.

diesel::table! {
    account (id) {
        id -> Uuid,
        email -> Text,
        password_hash -> Nullable<Text>,
        scopes -> Array<Text>,
        email_verified_at -> Nullable<Timestamptz>,
        password_changed_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    account_token (digest) {
        digest -> Bytea,
        user_id -> Uuid,
        purpose -> Text,
        email -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    session (id) {
        id -> Uuid,
        user_id -> Uuid,
        organisations -> Array<Uuid>,
        user_agent -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoked_for -> Nullable<Text>,
        authenticated_at -> Nullable<Timestamptz>,
        methods -> Array<Text>,
        mfa_verified_at -> Nullable<Timestamptz>,
        owner_of -> Array<Uuid>,
        staff_of -> Array<Uuid>,
    }
}

diesel::table! {
    refresh_token (digest) {
        digest -> Bytea,
        session_id -> Uuid,
        parent -> Nullable<Bytea>,
        created_at -> Timestamptz,
        rotated_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    signing_key (id) {
        id -> Text,
        public_key -> Bytea,
        private_key -> Bytea,
        sealed -> Bool,
        signs_from -> Timestamptz,
    }
}

diesel::table! {
    mfa_factor (id) {
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        name -> Text,
        secret -> Bytea,
        sealed -> Bool,
        last_step -> Nullable<BigInt>,
        created_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    recovery_code (user_id, digest) {
        user_id -> Uuid,
        digest -> Bytea,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_in_challenge (digest) {
        digest -> Bytea,
        user_id -> Uuid,
        method -> Text,
        attempts -> Integer,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    oauth_link (id) {
        id -> Uuid,
        user_id -> Uuid,
        provider -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        linked_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    oauth_flow (digest) {
        digest -> Bytea,
        provider -> Text,
        state_digest -> Bytea,
        verifier -> Text,
        nonce -> Text,
        user_id -> Nullable<Uuid>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    oauth_ticket (digest) {
        digest -> Bytea,
        provider -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        email_verified -> Bool,
        name -> Nullable<Text>,
        user_id -> Nullable<Uuid>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    passkey (id) {
        id -> Uuid,
        user_id -> Uuid,
        credential_id -> Bytea,
        public_key -> Bytea,
        sign_count -> BigInt,
        name -> Text,
        backed_up -> Bool,
        backup_eligible -> Nullable<Bool>,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    passkey_challenge (digest) {
        digest -> Bytea,
        user_id -> Nullable<Uuid>,
        session_id -> Nullable<Uuid>,
        expires_at -> Timestamptz,
    }
}
