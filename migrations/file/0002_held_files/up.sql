-- Whether the file proves a claim: its owner cannot delete it any more.
ALTER TABLE file ADD COLUMN held boolean NOT NULL DEFAULT false;
