-- 추가상품: variants of the seller's other products that are offered together with a product.
CREATE TABLE add_on (
    product_id uuid NOT NULL REFERENCES product,
    variant_id uuid NOT NULL REFERENCES variant,
    position integer NOT NULL,
    PRIMARY KEY (product_id, variant_id)
);
