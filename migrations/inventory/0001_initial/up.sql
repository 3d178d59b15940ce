-- The stock of a variant. Free rows on a page let the counters change without touching an index.
CREATE TABLE stock_item (
    variant_id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    on_hand integer NOT NULL,
    reserved integer NOT NULL DEFAULT 0,
    available integer NOT NULL GENERATED ALWAYS AS (on_hand - reserved) STORED,
    safety_stock integer NOT NULL DEFAULT 0 CONSTRAINT stock_item_safety_not_negative CHECK (safety_stock >= 0),
    low boolean NOT NULL GENERATED ALWAYS AS (on_hand - reserved <= safety_stock) STORED,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stock_item_never_oversold CHECK (reserved BETWEEN 0 AND on_hand)
) WITH (fillfactor = 80);
CREATE INDEX stock_item_low ON stock_item (seller_id, variant_id) WHERE low;

-- What an order has asked for. A group without reservations is the mark of an order that was given up before it asked.
CREATE TABLE reservation_group (
    order_id uuid PRIMARY KEY,
    state text NOT NULL,
    expires_at timestamptz NOT NULL,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reservation_group_held ON reservation_group (expires_at) WHERE state = 'HELD';

CREATE TABLE reservation (
    id uuid NOT NULL,
    order_id uuid NOT NULL REFERENCES reservation_group,
    variant_id uuid NOT NULL REFERENCES stock_item,
    quantity integer NOT NULL CONSTRAINT reservation_quantity_positive CHECK (quantity > 0),
    PRIMARY KEY (order_id, variant_id)
);

-- Every change of what is on hand, written by the statement that makes it; a variant's movements sum to its stock.
CREATE TABLE stock_movement (
    variant_id uuid NOT NULL REFERENCES stock_item,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL,
    kind text NOT NULL,
    delta integer NOT NULL,
    on_hand_after integer NOT NULL CONSTRAINT stock_movement_not_below_zero CHECK (on_hand_after >= 0),
    reason text,
    order_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (variant_id, sequence),
    CONSTRAINT stock_movement_has_a_sign CHECK (CASE kind
        WHEN 'INITIAL' THEN delta >= 0
        WHEN 'SALE' THEN delta < 0 AND order_id IS NOT NULL
        WHEN 'RETURN' THEN delta > 0 AND order_id IS NOT NULL
        ELSE delta <> 0 END)
);
-- An order takes a variant once, however often it is told to.
CREATE UNIQUE INDEX stock_movement_sold_once ON stock_movement (order_id, variant_id) WHERE kind = 'SALE';

CREATE FUNCTION refuse_change_of_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock movements are never changed; write another one';
END $$;
CREATE TRIGGER stock_movement_is_final BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_movement();
