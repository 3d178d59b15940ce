-- What the person may do in the organisations of the session: owner of these, staff of those, manager of all others.
ALTER TABLE session
    ADD COLUMN owner_of uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN staff_of uuid[] NOT NULL DEFAULT '{}';
