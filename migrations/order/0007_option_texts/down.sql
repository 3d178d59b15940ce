ALTER TABLE line DROP COLUMN option_texts;
