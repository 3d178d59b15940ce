-- The files of the photos with which a buyer proves a claim. They are the file service's.
ALTER TABLE claim
    ADD COLUMN photos uuid[] NOT NULL DEFAULT '{}' CONSTRAINT claim_photos_up_to_five CHECK (cardinality(photos) <= 5);
