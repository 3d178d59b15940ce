-- A variant that is offered no more: it stays, since orders refer to it, and its SKU and combination become free.
ALTER TABLE variant ADD COLUMN ended_at timestamptz;
ALTER TABLE variant DROP CONSTRAINT variant_sku_taken;
ALTER TABLE variant DROP CONSTRAINT variant_combination_once;
CREATE UNIQUE INDEX variant_sku_taken ON variant (seller_id, sku) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX variant_combination_once ON variant (product_id, option_values) WHERE ended_at IS NULL;
