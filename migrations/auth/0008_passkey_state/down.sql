ALTER TABLE passkey DROP COLUMN backup_eligible;
