-- Accounts that nothing went back to are forgotten after a while.
CREATE INDEX payment_refund_account ON payment (updated_at) WHERE refund_account IS NOT NULL;
