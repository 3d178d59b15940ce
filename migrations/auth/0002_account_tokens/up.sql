-- Links that were mailed to a person. Only the SHA-256 of their tokens is kept.
CREATE TABLE account_token (
    digest bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD')),
    -- The address that it was mailed to, which it proves.
    email text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX account_token_by_user ON account_token (user_id, purpose);
CREATE INDEX account_token_by_expiry ON account_token (expires_at);

ALTER TABLE session
    DROP CONSTRAINT session_revoked_for_check,
    ADD CONSTRAINT session_revoked_for_check CHECK (
        revoked_for IN ('SIGNED_OUT', 'REVOKED', 'PASSWORD_CHANGED', 'PASSWORD_RESET', 'TOKEN_REUSED', 'WITHDRAWN')
    );
