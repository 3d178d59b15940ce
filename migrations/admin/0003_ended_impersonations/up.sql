-- Looks that somebody ended before their time.
ALTER TABLE impersonation
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN ended_by uuid,
    ADD CONSTRAINT impersonation_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL));
