-- A confirmed line: what gives its buyer the right to write one review.
CREATE TABLE confirmed_line (
    line_id uuid PRIMARY KEY,
    buyer_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    title text NOT NULL,
    variant_name text NOT NULL,
    quantity integer NOT NULL,
    confirmed_at timestamptz NOT NULL
);
CREATE INDEX confirmed_line_of_buyer ON confirmed_line (buyer_id, confirmed_at, line_id);

-- What was paid back of a line, claim by claim. It may be heard of before the confirmation.
CREATE TABLE line_refund (
    line_id uuid NOT NULL,
    claim_id text NOT NULL,
    quantity integer NOT NULL,
    refunded_at timestamptz NOT NULL,
    PRIMARY KEY (line_id, claim_id)
);

-- Who writes, as readers may know them.
CREATE TABLE author (
    user_id uuid PRIMARY KEY,
    display_name text NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL
);

CREATE TABLE review (
    id uuid PRIMARY KEY,
    line_id uuid NOT NULL CONSTRAINT review_once_a_line UNIQUE,
    author_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    variant_name text NOT NULL,
    state text NOT NULL,
    stars smallint NOT NULL CONSTRAINT review_stars_in_range CHECK (stars BETWEEN 1 AND 5),
    body text NOT NULL,
    photos text[] NOT NULL DEFAULT '{}' CONSTRAINT review_photos_not_too_many CHECK (cardinality(photos) <= 10),
    has_photos boolean NOT NULL GENERATED ALWAYS AS (cardinality(photos) > 0) STORED,
    confirmed_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    follow_up text,
    follow_up_at timestamptz,
    reply text,
    replied_by uuid,
    replied_at timestamptz,
    reply_edited_at timestamptz,
    blinded_reason text,
    helpful_count integer NOT NULL DEFAULT 0 CONSTRAINT review_helpful_not_negative CHECK (helpful_count >= 0),
    open_reports integer NOT NULL DEFAULT 0 CONSTRAINT review_reports_not_negative CHECK (open_reports >= 0)
);
CREATE INDEX review_newest ON review (product_id, created_at, id) WHERE state = 'PUBLISHED';
CREATE INDEX review_helpful ON review (product_id, helpful_count, id) WHERE state = 'PUBLISHED';
CREATE INDEX review_stars ON review (product_id, stars, id) WHERE state = 'PUBLISHED';
CREATE INDEX review_of_author ON review (author_id, created_at, id);
CREATE INDEX review_of_seller ON review (seller_id, created_at, id);
CREATE INDEX review_reported ON review (open_reports, id) WHERE open_reports > 0;

-- What a review said before it was edited.
CREATE TABLE review_edit (
    review_id uuid NOT NULL REFERENCES review,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    stars smallint NOT NULL,
    body text NOT NULL,
    photos text[] NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (review_id, sequence)
);

-- How many published reviews a product has of each number of stars; changed by the statement that changes a review.
CREATE TABLE product_rating (
    product_id uuid PRIMARY KEY,
    one integer NOT NULL DEFAULT 0,
    two integer NOT NULL DEFAULT 0,
    three integer NOT NULL DEFAULT 0,
    four integer NOT NULL DEFAULT 0,
    five integer NOT NULL DEFAULT 0,
    CONSTRAINT product_rating_not_negative CHECK (least(one, two, three, four, five) >= 0)
) WITH (fillfactor = 80);

CREATE TABLE helpful_vote (
    review_id uuid NOT NULL REFERENCES review,
    user_id uuid NOT NULL,
    voted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (review_id, user_id)
);

CREATE TABLE review_report (
    review_id uuid NOT NULL REFERENCES review,
    user_id uuid NOT NULL,
    reason text NOT NULL,
    detail text,
    reported_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    PRIMARY KEY (review_id, user_id)
);

-- What staff decided of a review, and why.
CREATE TABLE review_moderation (
    review_id uuid NOT NULL REFERENCES review,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    action text NOT NULL,
    reason text NOT NULL,
    moderated_by uuid,
    moderated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (review_id, sequence)
);
