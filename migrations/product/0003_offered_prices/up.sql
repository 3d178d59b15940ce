-- Whether the variant could be bought at the price from then on: only such prices prove a list price (정가). A row is added when
-- that changes as well, so that two rows in a row may have one price.
ALTER TABLE price_change ADD COLUMN offered boolean NOT NULL DEFAULT true;
