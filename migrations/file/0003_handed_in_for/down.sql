ALTER TABLE file DROP COLUMN handed_in_for;
