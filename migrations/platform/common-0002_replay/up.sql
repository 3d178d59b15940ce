-- The version of the payload's schema, and the one consumer that an event which is told again is for; null: all.
ALTER TABLE outbox
    ADD COLUMN version smallint NOT NULL DEFAULT 1,
    ADD COLUMN only_for text;
