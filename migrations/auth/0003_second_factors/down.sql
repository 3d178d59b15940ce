UPDATE session SET revoked_for = 'REVOKED' WHERE revoked_for = 'FACTOR_ADDED';
ALTER TABLE session
    DROP CONSTRAINT session_revoked_for_check,
    ADD CONSTRAINT session_revoked_for_check CHECK (
        revoked_for IN ('SIGNED_OUT', 'REVOKED', 'PASSWORD_CHANGED', 'PASSWORD_RESET', 'TOKEN_REUSED', 'WITHDRAWN')
    ),
    DROP authenticated_at,
    DROP methods,
    DROP mfa_verified_at;
DROP TABLE sign_in_challenge;
DROP TABLE recovery_code;
DROP TABLE mfa_factor;
