-- One checkout's order, over all its sellers. Amounts are whole won, frozen when the order is placed.
CREATE TABLE purchase (
    id uuid PRIMARY KEY,
    number text NOT NULL CONSTRAINT purchase_number_unique UNIQUE,
    buyer_id uuid NOT NULL,
    name text NOT NULL,
    payment_method text NOT NULL,
    items_total bigint NOT NULL,
    discount_total bigint NOT NULL,
    shipping_total bigint NOT NULL,
    total bigint NOT NULL CHECK (total = items_total - discount_total + shipping_total),
    recipient text NOT NULL,
    phone text NOT NULL,
    zonecode text NOT NULL,
    road_address text NOT NULL,
    address_detail text NOT NULL,
    entrance_note text,
    placed_at timestamptz NOT NULL,
    payment_deadline timestamptz NOT NULL,
    paid_at timestamptz,
    refusal text
);
CREATE INDEX purchase_by_buyer ON purchase (buyer_id, placed_at, id);
CREATE INDEX purchase_by_time ON purchase (placed_at, id);
CREATE INDEX purchase_by_payment ON purchase (paid_at) WHERE paid_at IS NOT NULL;

-- One seller's part of an order.
CREATE TABLE seller_order (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES purchase,
    seller_id uuid NOT NULL,
    number text NOT NULL,
    items_total bigint NOT NULL,
    discount_total bigint NOT NULL,
    shipping_total bigint NOT NULL,
    total bigint NOT NULL CHECK (total = items_total - discount_total + shipping_total),
    placed_at timestamptz NOT NULL
);
CREATE INDEX seller_order_by_order ON seller_order (order_id);
CREATE INDEX seller_order_by_seller ON seller_order (seller_id, placed_at, id);

-- One variant bought. The state of everything above is derived from its lines.
CREATE TABLE line (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES purchase,
    seller_order_id uuid NOT NULL REFERENCES seller_order,
    seller_id uuid NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    product_title text NOT NULL,
    variant_name text NOT NULL,
    image_url text,
    unit_price bigint NOT NULL CHECK (unit_price > 0),
    quantity integer NOT NULL CHECK (quantity > 0),
    items_total bigint NOT NULL CHECK (items_total = unit_price * quantity),
    discount_total bigint NOT NULL,
    total bigint NOT NULL CHECK (total = items_total - discount_total),
    state text NOT NULL,
    cart_line_id uuid,
    prepare_by timestamptz,
    carrier text,
    tracking_number text,
    confirm_by timestamptz,
    cancel_reason text,
    cancel_answer_by timestamptz,
    updated_at timestamptz NOT NULL
);
CREATE INDEX line_by_order ON line (order_id);
CREATE INDEX line_by_seller_order ON line (seller_order_id);
CREATE INDEX line_to_confirm ON line (confirm_by) WHERE state = 'DELIVERED';
CREATE INDEX line_to_answer ON line (cancel_answer_by) WHERE state = 'CANCEL_REQUESTED';

CREATE TABLE line_state_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_id uuid NOT NULL REFERENCES line,
    from_state text,
    to_state text NOT NULL,
    reason text,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX line_state_change_by_line ON line_state_change (line_id, id);

-- The checkout's workflow: which step is behind it, and until when somebody works on the next.
CREATE TABLE checkout (
    order_id uuid PRIMARY KEY REFERENCES purchase,
    step text NOT NULL,
    lease_until timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- The idempotency key of the request that placed the order; freed when the order is undone.
    key_owner text NOT NULL,
    key text NOT NULL
);
CREATE INDEX checkout_open ON checkout (lease_until) WHERE step NOT IN ('COMPLETED', 'COMPENSATED');

-- Money that has to go back. Carried out by the payment service under this id, once.
CREATE TABLE refund_task (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES purchase,
    amount bigint NOT NULL CHECK (amount > 0),
    reason text NOT NULL,
    state text NOT NULL,
    lease_until timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refund_task_open ON refund_task (lease_until) WHERE state = 'PENDING';
CREATE INDEX refund_task_by_order ON refund_task (order_id);
