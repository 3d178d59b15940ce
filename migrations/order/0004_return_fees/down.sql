ALTER TABLE seller_order DROP COLUMN return_fee;
