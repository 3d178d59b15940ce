ALTER TABLE line DROP COLUMN category_path;
