-- What sending goods of the part back once costs, as its seller had announced it when the order was placed; unknown of
-- orders from before.
ALTER TABLE seller_order
    ADD COLUMN return_fee bigint CONSTRAINT seller_order_return_fee_not_negative CHECK (return_fee >= 0);
