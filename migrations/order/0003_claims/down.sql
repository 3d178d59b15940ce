DROP TABLE claim_state_change;
DROP TABLE claim_line;
DROP TABLE claim;
ALTER TABLE seller_order DROP COLUMN shipping_refunded;
DROP INDEX line_to_confirm;
CREATE INDEX line_to_confirm ON line (confirm_by) WHERE state = 'DELIVERED';
ALTER TABLE line
    DROP COLUMN returned_seller_discount,
    DROP COLUMN returned_total,
    DROP COLUMN returned_quantity,
    DROP COLUMN claim_id,
    DROP COLUMN delivered_at;
