ALTER TABLE line DROP COLUMN seller_discount, DROP COLUMN category_id;
