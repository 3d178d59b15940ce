-- Whether the product was tax-free (면세) when the line was bought; not of lines from before it was recorded. And what of a
-- refund is for such lines, in won.
ALTER TABLE line ADD COLUMN tax_free boolean NOT NULL DEFAULT false;
ALTER TABLE refund_task ADD COLUMN tax_free_amount bigint NOT NULL DEFAULT 0;
