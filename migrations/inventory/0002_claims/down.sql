ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_has_a_sign;
ALTER TABLE stock_movement ADD CONSTRAINT stock_movement_has_a_sign CHECK (CASE kind
    WHEN 'INITIAL' THEN delta >= 0
    WHEN 'SALE' THEN delta < 0 AND order_id IS NOT NULL
    WHEN 'RETURN' THEN delta > 0 AND order_id IS NOT NULL
    ELSE delta <> 0 END);
DROP INDEX stock_movement_claimed_once;
ALTER TABLE stock_movement DROP COLUMN claim_id;
