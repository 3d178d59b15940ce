-- What a coupon is worth, who may have one, and how many there are. A policy without seller is the marketplace's own.
CREATE TABLE coupon_policy (
    id uuid PRIMARY KEY,
    seller_id uuid,
    name text NOT NULL,
    description text,
    state text NOT NULL CHECK (state IN ('DRAFT', 'SCHEDULED', 'ACTIVE', 'PAUSED', 'EXHAUSTED', 'ENDED')),
    kind text NOT NULL CHECK (kind IN ('PERCENT', 'AMOUNT')),
    -- Basis points of a PERCENT, won of an AMOUNT.
    value bigint NOT NULL CHECK (value > 0 AND (kind <> 'PERCENT' OR value <= 10000)),
    minimum bigint NOT NULL CHECK (minimum >= 0),
    cap bigint CHECK (cap > 0),
    level text NOT NULL CHECK (level IN ('PRODUCT', 'ORDER')),
    scope text NOT NULL CHECK (scope IN ('ALL', 'CATEGORIES', 'PRODUCTS', 'SELLER')),
    -- The categories, products or sellers of the scope.
    scope_ids uuid[] NOT NULL,
    stacking text NOT NULL CHECK (stacking IN ('STACKABLE', 'EXCLUSIVE')),
    -- What of every discount the sellers bear, in basis points.
    seller_share integer NOT NULL CHECK (seller_share BETWEEN 0 AND 10000),
    distribution text NOT NULL CHECK (distribution IN ('DOWNLOAD', 'CODE', 'DIRECT')),
    code text CONSTRAINT coupon_policy_code_normal CHECK (code = upper(code)),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- How long a coupon lives from its issue on; null: until the policy's end.
    valid_days integer CHECK (valid_days > 0),
    per_user_limit integer NOT NULL CHECK (per_user_limit > 0),
    total_limit integer CHECK (total_limit > 0),
    issued_count integer NOT NULL DEFAULT 0,
    budget bigint CHECK (budget > 0),
    budget_spent bigint NOT NULL DEFAULT 0,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT coupon_policy_code_for_codes CHECK ((distribution = 'CODE') = (code IS NOT NULL)),
    CONSTRAINT coupon_policy_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT coupon_policy_seller_bears_own CHECK (seller_id IS NULL OR (seller_share = 10000 AND level = 'PRODUCT')),
    CONSTRAINT coupon_policy_never_over_issued CHECK (issued_count BETWEEN 0 AND coalesce(total_limit, issued_count)),
    CONSTRAINT coupon_policy_never_over_budget CHECK (budget_spent BETWEEN 0 AND coalesce(budget, budget_spent))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX coupon_policy_code_taken ON coupon_policy (code) WHERE state <> 'ENDED';
CREATE INDEX coupon_policy_newest ON coupon_policy (created_at DESC, id DESC);
CREATE INDEX coupon_policy_of_seller ON coupon_policy (seller_id, created_at DESC, id DESC);
CREATE INDEX coupon_policy_downloadable ON coupon_policy (ends_at) WHERE state = 'ACTIVE' AND distribution = 'DOWNLOAD';
CREATE INDEX coupon_policy_to_start ON coupon_policy (starts_at) WHERE state = 'SCHEDULED';
CREATE INDEX coupon_policy_to_end ON coupon_policy (ends_at) WHERE state IN ('SCHEDULED', 'ACTIVE', 'PAUSED', 'EXHAUSTED');

-- Every change of a policy's state, with who made it and why.
CREATE TABLE coupon_policy_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    policy_id uuid NOT NULL REFERENCES coupon_policy ON DELETE CASCADE,
    from_state text,
    to_state text NOT NULL,
    reason text,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX coupon_policy_change_of_policy ON coupon_policy_change (policy_id, id);

-- A coupon in somebody's hands. `ordinal` counts a user's coupons of one policy: two claims at once want the same one,
-- and only one of them gets it.
CREATE TABLE coupon (
    id uuid PRIMARY KEY,
    policy_id uuid NOT NULL REFERENCES coupon_policy,
    user_id uuid NOT NULL,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    state text NOT NULL CHECK (state IN ('ISSUED', 'RESERVED', 'USED', 'RESTORED', 'EXPIRED', 'REVOKED')),
    issued_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    -- The order that holds or has used it.
    order_id uuid,
    used_at timestamptz,
    restored_at timestamptz,
    revoked_reason text,
    expiry_told_at timestamptz,
    CONSTRAINT coupon_of_an_order CHECK ((state IN ('RESERVED', 'USED')) = (order_id IS NOT NULL)),
    CONSTRAINT coupon_ordinal_taken UNIQUE (policy_id, user_id, ordinal)
) WITH (fillfactor = 80);
CREATE INDEX coupon_of_user ON coupon (user_id, issued_at DESC, id DESC);
CREATE INDEX coupon_open ON coupon (expires_at) WHERE state IN ('ISSUED', 'RESTORED');

-- What an order holds. One without uses is the mark of an order that was given up before it asked.
CREATE TABLE coupon_reservation (
    order_id uuid PRIMARY KEY,
    user_id uuid,
    state text NOT NULL CHECK (state IN ('HELD', 'USED', 'RELEASED', 'EXPIRED')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX coupon_reservation_held ON coupon_reservation (expires_at) WHERE state = 'HELD';

-- A coupon in an order, with what it takes off there. HELD and USED ones count in their policy's budget.
CREATE TABLE coupon_use (
    order_id uuid NOT NULL REFERENCES coupon_reservation,
    coupon_id uuid NOT NULL REFERENCES coupon,
    policy_id uuid NOT NULL REFERENCES coupon_policy,
    state text NOT NULL CHECK (state IN ('HELD', 'USED', 'RELEASED', 'EXPIRED', 'RESTORED')),
    discount bigint NOT NULL CHECK (discount > 0),
    PRIMARY KEY (order_id, coupon_id)
);
CREATE INDEX coupon_use_of_coupon ON coupon_use (coupon_id);
CREATE INDEX coupon_use_of_policy ON coupon_use (policy_id) WHERE state IN ('HELD', 'USED');
-- A coupon is in one order at a time.
CREATE UNIQUE INDEX coupon_use_once ON coupon_use (coupon_id) WHERE state IN ('HELD', 'USED');

-- What a coupon takes off a line, and how much of that line was cancelled or returned since.
CREATE TABLE coupon_use_line (
    order_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    line_id text NOT NULL,
    seller_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    -- Pieces by what was told of them. A cancellation that a seller agreed to is told as cancelled and as a refunded
    -- claim, so that of these two the larger counts.
    cancelled integer NOT NULL DEFAULT 0,
    cancel_refunded integer NOT NULL DEFAULT 0,
    returned integer NOT NULL DEFAULT 0,
    gone integer NOT NULL GENERATED ALWAYS AS (least(quantity, greatest(cancelled, cancel_refunded) + returned)) STORED,
    discount bigint NOT NULL CHECK (discount >= 0),
    seller_part bigint NOT NULL,
    PRIMARY KEY (order_id, coupon_id, line_id),
    FOREIGN KEY (order_id, coupon_id) REFERENCES coupon_use,
    CONSTRAINT coupon_use_line_part_of_whole CHECK (seller_part BETWEEN 0 AND discount)
);
