DELETE FROM shipment WHERE direction = 'EXCHANGE';
ALTER TABLE shipment DROP CONSTRAINT shipment_direction_check,
    ADD CONSTRAINT shipment_direction_check CHECK (direction IN ('OUTBOUND', 'RETURN'));
CREATE UNIQUE INDEX shipment_by_claim ON shipment (claim_id) WHERE claim_id IS NOT NULL;
DROP INDEX shipment_by_claim_and_direction;
