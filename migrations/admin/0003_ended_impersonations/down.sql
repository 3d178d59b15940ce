ALTER TABLE impersonation
    DROP COLUMN ended_at,
    DROP COLUMN ended_by;
