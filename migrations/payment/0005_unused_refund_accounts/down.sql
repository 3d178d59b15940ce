DROP INDEX payment_refund_account;
