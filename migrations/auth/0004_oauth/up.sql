-- Whoever signed up by somebody else's service has no password.
ALTER TABLE account ALTER password_hash DROP NOT NULL;

-- Accounts at other people's services by which a person signs in.
CREATE TABLE oauth_link (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    provider text NOT NULL CHECK (provider IN ('KAKAO', 'NAVER', 'GOOGLE')),
    -- Who the person is there; never changes, unlike the e-mail address.
    subject text NOT NULL,
    email text,
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT oauth_link_subject UNIQUE (provider, subject),
    CONSTRAINT oauth_link_provider UNIQUE (user_id, provider)
);

-- Sign-ins that are at a provider's now. Only the SHA-256 of the browser's secret and of the state is kept.
CREATE TABLE oauth_flow (
    digest bytea PRIMARY KEY,
    provider text NOT NULL,
    state_digest bytea NOT NULL,
    -- For PKCE (RFC 7636).
    verifier text NOT NULL,
    nonce text NOT NULL,
    -- The signed-in person who wants to link the account there.
    user_id uuid REFERENCES account ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX oauth_flow_by_expiry ON oauth_flow (expires_at);
CREATE INDEX oauth_flow_by_user ON oauth_flow (user_id);

-- People whom a provider named and who are linked to no account yet. Only the SHA-256 of their tickets is kept.
CREATE TABLE oauth_ticket (
    digest bytea PRIMARY KEY,
    provider text NOT NULL,
    subject text NOT NULL,
    email text,
    email_verified boolean NOT NULL,
    name text,
    -- The account that has the verified e-mail address, and has to be proved before it is linked.
    user_id uuid REFERENCES account ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX oauth_ticket_by_expiry ON oauth_ticket (expires_at);
CREATE INDEX oauth_ticket_by_user ON oauth_ticket (user_id);
