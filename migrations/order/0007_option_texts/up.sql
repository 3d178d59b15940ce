-- What the buyer wrote for the options of a product whose options are written (직접입력): [{"name", "text"}].
ALTER TABLE line ADD COLUMN option_texts jsonb;
