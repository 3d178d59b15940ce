DROP TABLE ledger_entry;
DROP TABLE refund;
DROP TABLE attempt;
DROP TABLE payment;
