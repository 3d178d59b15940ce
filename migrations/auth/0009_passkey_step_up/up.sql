-- The session that a challenge proves anew; null: it registers a passkey, or signs in by one.
ALTER TABLE passkey_challenge ADD COLUMN session_id uuid REFERENCES session ON DELETE CASCADE;
CREATE INDEX passkey_challenge_by_session ON passkey_challenge (session_id) WHERE session_id IS NOT NULL;
