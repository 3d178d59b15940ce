-- People, from `user.registered` on. Their credentials are the auth service's.
CREATE TABLE profile (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    phone text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX profile_newest ON profile (created_at DESC, id DESC);
CREATE INDEX profile_by_email ON profile (email text_pattern_ops);

CREATE TABLE address (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
    label text,
    recipient text NOT NULL,
    phone text NOT NULL,
    zonecode text NOT NULL CHECK (zonecode ~ '^[0-9]{5}$'),
    road_address text NOT NULL,
    jibun_address text,
    building_name text,
    bcode text,
    detail text NOT NULL,
    entrance_note text,
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX address_by_user ON address (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX address_one_default ON address (user_id) WHERE is_default;

-- Every answer to a question for consent; the newest of a purpose is in force.
CREATE TABLE consent (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('TERMS', 'PRIVACY', 'AGE_OVER_14', 'MARKETING_EMAIL', 'MARKETING_SMS')),
    version text NOT NULL,
    granted boolean NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX consent_newest ON consent (user_id, purpose, id DESC);

CREATE TABLE wishlist_item (
    user_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
    product_id uuid NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, product_id)
);
CREATE INDEX wishlist_item_newest ON wishlist_item (user_id, added_at DESC, product_id DESC);
