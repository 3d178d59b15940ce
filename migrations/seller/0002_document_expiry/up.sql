-- Documents that hold for a while. Of a kind those count that no later one has replaced.
ALTER TABLE seller_document
    -- The last day in Korea on which it holds; null: it does not end.
    ADD COLUMN expires_on date,
    ADD COLUMN replaced_at timestamptz,
    -- When its coming end, and its end, were told.
    ADD COLUMN warned_at timestamptz,
    ADD COLUMN expired_at timestamptz;
CREATE INDEX seller_document_ending ON seller_document (expires_on)
    WHERE expires_on IS NOT NULL AND replaced_at IS NULL;
