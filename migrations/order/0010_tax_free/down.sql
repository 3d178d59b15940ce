ALTER TABLE refund_task DROP COLUMN tax_free_amount;
ALTER TABLE line DROP COLUMN tax_free;
