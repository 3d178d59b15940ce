-- What staff did and what happened to money, in one chain: each entry's hash covers the hash before it. Entries are
-- written once; nothing is ever changed or taken out.
CREATE TABLE audit_entry (
    sequence bigint PRIMARY KEY CHECK (sequence > 0),
    event_id uuid NOT NULL UNIQUE,
    actor text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('STAFF', 'SELLER', 'USER', 'SERVICE')),
    -- The person as whom a member of staff looked at the market.
    impersonated text,
    service text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    reason text,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    at timestamptz NOT NULL,
    trace_id text,
    previous bytea NOT NULL CHECK (octet_length(previous) = 32),
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor, sequence DESC);
CREATE INDEX audit_entry_by_object ON audit_entry (object, sequence DESC);
CREATE INDEX audit_entry_by_action ON audit_entry (service, action, sequence DESC);

CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

-- The end of the chain. Its one row is what writers take turns on; it also tells when entries are missing at the end.
CREATE TABLE audit_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    sequence bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO audit_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- What members of staff may do, by roles.
CREATE TABLE role (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT role_name_taken UNIQUE,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO role (id, name, permissions) VALUES
    ('01970000-0000-7000-8000-000000000001', '최고 관리자', ARRAY['AUDIT_READ', 'STAFF_MANAGE', 'APPROVAL_DECIDE', 'NOTICE_WRITE',
        'COMPLAINT_HANDLE', 'IMPERSONATE', 'SELLERS', 'PRODUCTS', 'ORDERS', 'SETTLEMENTS', 'COUPONS', 'REVIEWS', 'BANNERS',
        'SHIPPING', 'STOCK', 'NOTIFICATIONS']),
    ('01970000-0000-7000-8000-000000000002', '운영', ARRAY['NOTICE_WRITE', 'SELLERS', 'PRODUCTS', 'REVIEWS', 'BANNERS', 'COUPONS',
        'SHIPPING', 'STOCK', 'NOTIFICATIONS']),
    ('01970000-0000-7000-8000-000000000003', '고객 상담', ARRAY['COMPLAINT_HANDLE', 'IMPERSONATE', 'ORDERS', 'SHIPPING']),
    ('01970000-0000-7000-8000-000000000004', '재무', ARRAY['APPROVAL_DECIDE', 'ORDERS', 'SETTLEMENTS']),
    ('01970000-0000-7000-8000-000000000005', '감사', ARRAY['AUDIT_READ']);

CREATE TABLE staff (
    user_id uuid PRIMARY KEY,
    name text NOT NULL,
    active boolean NOT NULL,
    -- Grows with every change, so that whoever hears of two knows the later one.
    version bigint NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE staff_role (
    user_id uuid NOT NULL REFERENCES staff,
    role_id uuid NOT NULL REFERENCES role,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX staff_role_by_role ON staff_role (role_id);

-- What one person asks for and another decides.
CREATE TABLE approval_request (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('STAFF_ROLES', 'ROLE_PERMISSIONS', 'REFUND')),
    state text NOT NULL CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'EXPIRED', 'EXECUTED')),
    -- What it is about, by its identifier.
    object text NOT NULL,
    -- What is asked for.
    wanted jsonb NOT NULL,
    reason text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > requested_at),
    decided_by uuid,
    decided_at timestamptz,
    decision_reason text,
    executed_at timestamptz,
    CONSTRAINT approval_by_a_second_person CHECK (decided_by <> requested_by),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (state NOT IN ('APPROVED', 'REJECTED', 'EXECUTED') OR decided_by IS NOT NULL),
    CHECK ((state = 'EXECUTED') = (executed_at IS NOT NULL))
);
CREATE UNIQUE INDEX approval_request_open ON approval_request (kind, object) WHERE state IN ('PENDING', 'APPROVED');
CREATE INDEX approval_request_newest ON approval_request (requested_at DESC, id DESC);
CREATE INDEX approval_request_due ON approval_request (expires_at) WHERE state IN ('PENDING', 'APPROVED');

-- What the market tells everybody.
CREATE TABLE notice (
    id uuid PRIMARY KEY,
    title_ko text NOT NULL,
    title_en text NOT NULL,
    body_ko text NOT NULL,
    body_en text NOT NULL,
    audience text NOT NULL CHECK (audience IN ('ALL', 'SELLERS')),
    pinned boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('DRAFT', 'PUBLISHED', 'WITHDRAWN')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz CHECK (ends_at > starts_at),
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX notice_newest ON notice (starts_at DESC, id DESC);

-- Complaints of consumers, with what became of them; kept for three years (전자상거래법 시행령 제6조).
CREATE TABLE complaint (
    id uuid PRIMARY KEY,
    user_id uuid,
    channel text NOT NULL CHECK (channel IN ('WEB', 'PHONE', 'EMAIL', 'AGENCY')),
    category text NOT NULL CHECK (category IN ('PRODUCT', 'DELIVERY', 'REFUND', 'SELLER', 'SERVICE', 'OTHER')),
    -- The order, product or seller that it is about, by its identifier.
    object text,
    text text NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'IN_PROGRESS', 'RESOLVED', 'CLOSED')),
    handler uuid,
    answer text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX complaint_newest ON complaint (created_at DESC, id DESC);
CREATE INDEX complaint_by_user ON complaint (user_id, created_at DESC, id DESC);

-- Members of staff who look at the market as somebody else.
CREATE TABLE impersonation (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL,
    user_id uuid NOT NULL CHECK (user_id <> staff_id),
    reason text NOT NULL,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > started_at)
);
CREATE INDEX impersonation_newest ON impersonation (started_at DESC, id DESC);
