-- Lines: when they arrived, the open claim (at most one; while there is one, they do not confirm themselves), and what of
-- them was sent back and refunded, in pieces and won. What lines cost never changes.
ALTER TABLE line
    ADD COLUMN delivered_at timestamptz,
    ADD COLUMN claim_id uuid,
    ADD COLUMN returned_quantity integer NOT NULL DEFAULT 0
        CONSTRAINT line_returned_within_quantity CHECK (returned_quantity BETWEEN 0 AND quantity),
    ADD COLUMN returned_total bigint NOT NULL DEFAULT 0
        CONSTRAINT line_returned_within_total CHECK (returned_total BETWEEN 0 AND total),
    ADD COLUMN returned_seller_discount bigint NOT NULL DEFAULT 0
        CONSTRAINT line_returned_within_discount CHECK (returned_seller_discount BETWEEN 0 AND seller_discount);
UPDATE line SET delivered_at = (
    SELECT min(changed_at) FROM line_state_change WHERE line_id = line.id AND to_state = 'DELIVERED'
) WHERE state IN ('DELIVERED', 'CONFIRMED');
DROP INDEX line_to_confirm;
CREATE INDEX line_to_confirm ON line (confirm_by) WHERE state IN ('DELIVERED', 'EXCHANGED') AND claim_id IS NULL;

-- What of the part's shipping went back.
ALTER TABLE seller_order
    ADD COLUMN shipping_refunded bigint NOT NULL DEFAULT 0
        CONSTRAINT seller_order_shipping_refunded_within CHECK (shipping_refunded BETWEEN 0 AND shipping_total);

-- A buyer wants goods of one seller's order returned, exchanged or made good. Amounts are whole won.
CREATE TABLE claim (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES purchase,
    seller_order_id uuid NOT NULL REFERENCES seller_order,
    seller_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    kind text NOT NULL,
    remedy text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    fault text NOT NULL,
    state text NOT NULL,
    -- Where an ON_HOLD claim goes on.
    held_from text,
    items_total bigint NOT NULL,
    -- What sending the goods back costs the buyer: kept from a refund; paid to the seller directly for an exchange.
    fee bigint NOT NULL CHECK (fee >= 0),
    shipping_refund bigint NOT NULL DEFAULT 0 CHECK (shipping_refund >= 0),
    refund_amount bigint NOT NULL CHECK (refund_amount >= 0),
    refund_id uuid CONSTRAINT claim_refunds_once UNIQUE,
    answer_by timestamptz NOT NULL,
    -- Of the goods that come back, and of those that replace them.
    carrier text,
    tracking_number text,
    reship_carrier text,
    reship_tracking_number text,
    -- Until when somebody works on a reshipment whose stock is not known to be taken.
    reship_lease_until timestamptz,
    -- Whether the stock of a reshipment is taken.
    reshipped boolean NOT NULL DEFAULT false,
    refusal text,
    hold_reason text,
    requested_at timestamptz NOT NULL,
    collected_at timestamptz,
    disputed_at timestamptz,
    closed_at timestamptz,
    CONSTRAINT claim_refund_adds_up CHECK (CASE remedy
        WHEN 'REFUND' THEN refund_amount = items_total - fee + shipping_refund
        ELSE refund_amount = 0 AND shipping_refund = 0 END)
);
CREATE INDEX claim_by_order ON claim (order_id);
CREATE INDEX claim_by_buyer ON claim (buyer_id, requested_at, id);
CREATE INDEX claim_by_seller ON claim (seller_id, requested_at, id);
CREATE INDEX claim_by_time ON claim (requested_at, id);
CREATE INDEX claim_to_answer ON claim (answer_by) WHERE state = 'REQUESTED';
CREATE INDEX claim_waiting ON claim (state, id) WHERE state IN ('APPROVED', 'RESHIPPED');
CREATE INDEX claim_to_reship ON claim (reship_lease_until) WHERE reship_lease_until IS NOT NULL;

CREATE TABLE claim_line (
    claim_id uuid NOT NULL REFERENCES claim,
    line_id uuid NOT NULL REFERENCES line,
    quantity integer NOT NULL CHECK (quantity > 0),
    -- The pieces' share of what the line costs, and of the discount that the seller bears.
    total bigint NOT NULL CHECK (total >= 0),
    seller_discount bigint NOT NULL CHECK (seller_discount >= 0),
    variant_id uuid NOT NULL,
    -- What comes instead.
    new_variant_id uuid,
    new_variant_name text,
    -- Whether the goods that came back can be sold again; unknown before the inspection.
    sound boolean,
    PRIMARY KEY (claim_id, line_id)
);
CREATE INDEX claim_line_by_line ON claim_line (line_id);

CREATE TABLE claim_state_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id uuid NOT NULL REFERENCES claim,
    from_state text,
    to_state text NOT NULL,
    party text NOT NULL,
    reason text,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX claim_state_change_by_claim ON claim_state_change (claim_id, id);
