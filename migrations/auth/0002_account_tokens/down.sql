DELETE FROM session WHERE revoked_for IN ('PASSWORD_RESET', 'WITHDRAWN');
ALTER TABLE session
    DROP CONSTRAINT session_revoked_for_check,
    ADD CONSTRAINT session_revoked_for_check CHECK (
        revoked_for IN ('SIGNED_OUT', 'REVOKED', 'PASSWORD_CHANGED', 'TOKEN_REUSED')
    );
DROP TABLE account_token;
