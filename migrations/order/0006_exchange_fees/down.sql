ALTER TABLE seller_order DROP COLUMN exchange_fee;
