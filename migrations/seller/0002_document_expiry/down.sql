ALTER TABLE seller_document
    DROP COLUMN expires_on,
    DROP COLUMN replaced_at,
    DROP COLUMN warned_at,
    DROP COLUMN expired_at;
