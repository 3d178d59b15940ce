-- Requests to correct the particulars that the law asks to show, and what became of them.
CREATE TABLE seller_particulars_request (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES seller ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('OPEN', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    -- What is to be so, and what of it was so before, from the approval on.
    wanted jsonb NOT NULL,
    before jsonb,
    reason text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    decision text
);
CREATE UNIQUE INDEX seller_particulars_request_open ON seller_particulars_request (seller_id) WHERE state = 'OPEN';
CREATE INDEX seller_particulars_request_by_seller ON seller_particulars_request (seller_id, requested_at);
CREATE INDEX seller_particulars_request_newest ON seller_particulars_request (requested_at DESC, id DESC);
