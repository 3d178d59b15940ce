-- Whether a passkey may be copied to other devices, which never changes; null: not seen since this is kept.
ALTER TABLE passkey ADD COLUMN backup_eligible boolean;
