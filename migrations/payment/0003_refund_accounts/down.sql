ALTER TABLE payment DROP COLUMN refund_account, DROP COLUMN refund_account_version;
