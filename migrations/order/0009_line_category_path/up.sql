-- The line's category with those above it when it was bought, from the top: a list of ids as the market writes them. Null of
-- lines from before it was recorded.
ALTER TABLE line ADD COLUMN category_path jsonb;
