-- What a person has besides the password.
CREATE TABLE mfa_factor (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('TOTP')),
    name text NOT NULL,
    secret bytea NOT NULL,
    -- Whether secret is encrypted under AUTH_SIGNING_KEY.
    sealed boolean NOT NULL,
    -- The time step of the last code that was accepted: no code is good twice.
    last_step bigint,
    created_at timestamptz NOT NULL,
    -- When the person showed that the device has the secret; it counts from then on.
    confirmed_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX mfa_factor_by_user ON mfa_factor (user_id);

-- Codes for whoever lost the factor, each good once. Only their SHA-256 is kept.
CREATE TABLE recovery_code (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, digest)
);

-- Sign-ins that wait for the second factor. Only the SHA-256 of their tokens is kept.
CREATE TABLE sign_in_challenge (
    digest bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    -- How the first factor was shown.
    method text NOT NULL CHECK (method IN ('PASSWORD', 'OAUTH')),
    attempts integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_challenge_by_user ON sign_in_challenge (user_id);
CREATE INDEX sign_in_challenge_by_expiry ON sign_in_challenge (expires_at);

ALTER TABLE session
    -- When and how the session proved last who it is; null for those that began before this was kept.
    ADD authenticated_at timestamptz,
    ADD methods text[] NOT NULL DEFAULT '{}',
    -- When it proved it by a second factor last.
    ADD mfa_verified_at timestamptz,
    DROP CONSTRAINT session_revoked_for_check,
    ADD CONSTRAINT session_revoked_for_check CHECK (
        revoked_for IN ('SIGNED_OUT', 'REVOKED', 'PASSWORD_CHANGED', 'PASSWORD_RESET', 'TOKEN_REUSED', 'WITHDRAWN',
            'FACTOR_ADDED')
    );
