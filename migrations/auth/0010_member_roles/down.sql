ALTER TABLE session DROP COLUMN owner_of, DROP COLUMN staff_of;
