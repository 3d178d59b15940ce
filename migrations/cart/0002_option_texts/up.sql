-- What the buyer writes for the options of a product whose options are written (직접입력), in their order.
ALTER TABLE cart_line ADD COLUMN option_texts text[] NOT NULL DEFAULT '{}';
