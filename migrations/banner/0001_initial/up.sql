-- A place on a page.
CREATE TABLE slot (
    id uuid PRIMARY KEY,
    key text NOT NULL CONSTRAINT slot_key_unique UNIQUE,
    name text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    capacity integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT slot_size_positive CHECK (width > 0 AND height > 0 AND capacity > 0)
);

CREATE TABLE banner (
    id uuid PRIMARY KEY,
    slot_id uuid NOT NULL REFERENCES slot,
    title text NOT NULL,
    link text NOT NULL,
    is_ad boolean NOT NULL DEFAULT false,
    advertiser text,
    devices text[] NOT NULL CONSTRAINT banner_has_devices CHECK (cardinality(devices) > 0),
    audience text NOT NULL,
    position integer NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    state text NOT NULL,
    published_at timestamptz,
    confidence_percent integer NOT NULL,
    minimum_sample integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT banner_ends_after_it_starts CHECK (ends_at > starts_at)
);
CREATE INDEX banner_of_slot ON banner (slot_id, position, id) WHERE state IN ('SCHEDULED', 'ACTIVE');
CREATE INDEX banner_newest ON banner (created_at, id);
CREATE INDEX banner_to_start ON banner (starts_at) WHERE state = 'SCHEDULED';
CREATE INDEX banner_to_end ON banner (ends_at) WHERE state IN ('SCHEDULED', 'ACTIVE', 'PAUSED');

-- A picture of a banner; with several, each is shown to a part of the viewers.
CREATE TABLE banner_variant (
    id uuid PRIMARY KEY,
    banner_id uuid NOT NULL REFERENCES banner,
    name text NOT NULL,
    image_url text NOT NULL,
    image_alt text NOT NULL,
    weight integer NOT NULL CONSTRAINT banner_variant_weight_positive CHECK (weight > 0),
    position integer NOT NULL,
    impressions bigint NOT NULL DEFAULT 0,
    clicks bigint NOT NULL DEFAULT 0,
    stopped_at timestamptz,
    UNIQUE (banner_id, position)
);

-- What was counted of a variant, by Korea's day.
CREATE TABLE variant_day (
    variant_id uuid NOT NULL REFERENCES banner_variant ON DELETE CASCADE,
    day date NOT NULL,
    impressions bigint NOT NULL DEFAULT 0,
    clicks bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (variant_id, day)
);

-- What became of a banner, and why.
CREATE TABLE banner_state_change (
    banner_id uuid NOT NULL REFERENCES banner,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    from_state text,
    to_state text NOT NULL,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (banner_id, sequence)
);

-- Who signed up lately.
CREATE TABLE new_member (
    user_id uuid PRIMARY KEY,
    registered_at timestamptz NOT NULL
);
CREATE INDEX new_member_registered ON new_member (registered_at);
