ALTER TABLE refund DROP COLUMN tax_free_amount;
ALTER TABLE payment DROP COLUMN tax_free_amount;
