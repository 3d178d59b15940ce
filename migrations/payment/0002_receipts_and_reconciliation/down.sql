DROP TABLE discrepancy;
DROP TABLE reconciliation;
DROP TABLE cash_receipt;
