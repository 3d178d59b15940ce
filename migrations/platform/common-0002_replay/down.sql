ALTER TABLE outbox
    DROP COLUMN only_for,
    DROP COLUMN version;
