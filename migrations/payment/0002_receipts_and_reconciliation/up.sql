-- Cash receipts (현금영수증): one per payment that is not by card.
CREATE TABLE cash_receipt (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payment CONSTRAINT cash_receipt_one_per_payment UNIQUE,
    purpose text NOT NULL CHECK (purpose IN ('INCOME_DEDUCTION', 'EXPENSE_PROOF')),
    -- The number that it is issued for; emptied when it is issued, given up or refused.
    identity text,
    -- Its last four digits, for people.
    identity_hint text NOT NULL,
    state text NOT NULL,
    -- What it was issued for, in won, and what was refunded of the payment before.
    amount bigint,
    refunded_before bigint NOT NULL DEFAULT 0,
    canceled bigint NOT NULL DEFAULT 0,
    receipt_key text,
    issue_number text,
    receipt_url text,
    failure_code text,
    lease_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    issued_at timestamptz,
    CONSTRAINT cash_receipt_canceled_within_amount CHECK (canceled BETWEEN 0 AND coalesce(amount, 0))
);
CREATE INDEX cash_receipt_open ON cash_receipt (lease_until) WHERE state IN ('REQUESTED', 'ISSUED', 'PARTIAL_CANCELED');

-- Days that were compared with the provider.
CREATE TABLE reconciliation (
    day date PRIMARY KEY,
    transactions integer NOT NULL,
    discrepancies integer NOT NULL,
    reconciled_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE discrepancy (
    id uuid PRIMARY KEY,
    day date NOT NULL,
    kind text NOT NULL,
    payment_id uuid REFERENCES payment,
    payment_key text NOT NULL,
    order_id text NOT NULL,
    -- What our books and the provider's say, in won.
    ours bigint NOT NULL,
    theirs bigint NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    resolved_by uuid,
    note text
);
CREATE UNIQUE INDEX discrepancy_once ON discrepancy (payment_key, kind) WHERE resolved_at IS NULL;
CREATE INDEX discrepancy_newest ON discrepancy (found_at DESC, id DESC);
