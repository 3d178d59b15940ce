-- Expand: what is personal stands sealed, under a key a person, which is destroyed when the person leaves. Rows that
-- were written before are sealed by a job; until `sealed` is set, a row's plain columns count. A later release drops them
-- (contract). They keep an empty text meanwhile, so that replicas of the release before can read what they meet.
CREATE TABLE person_key (
    user_id uuid PRIMARY KEY REFERENCES profile ON DELETE CASCADE,
    -- Wrapped by USER_DATA_KEY, where that is set.
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE profile
    ALTER COLUMN email SET DEFAULT '',
    ALTER COLUMN name SET DEFAULT '',
    ADD COLUMN sealed bytea,
    -- Keyed hashes of beginnings of the e-mail address and of parts of the name, for the search of staff.
    ADD COLUMN search_tokens text[] NOT NULL DEFAULT '{}',
    ADD COLUMN withdrawn_at timestamptz;
CREATE INDEX profile_by_token ON profile USING gin (search_tokens);
CREATE INDEX profile_unsealed ON profile (id) WHERE sealed IS NULL AND withdrawn_at IS NULL;

ALTER TABLE address
    DROP CONSTRAINT address_zonecode_check,
    ALTER COLUMN recipient SET DEFAULT '',
    ALTER COLUMN phone SET DEFAULT '',
    ALTER COLUMN zonecode SET DEFAULT '',
    ALTER COLUMN road_address SET DEFAULT '',
    ALTER COLUMN detail SET DEFAULT '',
    ADD COLUMN sealed bytea;
CREATE INDEX address_unsealed ON address (id) WHERE sealed IS NULL;

-- What the law asks to keep of people who left, apart from everything else and sealed under the service's own key.
CREATE TABLE retained_record (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    basis text NOT NULL CHECK (basis IN ('CONTRACTS', 'DISPUTES')),
    sealed bytea NOT NULL,
    retain_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT retained_record_once UNIQUE (user_id, basis)
);
CREATE INDEX retained_record_due ON retained_record (retain_until);

-- Who has looked at a person's data. Goes when the person leaves.
CREATE TABLE data_view (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    viewer_id uuid NOT NULL,
    viewer_kind text NOT NULL CHECK (viewer_kind IN ('STAFF', 'SELLER')),
    seller_id uuid,
    what text NOT NULL,
    reason text,
    viewed_at timestamptz NOT NULL
);
CREATE INDEX data_view_newest ON data_view (user_id, viewed_at DESC, id DESC);
