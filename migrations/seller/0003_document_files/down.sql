ALTER TABLE seller_document DROP COLUMN file_id;
