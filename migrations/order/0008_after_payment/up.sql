-- Lines: when it was told that their preparation is late, and when that their parcel is; since when their parcel is not delivered, until when they have to
-- be sent again, and from which state a cancellation was asked for.
ALTER TABLE line
    ADD COLUMN preparation_overdue_at timestamptz,
    ADD COLUMN dispatch_overdue_at timestamptz,
    ADD COLUMN undelivered_at timestamptz,
    ADD COLUMN resend_by timestamptz,
    ADD COLUMN cancel_from text;
CREATE INDEX line_to_prepare ON line (prepare_by, id) WHERE state = 'PAID';
CREATE INDEX line_on_its_way ON line (updated_at) WHERE state = 'SHIPPED';
CREATE INDEX line_to_resend ON line (resend_by) WHERE state = 'UNDELIVERED';

-- Claims: until when whoever's turn it is has to act. Those that wait already get two weeks from now.
ALTER TABLE claim ADD COLUMN act_by timestamptz;
UPDATE claim SET act_by = now() + interval '14 days'
    WHERE state IN ('COLLECTING', 'COLLECTED', 'INSPECTED', 'ON_HOLD');
CREATE INDEX claim_to_act ON claim (act_by) WHERE act_by IS NOT NULL;
