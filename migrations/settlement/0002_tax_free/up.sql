-- Whether what an item is for is tax-free (면세), and so the line of a statement that froze it; nothing of those from before
-- it was told.
ALTER TABLE settlement_item ADD COLUMN tax_free boolean NOT NULL DEFAULT false;
ALTER TABLE settlement_line ADD COLUMN tax_free boolean NOT NULL DEFAULT false;
