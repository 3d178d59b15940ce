-- Keys of devices by which people sign in (WebAuthn).
CREATE TABLE passkey (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    -- The authenticator's name for it.
    credential_id bytea NOT NULL CONSTRAINT passkey_credential UNIQUE,
    -- As the authenticator gave it (COSE).
    public_key bytea NOT NULL,
    -- Goes up with each use, where the authenticator counts: a smaller one is a copy's.
    sign_count bigint NOT NULL,
    name text NOT NULL,
    backed_up boolean NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX passkey_by_user ON passkey (user_id);

-- Challenges that are at an authenticator now. Only their SHA-256 is kept.
CREATE TABLE passkey_challenge (
    digest bytea PRIMARY KEY,
    -- Who registers; null for signing in.
    user_id uuid REFERENCES account ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenge_by_expiry ON passkey_challenge (expires_at);
CREATE INDEX passkey_challenge_by_user ON passkey_challenge (user_id);
