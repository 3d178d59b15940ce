-- What of a payment and of a refund is for tax-free goods (면세), in won; nothing of those from before it was told.
ALTER TABLE payment ADD COLUMN tax_free_amount bigint NOT NULL DEFAULT 0 CONSTRAINT payment_tax_free_within_amount
    CHECK (tax_free_amount BETWEEN 0 AND amount);
ALTER TABLE refund ADD COLUMN tax_free_amount bigint NOT NULL DEFAULT 0 CONSTRAINT refund_tax_free_within_amount
    CHECK (tax_free_amount BETWEEN 0 AND amount);
