-- Who can sign in.
CREATE TABLE account (
    id uuid PRIMARY KEY,
    -- In lower case: one mailbox, one account.
    email text NOT NULL CONSTRAINT account_email_taken UNIQUE CHECK (email = lower(email)),
    -- Argon2id, as a PHC string with its parameters.
    password_hash text NOT NULL,
    scopes text[] NOT NULL,
    email_verified_at timestamptz,
    password_changed_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
);

-- A signed-in device. Its refresh tokens are one family.
CREATE TABLE session (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    -- The sellers that the person acted for when the last access token was issued.
    organisations uuid[] NOT NULL,
    user_agent text,
    ip_address text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_for text CHECK (revoked_for IN ('SIGNED_OUT', 'REVOKED', 'PASSWORD_CHANGED', 'TOKEN_REUSED')),
    CHECK ((revoked_at IS NULL) = (revoked_for IS NULL))
);
CREATE INDEX session_by_user ON session (user_id, last_used_at DESC) WHERE revoked_at IS NULL;
CREATE INDEX session_by_expiry ON session (expires_at);

-- Refresh tokens. Only their SHA-256 is kept.
CREATE TABLE refresh_token (
    digest bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    -- The token that this one replaced.
    parent bytea,
    created_at timestamptz NOT NULL,
    -- When it was replaced; presenting it after that is a sign of theft.
    rotated_at timestamptz
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
CREATE INDEX refresh_token_by_parent ON refresh_token (parent) WHERE parent IS NOT NULL;
CREATE INDEX refresh_token_rotated ON refresh_token (rotated_at) WHERE rotated_at IS NOT NULL;

-- Ed25519 keys that access tokens are signed with.
CREATE TABLE signing_key (
    id text PRIMARY KEY,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    private_key bytea NOT NULL,
    -- Whether private_key is encrypted under AUTH_SIGNING_KEY.
    sealed boolean NOT NULL,
    signs_from timestamptz NOT NULL
);
