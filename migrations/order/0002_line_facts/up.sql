-- What events tell of a line beside its price: the category that it was bought in (unknown of lines from before), and the
-- part of its discount that its seller bears.
ALTER TABLE line
    ADD COLUMN category_id uuid,
    ADD COLUMN seller_discount bigint NOT NULL DEFAULT 0
        CONSTRAINT line_seller_discount_within CHECK (seller_discount BETWEEN 0 AND discount_total);
