-- What part of a sale the marketplace takes, in basis points; without category for all that have none of their own. Rates
-- are never changed: a newer one takes their place from its time on.
CREATE TABLE commission_rate (
    id uuid PRIMARY KEY,
    category_id uuid,
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 10000),
    effective_from timestamptz NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX commission_rate_of_category ON commission_rate (category_id, effective_from DESC, created_at DESC);

-- How a seller is settled with. A seller without a row is settled with by the settings' defaults.
CREATE TABLE settlement_account (
    seller_id uuid PRIMARY KEY,
    cadence text CHECK (cadence IN ('DAILY', 'WEEKLY', 'MONTHLY')),
    lag integer CHECK (lag BETWEEN 0 AND 60),
    holdback integer NOT NULL DEFAULT 0 CHECK (holdback BETWEEN 0 AND 10000),
    updated_by uuid,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- An order, from the first fact that is heard of it. Its row is what facts of one order take turns on.
CREATE TABLE settlement_order (
    order_id uuid PRIMARY KEY,
    number text,
    paid_at timestamptz
);

-- Facts of an order that were heard before its payment.
CREATE TABLE settlement_early_fact (
    event_id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES settlement_order,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX settlement_early_fact_of_order ON settlement_early_fact (order_id, occurred_at);

-- A run over all sellers of one cadence, for one period. RUNNING until every seller is done.
CREATE TABLE settlement_run (
    cadence text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    state text NOT NULL DEFAULT 'RUNNING' CHECK (state IN ('RUNNING', 'DONE')),
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    settled integer NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (cadence, period_end)
);

-- A closed statement of one seller.
CREATE TABLE settlement (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    -- The cadence of the run that made it; null when staff closed it out of turn.
    cadence text,
    period_start date NOT NULL,
    period_end date NOT NULL,
    payable_on date NOT NULL,
    item_count integer NOT NULL,
    gross bigint NOT NULL,
    seller_discount bigint NOT NULL,
    platform_discount bigint NOT NULL,
    commission bigint NOT NULL,
    commission_vat bigint NOT NULL,
    net bigint NOT NULL,
    -- The seller's particulars at the time, for the tax invoice (세금계산서).
    recipient jsonb NOT NULL,
    closed_by uuid,
    closed_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (cadence, period_end) REFERENCES settlement_run (cadence, period_end)
);
CREATE UNIQUE INDEX settlement_once_a_run ON settlement (seller_id, cadence, period_end) WHERE cadence IS NOT NULL;
CREATE INDEX settlement_of_seller ON settlement (seller_id, closed_at DESC, id DESC);
CREATE INDEX settlement_newest ON settlement (closed_at DESC, id DESC);

-- What a seller is owed, or owes, for one thing.
CREATE TABLE settlement_item (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('SALE', 'SHIPPING', 'RETURN_FEE', 'CLAWBACK', 'HOLDBACK', 'HOLDBACK_RELEASE',
        'CARRY_OVER')),
    seller_id uuid NOT NULL,
    order_id uuid,
    order_number text,
    seller_order_id uuid,
    line_id uuid,
    claim_id text,
    -- The item that a CLAWBACK takes back from, or the HOLDBACK that a HOLDBACK_RELEASE undoes.
    reverses uuid REFERENCES settlement_item,
    -- The settlement whose debt a CARRY_OVER is.
    carried_from uuid REFERENCES settlement,
    category_id uuid,
    title text NOT NULL,
    quantity integer NOT NULL DEFAULT 0,
    -- The commission's basis points, frozen at the payment.
    rate integer NOT NULL DEFAULT 0,
    gross bigint NOT NULL,
    seller_discount bigint NOT NULL DEFAULT 0,
    platform_discount bigint NOT NULL DEFAULT 0,
    commission bigint NOT NULL DEFAULT 0,
    commission_vat bigint NOT NULL DEFAULT 0,
    net bigint NOT NULL GENERATED ALWAYS AS (gross - seller_discount - commission - commission_vat) STORED,
    state text NOT NULL CHECK (state IN ('ACCRUED', 'ELIGIBLE', 'SCHEDULED', 'APPROVED', 'PAID', 'HELD', 'FAILED',
        'CLAWED_BACK')),
    held_from text,
    held_reason text,
    eligible_at timestamptz,
    settlement_id uuid REFERENCES settlement,
    occurred_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT settlement_item_held_knows_from CHECK ((state = 'HELD') = (held_from IS NOT NULL)),
    CONSTRAINT settlement_item_in_a_settlement CHECK (
        CASE WHEN state IN ('SCHEDULED', 'APPROVED', 'PAID', 'FAILED') THEN settlement_id IS NOT NULL
             WHEN state IN ('ACCRUED', 'ELIGIBLE', 'HELD') THEN settlement_id IS NULL ELSE true END)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX settlement_item_sale_once ON settlement_item (line_id) WHERE kind = 'SALE';
CREATE UNIQUE INDEX settlement_item_shipping_once ON settlement_item (seller_order_id) WHERE kind = 'SHIPPING';
CREATE UNIQUE INDEX settlement_item_fee_once ON settlement_item (claim_id) WHERE kind = 'RETURN_FEE';
CREATE INDEX settlement_item_of_order ON settlement_item (order_id);
CREATE INDEX settlement_item_reversals ON settlement_item (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX settlement_item_of_seller ON settlement_item (seller_id, created_at DESC, id DESC);
CREATE INDEX settlement_item_eligible ON settlement_item (seller_id, eligible_at) WHERE state = 'ELIGIBLE';
CREATE INDEX settlement_item_of_settlement ON settlement_item (settlement_id) WHERE settlement_id IS NOT NULL;

-- Who held an item or let it go, and why.
CREATE TABLE settlement_item_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id uuid NOT NULL REFERENCES settlement_item,
    from_state text NOT NULL,
    to_state text NOT NULL,
    reason text NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX settlement_item_change_of_item ON settlement_item_change (item_id, id);

-- The lines of closed statements, as they were when it was closed. An item is on one statement, once.
CREATE TABLE settlement_line (
    item_id uuid PRIMARY KEY REFERENCES settlement_item,
    settlement_id uuid NOT NULL REFERENCES settlement,
    kind text NOT NULL,
    order_number text,
    title text NOT NULL,
    quantity integer NOT NULL,
    rate integer NOT NULL,
    gross bigint NOT NULL,
    seller_discount bigint NOT NULL,
    platform_discount bigint NOT NULL,
    commission bigint NOT NULL,
    commission_vat bigint NOT NULL,
    net bigint NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX settlement_line_of_settlement ON settlement_line (settlement_id, item_id);

CREATE FUNCTION refuse_change_of_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'closed statements never change; what is wrong is put right by an item of a later one';
END $$;
CREATE TRIGGER settlement_is_final BEFORE UPDATE OR DELETE ON settlement
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_statement();
CREATE TRIGGER settlement_line_is_final BEFORE UPDATE OR DELETE ON settlement_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_statement();

-- A line that is added later would change the statement as well.
CREATE FUNCTION refuse_lines_that_do_not_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM settlement s
        LEFT JOIN LATERAL (
            SELECT count(*) AS items, sum(l.net) AS net FROM settlement_line l WHERE l.settlement_id = s.id
        ) lines ON true
        WHERE s.id IN (SELECT settlement_id FROM new_lines)
            AND (s.item_count <> lines.items OR s.net <> coalesce(lines.net, 0))
    ) THEN
        RAISE EXCEPTION 'the lines of a statement sum to it';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settlement_line_adds_up AFTER INSERT ON settlement_line REFERENCING NEW TABLE AS new_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_lines_that_do_not_add_up();

-- The money on its way to a seller. Who approves is not who requested.
CREATE TABLE payout (
    id uuid PRIMARY KEY,
    settlement_id uuid NOT NULL UNIQUE REFERENCES settlement,
    seller_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('REQUESTED', 'APPROVED', 'PAID', 'FAILED')),
    payable_on date NOT NULL,
    bank text NOT NULL,
    account_number text NOT NULL,
    account_holder text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    approved_by uuid,
    approved_at timestamptz,
    -- Set before the bank is asked for the first time: from then on the outcome is looked up before anything else.
    sent_at timestamptz,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    attempts integer NOT NULL DEFAULT 0,
    bank_reference text,
    paid_at timestamptz,
    failure text,
    CONSTRAINT payout_by_two_people CHECK (approved_by <> requested_by),
    CONSTRAINT payout_approved_by_somebody CHECK (state NOT IN ('APPROVED', 'PAID') OR approved_by IS NOT NULL),
    CONSTRAINT payout_paid_with_reference CHECK ((state = 'PAID') = (bank_reference IS NOT NULL AND paid_at IS NOT NULL))
);
CREATE INDEX payout_newest ON payout (requested_at DESC, id DESC);
CREATE INDEX payout_due ON payout (lease_until) WHERE state = 'APPROVED';

-- Every change of a payout, with who made it.
CREATE TABLE payout_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payout_id uuid NOT NULL REFERENCES payout,
    from_state text,
    to_state text NOT NULL,
    reason text,
    changed_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payout_change_of_payout ON payout_change (payout_id, id);
