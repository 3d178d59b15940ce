//! What this service tells and hears.

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{ConsentPurpose, RevocationReason, SessionId, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<SecurityChanged>(),
    FactDoc::of::<UserRegistered>(),
    FactDoc::of::<SessionRevoked>(),
    FactDoc::of::<EmailVerificationRequested>(),
    FactDoc::of::<PasswordResetRequested>(),
];

/// Somebody signed up. Carries what the profile begins with.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRegistered {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) registered_at: DateTime<Utc>,
}

/// What somebody agreed to, or did not.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) purpose: ConsentPurpose,
    pub(crate) version: String,
    pub(crate) granted: bool,
}

impl Fact for UserRegistered {
    const KIND: &'static str = "user.registered";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// A session ended before its time.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionRevoked {
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) reason: RevocationReason,
}

impl Fact for SessionRevoked {
    const KIND: &'static str = "session.revoked";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// A link that only the mailbox's owner may see. Whoever sends the mails hears it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailedLink {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) url: String,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A person is to show that the e-mail address is theirs.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub(crate) struct EmailVerificationRequested(pub(crate) MailedLink);

impl Fact for EmailVerificationRequested {
    const KIND: &'static str = "auth.email_verification_requested";

    fn aggregate(&self) -> String {
        self.0.user_id.to_string()
    }
}

/// Somebody has forgotten the password.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub(crate) struct PasswordResetRequested(pub(crate) MailedLink);

impl Fact for PasswordResetRequested {
    const KIND: &'static str = "auth.password_reset_requested";

    fn aggregate(&self) -> String {
        self.0.user_id.to_string()
    }
}

platform::text_enum! {
    /// What changed about how somebody signs in.
    #[graphql(visible = false)]
    pub enum SecurityChange {
        /// The password is another one.
        PasswordChanged = "PASSWORD_CHANGED",
        /// A second factor was added.
        FactorAdded = "FACTOR_ADDED",
        /// A second factor was removed.
        FactorRemoved = "FACTOR_REMOVED",
        /// A recovery code was used in place of a second factor.
        RecoveryCodeUsed = "RECOVERY_CODE_USED",
        /// New recovery codes took the place of the old ones.
        RecoveryCodesReplaced = "RECOVERY_CODES_REPLACED",
        /// An account at somebody else's service was linked.
        AccountLinked = "ACCOUNT_LINKED",
        /// An account at somebody else's service was unlinked.
        AccountUnlinked = "ACCOUNT_UNLINKED",
        /// A passkey was added.
        PasskeyAdded = "PASSKEY_ADDED",
        /// A passkey was removed.
        PasskeyRemoved = "PASSKEY_REMOVED",
    }
}

/// Something changed about how somebody signs in, which the account's owner should hear of.
#[derive(JsonSchema, Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecurityChanged {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) change: SecurityChange,
    pub(crate) at: DateTime<Utc>,
}

impl Fact for SecurityChanged {
    const KIND: &'static str = "auth.security_changed";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// Somebody has left the marketplace; the user service tells it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWithdrawn {
    pub(crate) user_id: UserId,
}

/// What a member of staff may do has changed. The admin service tells it; the largest version holds.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StaffChanged {
    pub(crate) user_id: UserId,
    /// Whether the person is of the staff.
    pub(crate) active: bool,
    #[serde(default)]
    pub(crate) permissions: Vec<String>,
    pub(crate) version: i64,
}
