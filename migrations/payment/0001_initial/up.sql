CREATE TABLE payment (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL CONSTRAINT payment_one_per_order UNIQUE,
    buyer_id uuid NOT NULL,
    order_name text NOT NULL,
    method text NOT NULL,
    state text NOT NULL,
    amount bigint NOT NULL CONSTRAINT payment_amount_positive CHECK (amount > 0),
    refunded bigint NOT NULL DEFAULT 0 CONSTRAINT payment_refund_within_amount CHECK (refunded BETWEEN 0 AND amount),
    provider text NOT NULL,
    -- The provider's key of the payment; one key pays one order.
    payment_key text CONSTRAINT payment_key_pays_once UNIQUE,
    receipt_url text,
    failure_code text,
    failure_message text,
    virtual_account jsonb,
    -- Until when the process that asked the provider may still be waiting for the answer.
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    approved_at timestamptz
);
CREATE INDEX payment_undecided ON payment (lease_until) WHERE state IN ('CONFIRMING', 'UNKNOWN');
CREATE INDEX payment_by_time ON payment (created_at, id);

CREATE TABLE attempt (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payment,
    payment_key text NOT NULL,
    outcome text NOT NULL,
    provider_code text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE INDEX attempt_by_payment ON attempt (payment_id, started_at);

CREATE TABLE refund (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payment,
    amount bigint NOT NULL CHECK (amount > 0),
    reason text NOT NULL,
    state text NOT NULL,
    provider_code text,
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CREATE INDEX refund_by_payment ON refund (payment_id, created_at);
CREATE INDEX refund_undecided ON refund (lease_until) WHERE state IN ('REQUESTED', 'UNKNOWN');

-- Double entry: the amounts of one transaction sum to zero. A positive amount is a debit.
CREATE TABLE ledger_entry (
    id uuid PRIMARY KEY,
    transaction_id uuid NOT NULL,
    account text NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    payment_id uuid NOT NULL REFERENCES payment,
    refund_id uuid REFERENCES refund,
    occurred_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_entry_by_payment ON ledger_entry (payment_id);
CREATE INDEX ledger_entry_by_time ON ledger_entry (occurred_at, id);
