ALTER TABLE cart_line DROP COLUMN option_texts;
