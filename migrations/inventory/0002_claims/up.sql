-- Goods that claims send back and forth: a claim takes a variant out once and gives it back once.
ALTER TABLE stock_movement ADD COLUMN claim_id uuid;
CREATE UNIQUE INDEX stock_movement_claimed_once ON stock_movement (claim_id, variant_id, kind) WHERE claim_id IS NOT NULL;
ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_has_a_sign;
ALTER TABLE stock_movement ADD CONSTRAINT stock_movement_has_a_sign CHECK (CASE kind
    WHEN 'INITIAL' THEN delta >= 0
    WHEN 'SALE' THEN delta < 0 AND order_id IS NOT NULL
    WHEN 'RETURN' THEN delta > 0 AND order_id IS NOT NULL
    WHEN 'EXCHANGE' THEN delta < 0 AND order_id IS NOT NULL AND claim_id IS NOT NULL
    ELSE delta <> 0 END);
