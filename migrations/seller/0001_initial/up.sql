-- Sellers, from their application on.
CREATE TABLE seller (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    introduction text,
    representative_name text NOT NULL,
    -- 사업자등록번호, ten digits without hyphens.
    business_number text NOT NULL CONSTRAINT seller_business_number_digits CHECK (business_number ~ '^[0-9]{10}$'),
    -- 통신판매업 신고번호.
    mail_order_number text NOT NULL,
    address text NOT NULL,
    phone text NOT NULL,
    email text NOT NULL,
    tax_type text NOT NULL CHECK (tax_type IN ('GENERAL', 'SIMPLIFIED', 'EXEMPT')),
    state text NOT NULL CHECK (state IN ('APPLIED', 'DOCS_REQUIRED', 'UNDER_REVIEW', 'APPROVED', 'ACTIVE', 'ON_HOLIDAY',
        'RESTRICTED', 'SUSPENDED', 'TERMINATED', 'REJECTED')),
    bank text NOT NULL,
    bank_account_number text NOT NULL,
    bank_account_holder text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- A business that was refused or has left may apply again.
CREATE UNIQUE INDEX seller_business_number_taken ON seller (business_number) WHERE state NOT IN ('REJECTED', 'TERMINATED');
CREATE INDEX seller_newest ON seller (created_at DESC, id DESC);
CREATE INDEX seller_newest_by_state ON seller (state, created_at DESC, id DESC);

CREATE TABLE seller_member (
    seller_id uuid NOT NULL REFERENCES seller ON DELETE CASCADE,
    user_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('OWNER', 'MANAGER', 'STAFF')),
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (seller_id, user_id)
);
CREATE INDEX seller_member_by_user ON seller_member (user_id, joined_at);

-- Every change of a seller's state, with who made it and why.
CREATE TABLE seller_state_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES seller ON DELETE CASCADE,
    from_state text,
    to_state text NOT NULL,
    reason text,
    changed_by uuid,
    changed_at timestamptz NOT NULL
);
CREATE INDEX seller_state_change_by_seller ON seller_state_change (seller_id, id);

CREATE TABLE seller_document (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES seller ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('BUSINESS_REGISTRATION', 'MAIL_ORDER_REPORT', 'BANK_BOOK', 'IDENTITY')),
    url text NOT NULL,
    submitted_by uuid NOT NULL,
    submitted_at timestamptz NOT NULL
);
CREATE INDEX seller_document_by_seller ON seller_document (seller_id, submitted_at, id);
