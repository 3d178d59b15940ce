ALTER TABLE product_detail DROP COLUMN kc;
ALTER TABLE product_detail DROP COLUMN notice_kind;
