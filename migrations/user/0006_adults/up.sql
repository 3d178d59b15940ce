-- Who has shown to be an adult. What the provider of identity verifications tells of a person is not kept, but for this.
CREATE TABLE identity_verification (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
    started_at timestamptz NOT NULL,
    -- Until when it can be confirmed.
    expires_at timestamptz NOT NULL,
    -- When it was taken, once.
    confirmed_at timestamptz
);
CREATE INDEX identity_verification_by_user ON identity_verification (user_id);
CREATE INDEX identity_verification_due ON identity_verification (expires_at);

CREATE TABLE adult_verification (
    user_id uuid PRIMARY KEY REFERENCES profile ON DELETE CASCADE,
    verification_id uuid NOT NULL,
    -- A keyed hash of the 연계정보 (CI): the same for all accounts of one person.
    person text NOT NULL,
    -- The year of birth, under the person's key.
    sealed bytea NOT NULL,
    verified_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX adult_verification_by_person ON adult_verification (person);
CREATE INDEX adult_verification_due ON adult_verification (expires_at);
