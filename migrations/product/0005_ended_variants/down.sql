UPDATE variant SET sku = id::text, option_values = ARRAY[id::text] WHERE ended_at IS NOT NULL;
DROP INDEX variant_combination_once;
DROP INDEX variant_sku_taken;
ALTER TABLE variant ADD CONSTRAINT variant_sku_taken UNIQUE (seller_id, sku);
ALTER TABLE variant ADD CONSTRAINT variant_combination_once UNIQUE (product_id, option_values);
ALTER TABLE variant DROP COLUMN ended_at;
