ALTER TABLE price_change DROP COLUMN offered;
