-- The file that a document is; null for those from before documents were files, which are at their URL.
ALTER TABLE seller_document ADD COLUMN file_id uuid;
