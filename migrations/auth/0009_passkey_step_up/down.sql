ALTER TABLE passkey_challenge DROP COLUMN session_id;
