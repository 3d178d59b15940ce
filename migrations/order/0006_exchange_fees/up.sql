-- What an exchange of goods of the part costs, there and back, as its seller had announced it when the order was placed;
-- unknown of orders from before.
ALTER TABLE seller_order
    ADD COLUMN exchange_fee bigint CONSTRAINT seller_order_exchange_fee_not_negative CHECK (exchange_fee >= 0);
