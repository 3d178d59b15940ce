ALTER TABLE settlement_line DROP COLUMN tax_free;
ALTER TABLE settlement_item DROP COLUMN tax_free;
