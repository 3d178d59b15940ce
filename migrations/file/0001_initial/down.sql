DROP TABLE upload;
DROP TABLE file;
DROP TABLE content;
