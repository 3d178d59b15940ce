-- Which kind of goods the legal notice (상품정보제공고시) is of, and the KC certification. Products from before have neither and stay
-- on sale.
ALTER TABLE product_detail ADD COLUMN notice_kind text;
ALTER TABLE product_detail ADD COLUMN kc jsonb;
