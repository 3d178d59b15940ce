DROP TABLE oauth_ticket;
DROP TABLE oauth_flow;
DROP TABLE oauth_link;
-- Nobody knows such a password; a new one is set by mail.
UPDATE account SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$' || replace(gen_random_uuid()::text, '-', '') || '$'
    || replace(gen_random_uuid()::text, '-', '') WHERE password_hash IS NULL;
ALTER TABLE account ALTER password_hash SET NOT NULL;
