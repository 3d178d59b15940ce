-- How people are reached.
CREATE TABLE contact (
    user_id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    phone text,
    withdrawn boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL
);

-- The language in which a person wants e-mail and text messages.
CREATE TABLE recipient_language (
    user_id uuid PRIMARY KEY,
    language text NOT NULL
);

-- What a person has chosen; what is absent is as the event's policy has it.
CREATE TABLE preference (
    user_id uuid NOT NULL,
    event text NOT NULL,
    channel text NOT NULL,
    enabled boolean NOT NULL,
    PRIMARY KEY (user_id, event, channel)
);

-- Whose an order is: some facts name the order alone.
CREATE TABLE order_buyer (
    order_id text PRIMARY KEY,
    buyer_id uuid NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);

-- What a person is told in the market itself. Texts are made when they are read, in the reader's language.
CREATE TABLE notification (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    event text NOT NULL,
    params jsonb NOT NULL,
    link text,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz
);
CREATE INDEX notification_newest ON notification (user_id, created_at, id);
CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL;

-- Where a seller's systems hear of what happens.
CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_until timestamptz,
    state text NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_endpoint_of_seller ON webhook_endpoint (seller_id, created_at, id);

-- What is on its way to a person or to a seller's system.
CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    channel text NOT NULL,
    event text NOT NULL,
    user_id uuid,
    address text,
    endpoint_id uuid REFERENCES webhook_endpoint ON DELETE CASCADE,
    marketing boolean NOT NULL DEFAULT false,
    payload jsonb NOT NULL,
    link text,
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease uuid,
    leased_until timestamptz,
    outcome text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT delivery_goes_somewhere CHECK ((user_id IS NULL) <> (endpoint_id IS NULL))
);
CREATE INDEX delivery_due ON delivery (next_attempt_at) WHERE state = 'PENDING';
CREATE INDEX delivery_newest ON delivery (created_at, id);
CREATE INDEX delivery_of_endpoint ON delivery (endpoint_id, created_at, id) WHERE endpoint_id IS NOT NULL;
CREATE INDEX delivery_of_user ON delivery (user_id) WHERE user_id IS NOT NULL;
