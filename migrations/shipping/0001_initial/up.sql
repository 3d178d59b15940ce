-- 묶음배송: what is sent together, for one fee.
CREATE TABLE bundle_group (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    name text NOT NULL,
    rule text NOT NULL CHECK (rule IN ('SMALLEST', 'LARGEST')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bundle_group_by_seller ON bundle_group (seller_id, id);

-- What sending costs and how long it takes. Amounts are whole won.
CREATE TABLE shipping_policy (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    fee bigint NOT NULL CHECK (fee >= 0),
    free_from bigint CHECK (free_from > 0),
    pieces_per_fee integer CHECK (pieces_per_fee > 0),
    bundle_group_id uuid REFERENCES bundle_group ON DELETE SET NULL,
    ships_alone boolean NOT NULL,
    jeju_surcharge bigint NOT NULL CHECK (jeju_surcharge >= 0),
    remote_surcharge bigint NOT NULL CHECK (remote_surcharge >= 0),
    return_fee bigint NOT NULL CHECK (return_fee >= 0),
    exchange_fee bigint NOT NULL CHECK (exchange_fee >= 0),
    dispatch_days integer NOT NULL CHECK (dispatch_days >= 0),
    cut_off time NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT shipping_policy_has_its_numbers CHECK (CASE kind
        WHEN 'FREE' THEN fee = 0 AND free_from IS NULL AND pieces_per_fee IS NULL
        WHEN 'FLAT' THEN free_from IS NULL AND pieces_per_fee IS NULL
        WHEN 'CONDITIONAL_FREE' THEN free_from IS NOT NULL AND pieces_per_fee IS NULL
        WHEN 'BY_QUANTITY' THEN free_from IS NULL AND pieces_per_fee IS NOT NULL
        ELSE false END),
    CONSTRAINT shipping_policy_alone_or_bundled CHECK (NOT ships_alone OR bundle_group_id IS NULL)
);
CREATE INDEX shipping_policy_by_seller ON shipping_policy (seller_id, id);
CREATE UNIQUE INDEX shipping_policy_one_default ON shipping_policy (seller_id) WHERE is_default;

-- Products that are not sent under their seller's default policy.
CREATE TABLE product_policy (
    product_id uuid PRIMARY KEY,
    policy_id uuid NOT NULL REFERENCES shipping_policy ON DELETE CASCADE,
    assigned_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX product_policy_by_policy ON product_policy (policy_id);

-- When orders were paid: the time to send them begins then.
CREATE TABLE paid_order (
    order_id uuid PRIMARY KEY,
    paid_at timestamptz NOT NULL
);

-- A parcel: outbound to a buyer, or back to the seller for a claim.
CREATE TABLE shipment (
    id uuid PRIMARY KEY,
    direction text NOT NULL CHECK (direction IN ('OUTBOUND', 'RETURN')),
    order_id uuid NOT NULL,
    seller_order_id uuid,
    seller_id uuid NOT NULL,
    buyer_id uuid,
    claim_id uuid,
    -- What travels together: outbound lines of one seller's order with one key are collected in one shipment.
    bundle_key uuid NOT NULL,
    state text NOT NULL,
    carrier text,
    tracking_number text,
    dispatch_by timestamptz NOT NULL,
    -- When it counts as late; null once it was handed over, or told.
    overdue_at timestamptz,
    overdue boolean NOT NULL DEFAULT false,
    last_scan_at timestamptz,
    stall_at timestamptz,
    next_poll_at timestamptz,
    poll_failures integer NOT NULL DEFAULT 0,
    push_registered boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    invoiced_at timestamptz,
    picked_up_at timestamptz,
    delivered_at timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT shipment_invoiced_with_number CHECK ((state = 'READY') = (tracking_number IS NULL)),
    CONSTRAINT shipment_number_has_carrier CHECK ((carrier IS NULL) = (tracking_number IS NULL))
);
CREATE UNIQUE INDEX shipment_collects ON shipment (order_id, seller_id, bundle_key)
    WHERE state = 'READY' AND direction = 'OUTBOUND';
CREATE UNIQUE INDEX shipment_by_claim ON shipment (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX shipment_by_seller ON shipment (seller_id, created_at, id);
CREATE INDEX shipment_by_buyer ON shipment (buyer_id, created_at, id);
CREATE INDEX shipment_by_time ON shipment (created_at, id);
CREATE INDEX shipment_by_order ON shipment (order_id);
CREATE INDEX shipment_by_number ON shipment (tracking_number) WHERE tracking_number IS NOT NULL;
CREATE INDEX shipment_to_poll ON shipment (next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE INDEX shipment_to_stall ON shipment (stall_at) WHERE stall_at IS NOT NULL;
CREATE INDEX shipment_to_be_late ON shipment (overdue_at) WHERE overdue_at IS NOT NULL;
CREATE INDEX shipment_late ON shipment (seller_id, dispatch_by, id) WHERE overdue;

CREATE TABLE shipment_line (
    shipment_id uuid NOT NULL REFERENCES shipment ON DELETE CASCADE,
    line_id uuid NOT NULL,
    outbound boolean NOT NULL,
    product_id uuid,
    title text NOT NULL,
    variant_name text NOT NULL,
    quantity integer NOT NULL,
    PRIMARY KEY (shipment_id, line_id)
);
-- A line is sent once.
CREATE UNIQUE INDEX shipment_line_once ON shipment_line (line_id) WHERE outbound;

-- Scans of the carriers, each once however often it is told.
CREATE TABLE tracking_event (
    id uuid PRIMARY KEY,
    shipment_id uuid NOT NULL REFERENCES shipment ON DELETE CASCADE,
    tracking_number text NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    location text,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tracking_event_once UNIQUE (shipment_id, tracking_number, occurred_at, code)
);

CREATE TABLE shipment_state_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shipment_id uuid NOT NULL REFERENCES shipment ON DELETE CASCADE,
    from_state text,
    to_state text NOT NULL,
    note text,
    changed_at timestamptz NOT NULL
);
CREATE INDEX shipment_state_change_by_shipment ON shipment_state_change (shipment_id, id);
