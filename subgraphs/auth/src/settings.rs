//! The service's options.

use std::time::Duration;

platform::settings! {
    /// How people sign in, and for how long.
    pub struct AuthSettings {
        /// Memory that hashing one password takes, in KiB (Argon2id). Passwords are hashed anew at the next sign-in after a change.
        argon2_memory: u32 = "AUTH_ARGON2_MEMORY_KIB", "19456";
        /// Passes over that memory (Argon2id).
        argon2_passes: u32 = "AUTH_ARGON2_PASSES", "2";
        /// Lanes (Argon2id).
        argon2_lanes: u32 = "AUTH_ARGON2_LANES", "1";
        /// How many passwords are hashed at the same time; 0: one per processor core.
        hashes_at_once: usize = "AUTH_HASHES_AT_ONCE", "0";
        /// How long an access token is good for. Revoking a session takes effect when its access token ends.
        access_lifetime: Duration = "AUTH_ACCESS_TOKEN_LIFETIME", "15m";
        /// How long a session lasts after its last refresh.
        session_lifetime: Duration = "AUTH_SESSION_LIFETIME", "30d";
        /// How long a refresh token that was just replaced may be replaced once more, for a client that lost the answer. 0s: never.
        refresh_grace: Duration = "AUTH_REFRESH_GRACE", "10s";
        /// Encrypts the keys that sign access tokens, and the secrets of second factors, where they are stored: at least 32 characters of random text. Empty: they are stored as they are.
        signing_key: Option<String> = "AUTH_SIGNING_KEY", "";
        /// How long a key signs access tokens before the next one takes over. Nobody is signed out by the change.
        key_rotation: Duration = "AUTH_KEY_ROTATION", "30d";
        /// How long the mailed link that verifies an e-mail address is good for.
        email_token_lifetime: Duration = "AUTH_EMAIL_LINK_LIFETIME", "1d";
        /// How long the mailed link to a new password is good for.
        reset_token_lifetime: Duration = "AUTH_RESET_LINK_LIFETIME", "30m";
        /// Links that are mailed to one e-mail address before further ones have to wait, each twice as long; ten times as many for one client's address.
        free_mails: u32 = "AUTH_FREE_MAILS", "5";
        /// Failed sign-ins to one account from one address before further ones have to wait, each twice as long.
        free_attempts: u32 = "AUTH_FREE_ATTEMPTS", "10";
        /// Whether sellers and staff need a second factor: without one their tokens lack those scopes. For production; the demo logins have none.
        mfa_required: bool = "AUTH_MFA_REQUIRED", "false";
        /// How long a sign-in waits for its second factor.
        challenge_lifetime: Duration = "AUTH_CHALLENGE_LIFETIME", "5m";
        /// Wrong codes of second factors for one account before further ones have to wait, each twice as long.
        free_codes: u32 = "AUTH_FREE_CODES", "5";
        /// Whether people add passkeys, sign in and prove anew who they are by them. Off: those they have stay, for when it is on again.
        passkeys: bool = "AUTH_PASSKEYS", "true";
        /// Our registration with Kakao (REST API key). Empty: nobody signs in by Kakao.
        kakao_client_id: String = "KAKAO_CLIENT_ID", "";
        /// The secret of that registration.
        kakao_client_secret: String = "KAKAO_CLIENT_SECRET", "";
        /// Our registration with Naver. Empty: nobody signs in by Naver.
        naver_client_id: String = "NAVER_CLIENT_ID", "";
        /// The secret of that registration.
        naver_client_secret: String = "NAVER_CLIENT_SECRET", "";
        /// Our registration with Google. Empty: nobody signs in by Google.
        google_client_id: String = "GOOGLE_CLIENT_ID", "";
        /// The secret of that registration.
        google_client_secret: String = "GOOGLE_CLIENT_SECRET", "";
        /// Whether a local sandbox takes the place of Kakao, Naver and Google, where everybody is whoever they say they are. Never in production.
        oauth_sandbox: bool = "AUTH_OAUTH_SANDBOX", "false";
        /// Where that sandbox is, when it runs in another process. Empty: in this one.
        oauth_sandbox_url: String = "AUTH_OAUTH_SANDBOX_URL", "";
        /// How long a sign-in may be at such a provider, and how long one may take to link the account or to sign up after it.
        oauth_lifetime: Duration = "AUTH_OAUTH_LIFETIME", "10m";
        /// How long ago a session may have proved who it is when it gives a command that asks for a recent proof.
        proof_lifetime: Duration = "AUTH_PROOF_LIFETIME", "10m";
    }
}
