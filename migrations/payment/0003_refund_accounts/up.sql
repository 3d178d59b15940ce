-- Where the money of a virtual account goes back to: sealed for this row, and forgotten when all of it went back. How often one
-- was given is part of the provider's idempotency keys, so that a refund is asked for anew when the account is another one.
ALTER TABLE payment
    ADD COLUMN refund_account bytea,
    ADD COLUMN refund_account_version integer NOT NULL DEFAULT 0;
