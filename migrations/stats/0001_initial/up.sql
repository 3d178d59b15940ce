-- What was told, as far as it is counted; everything below can be made of it again. An event is counted once.
CREATE TABLE fact (
    event_id uuid PRIMARY KEY,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    payload jsonb NOT NULL
);

-- Each row below is merged of facts, column by column, by the least or the greatest of what they say: in any order, however
-- often, the outcome is the same.

CREATE TABLE sales_order (
    order_id uuid PRIMARY KEY,
    buyer_id uuid,
    placed_at timestamptz,
    paid_at timestamptz,
    total bigint
);
CREATE INDEX sales_order_paid ON sales_order (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX sales_order_by_buyer ON sales_order (buyer_id, paid_at) WHERE paid_at IS NOT NULL;

-- One seller's part of an order.
CREATE TABLE sales_part (
    order_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    paid_at timestamptz,
    shipping_total bigint,
    PRIMARY KEY (order_id, seller_id)
);
CREATE INDEX sales_part_paid ON sales_part (seller_id, paid_at);

CREATE TABLE sales_line (
    line_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    product_id uuid NOT NULL,
    title text,
    quantity integer NOT NULL,
    -- Before and after discounts, and the seller's share of them; won.
    items_total bigint,
    total bigint NOT NULL,
    seller_discount bigint,
    placed_at timestamptz,
    paid_at timestamptz,
    shipped_at timestamptz,
    delivered_at timestamptz,
    confirmed_at timestamptz,
    cancelled_at timestamptz
);
CREATE INDEX sales_line_begun ON sales_line ((coalesce(placed_at, paid_at)));
CREATE INDEX sales_line_by_product ON sales_line (product_id, paid_at);
CREATE INDEX sales_line_paid ON sales_line (seller_id, paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX sales_line_paid_by_time ON sales_line (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX sales_line_cancelled ON sales_line (seller_id, cancelled_at) WHERE cancelled_at IS NOT NULL;
CREATE INDEX sales_line_by_order ON sales_line (order_id);

-- Money that went back.
CREATE TABLE refund (
    refund_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    amount bigint NOT NULL,
    refunded_at timestamptz NOT NULL
);
CREATE INDEX refund_by_time ON refund (refunded_at);

-- Claims for which money went back, and their lines.
CREATE TABLE claim (
    claim_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    refunded_at timestamptz NOT NULL
);
CREATE INDEX claim_by_seller ON claim (seller_id, refunded_at);

CREATE TABLE claim_line (
    claim_id uuid NOT NULL,
    line_id uuid NOT NULL,
    quantity integer NOT NULL,
    total bigint NOT NULL,
    PRIMARY KEY (claim_id, line_id)
);
CREATE INDEX claim_line_by_line ON claim_line (line_id);

CREATE TABLE registration (
    user_id uuid PRIMARY KEY,
    registered_at timestamptz NOT NULL
);
CREATE INDEX registration_by_time ON registration (registered_at);

CREATE TABLE search (
    event_id uuid PRIMARY KEY,
    term text NOT NULL,
    searched_at timestamptz NOT NULL
);
CREATE INDEX search_by_time ON search (searched_at);

-- A cancelled line tells what went back for it. A claim to cancel tells the same again, so that it counts only when no line of
-- it was told to be cancelled.
CREATE VIEW counted_claim AS
    SELECT claim.* FROM claim
    WHERE kind <> 'CANCEL' OR NOT EXISTS (
        SELECT FROM claim_line JOIN sales_line USING (line_id)
        WHERE claim_line.claim_id = claim.claim_id AND sales_line.cancelled_at IS NOT NULL
    );

-- Everything that brought a seller money or took it away again. `taxable` is what the buyer owed the seller: the market's own
-- discounts do not lessen it.
CREATE VIEW seller_movement AS
    SELECT seller_id, order_id, product_id, paid_at AS at, quantity::bigint AS units, total AS sold, 0::bigint AS refunded,
        coalesce(items_total, total) - coalesce(seller_discount, 0) AS taxable
    FROM sales_line WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT seller_id, order_id, NULL, paid_at, 0, shipping_total, 0, shipping_total
    FROM sales_part WHERE paid_at IS NOT NULL AND shipping_total IS NOT NULL
    UNION ALL
    SELECT seller_id, order_id, product_id, cancelled_at, -quantity, 0, total,
        -(coalesce(items_total, total) - coalesce(seller_discount, 0))
    FROM sales_line WHERE paid_at IS NOT NULL AND cancelled_at IS NOT NULL
    UNION ALL
    SELECT line.seller_id, line.order_id, line.product_id, claim.refunded_at, -part.quantity, 0, part.total,
        -((coalesce(line.items_total, line.total) - coalesce(line.seller_discount, 0)) * part.quantity / line.quantity)
    FROM counted_claim claim JOIN claim_line part USING (claim_id) JOIN sales_line line USING (line_id)
    UNION ALL
    -- What of a claim's refund is none of its lines': shipping that goes back, or a fee that was kept.
    SELECT seller_id, order_id, NULL, refunded_at, 0, 0,
        amount - coalesce((SELECT sum(total) FROM claim_line part WHERE part.claim_id = claim.claim_id), 0)::bigint, 0
    FROM counted_claim claim;

-- Everything that was paid to the market and given back by it, as the ledger has it, and the pieces that were sold.
CREATE VIEW market_movement AS
    SELECT order_id, paid_at AS at, 0::bigint AS units, total AS sold, 0::bigint AS refunded
    FROM sales_order WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT order_id, refunded_at, 0, 0, amount FROM refund
    UNION ALL
    SELECT order_id, at, units, 0, 0 FROM seller_movement;
