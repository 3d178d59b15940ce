-- The seller for whom a document was handed in. Who uploads one as an applicant names none.
ALTER TABLE file ADD COLUMN handed_in_for uuid;
