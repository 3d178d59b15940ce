-- A claim has a parcel that comes back and, for an exchange, one that goes to the buyer again.
ALTER TABLE shipment DROP CONSTRAINT shipment_direction_check,
    ADD CONSTRAINT shipment_direction_check CHECK (direction IN ('OUTBOUND', 'RETURN', 'EXCHANGE'));
CREATE UNIQUE INDEX shipment_by_claim_and_direction ON shipment (claim_id, direction) WHERE claim_id IS NOT NULL;
DROP INDEX shipment_by_claim;
