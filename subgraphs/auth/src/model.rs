//! What is stored of accounts, sessions, tokens and keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::clients::Memberships;
use crate::providers::OauthProvider;
use crate::schema::{
    account, account_token, mfa_factor, oauth_flow, oauth_link, oauth_ticket, passkey, passkey_challenge,
    refresh_token, session, sign_in_challenge, signing_key,
};

platform::define_id!(
    /// A person with an account.
    pub(crate) struct UserId, "usr"
);

platform::define_id!(
    /// A signed-in device.
    pub(crate) struct SessionId, "ses"
);

platform::define_id!(
    /// A second factor.
    pub(crate) struct FactorId, "mfa"
);

platform::define_id!(
    /// A linked account at somebody else's service.
    pub(crate) struct OauthLinkId, "oal"
);

platform::define_id!(
    /// A passkey.
    pub(crate) struct PasskeyId, "psk"
);

platform::text_enum! {
    /// What a person may do on the marketplace.
    #[graphql(inaccessible)]
    pub enum Scope {
        /// Buys. Everybody who signs up may.
        Buyer = "BUYER",
        /// Acts for a seller. Members of a seller have it without a grant.
        Seller = "SELLER",
        /// Works for the marketplace.
        Staff = "STAFF",
        /// Looks after sellers.
        StaffSellers = "STAFF_SELLERS",
        /// Looks after products.
        StaffProducts = "STAFF_PRODUCTS",
        /// Looks after orders.
        StaffOrders = "STAFF_ORDERS",
        /// Looks after settlements.
        StaffSettlements = "STAFF_SETTLEMENTS",
        /// Looks after coupons.
        StaffCoupons = "STAFF_COUPONS",
        /// Looks after reviews.
        StaffReviews = "STAFF_REVIEWS",
        /// Looks after banners.
        StaffBanners = "STAFF_BANNERS",
        /// Looks after shipments.
        StaffShipping = "STAFF_SHIPPING",
        /// Looks after stock.
        StaffStock = "STAFF_STOCK",
        /// Looks after notifications.
        StaffNotifications = "STAFF_NOTIFICATIONS",
        /// Looks after API clients.
        StaffClients = "STAFF_CLIENTS",
    }
}

impl Scope {
    /// What a permission of the admin service allows beyond it: none for what admin checks by itself.
    pub(crate) fn of_permission(permission: &str) -> Option<Self> {
        format!("STAFF_{permission}").parse().ok()
    }

    /// Whether only the marketplace's staff have it.
    pub(crate) fn is_staffs(self) -> bool {
        platform::identity::Scope::from(self).is_staffs()
    }
}

impl From<Scope> for platform::identity::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Buyer => Self::Buyer,
            Scope::Seller => Self::Seller,
            Scope::Staff => Self::Staff,
            Scope::StaffSellers => Self::StaffSellers,
            Scope::StaffProducts => Self::StaffProducts,
            Scope::StaffOrders => Self::StaffOrders,
            Scope::StaffSettlements => Self::StaffSettlements,
            Scope::StaffCoupons => Self::StaffCoupons,
            Scope::StaffReviews => Self::StaffReviews,
            Scope::StaffBanners => Self::StaffBanners,
            Scope::StaffShipping => Self::StaffShipping,
            Scope::StaffStock => Self::StaffStock,
            Scope::StaffNotifications => Self::StaffNotifications,
            Scope::StaffClients => Self::StaffClients,
        }
    }
}

platform::text_enum! {
    /// What a member of a seller may do, as the seller service says.
    pub enum SellerRole {
        /// Everything.
        Owner = "OWNER",
        /// The shop.
        Manager = "MANAGER",
        /// Goods and orders.
        Staff = "STAFF",
    }
}

platform::text_enum! {
    /// What a person agrees to.
    pub enum ConsentPurpose {
        /// 이용약관; required.
        Terms = "TERMS",
        /// 개인정보 수집·이용; required.
        Privacy = "PRIVACY",
        /// 만 14세 이상; required.
        AgeOver14 = "AGE_OVER_14",
        /// Advertising by e-mail; optional.
        MarketingEmail = "MARKETING_EMAIL",
        /// Advertising by SMS; optional.
        MarketingSms = "MARKETING_SMS",
    }
}

platform::text_enum! {
    /// Why a session ended before its time.
    pub enum RevocationReason {
        /// The person signed out on the device.
        SignedOut = "SIGNED_OUT",
        /// The person ended it from another device.
        Revoked = "REVOKED",
        /// The password was changed on another device.
        PasswordChanged = "PASSWORD_CHANGED",
        /// The password was set anew by a mailed link.
        PasswordReset = "PASSWORD_RESET",
        /// The person has left the marketplace.
        Withdrawn = "WITHDRAWN",
        /// A refresh token was presented after it had been replaced.
        TokenReused = "TOKEN_REUSED",
        /// The account got its first second factor, which this session has not shown.
        FactorAdded = "FACTOR_ADDED",
    }
}

platform::text_enum! {
    /// By which means a person shows who they are.
    pub enum AuthMethod {
        /// The account's password.
        Password = "PASSWORD",
        /// Somebody else's service that the account is linked to.
        Oauth = "OAUTH",
        /// A key of a device, which has verified the person.
        Passkey = "PASSKEY",
        /// A code of an authenticator app.
        Totp = "TOTP",
        /// A code that was kept for the loss of the app.
        RecoveryCode = "RECOVERY_CODE",
    }
}

impl AuthMethod {
    /// The method's name in the claim `amr` (RFC 8176).
    pub(crate) fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Oauth => "fed",
            Self::Passkey => "hwk",
            Self::Totp | Self::RecoveryCode => "otp",
        }
    }
}

platform::text_enum! {
    /// What kind of second factor.
    pub enum FactorKind {
        /// Codes of an authenticator app, by time (RFC 6238).
        Totp = "TOTP",
    }
}

platform::text_enum! {
    /// What a mailed link is for.
    pub enum TokenPurpose {
        /// Shows that the e-mail address is the person's.
        VerifyEmail = "VERIFY_EMAIL",
        /// Sets a new password.
        ResetPassword = "RESET_PASSWORD",
    }
}

/// Who can sign in.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account)]
pub(crate) struct AccountRow {
    pub(crate) id: UserId,
    pub(crate) email: String,
    /// Whoever signed up by somebody else's service has none.
    pub(crate) password_hash: Option<String>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) email_verified_at: Option<DateTime<Utc>>,
    pub(crate) password_changed_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
}

/// A signed-in device.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = session)]
pub(crate) struct SessionRow {
    pub(crate) id: SessionId,
    pub(crate) user_id: UserId,
    pub(crate) organisations: Vec<Uuid>,
    pub(crate) user_agent: Option<String>,
    pub(crate) ip_address: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_used_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
    pub(crate) revoked_for: Option<RevocationReason>,
    pub(crate) authenticated_at: Option<DateTime<Utc>>,
    pub(crate) methods: Vec<AuthMethod>,
    pub(crate) mfa_verified_at: Option<DateTime<Utc>>,
    pub(crate) owner_of: Vec<Uuid>,
    pub(crate) staff_of: Vec<Uuid>,
}

impl SessionRow {
    /// The sellers that its person acts for, as far as is known.
    pub(crate) fn memberships(&self) -> Memberships {
        Memberships {
            organisations: self.organisations.clone(),
            owner_of: self.owner_of.clone(),
            staff_of: self.staff_of.clone(),
        }
    }

    /// Whether the session can still be refreshed.
    pub(crate) fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// A refresh token, by its digest.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_token)]
pub(crate) struct RefreshTokenRow {
    pub(crate) digest: Vec<u8>,
    pub(crate) session_id: SessionId,
    pub(crate) parent: Option<Vec<u8>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) rotated_at: Option<DateTime<Utc>>,
}

/// The token of a mailed link, by its digest.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_token)]
pub(crate) struct AccountTokenRow {
    pub(crate) digest: Vec<u8>,
    pub(crate) user_id: UserId,
    pub(crate) purpose: TokenPurpose,
    pub(crate) email: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A second factor. It counts once it is confirmed.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = mfa_factor)]
pub(crate) struct FactorRow {
    pub(crate) id: FactorId,
    pub(crate) user_id: UserId,
    pub(crate) kind: FactorKind,
    pub(crate) name: String,
    pub(crate) secret: Vec<u8>,
    pub(crate) sealed: bool,
    pub(crate) last_step: Option<i64>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
}

/// A sign-in that waits for the second factor, by its token's digest.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_challenge)]
pub(crate) struct ChallengeRow {
    pub(crate) digest: Vec<u8>,
    pub(crate) user_id: UserId,
    pub(crate) method: AuthMethod,
    pub(crate) attempts: i32,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A linked account at somebody else's service.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_link)]
pub(crate) struct OauthLinkRow {
    pub(crate) id: OauthLinkId,
    pub(crate) user_id: UserId,
    pub(crate) provider: OauthProvider,
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    pub(crate) linked_at: DateTime<Utc>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
}

/// A sign-in that is at a provider now.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_flow)]
pub(crate) struct OauthFlowRow {
    pub(crate) digest: Vec<u8>,
    pub(crate) provider: OauthProvider,
    pub(crate) state_digest: Vec<u8>,
    pub(crate) verifier: String,
    pub(crate) nonce: String,
    pub(crate) user_id: Option<UserId>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Somebody whom a provider has named and who is linked to no account yet.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_ticket)]
pub(crate) struct OauthTicketRow {
    pub(crate) digest: Vec<u8>,
    pub(crate) provider: OauthProvider,
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) name: Option<String>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A key of a device by which a person signs in.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = passkey)]
pub(crate) struct PasskeyRow {
    pub(crate) id: PasskeyId,
    pub(crate) user_id: UserId,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: i64,
    pub(crate) name: String,
    pub(crate) backed_up: bool,
    /// Whether it may be; nothing where that was not kept when it was added.
    pub(crate) backup_eligible: Option<bool>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
}

/// A challenge that is at an authenticator now.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = passkey_challenge)]
pub(crate) struct PasskeyChallengeRow {
    pub(crate) digest: Vec<u8>,
    /// Nobody yet when it signs in.
    pub(crate) user_id: Option<UserId>,
    /// The session that it proves anew.
    pub(crate) session_id: Option<SessionId>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A key that access tokens are signed with.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub(crate) struct SigningKeyRow {
    pub(crate) id: String,
    pub(crate) public_key: Vec<u8>,
    pub(crate) private_key: Vec<u8>,
    pub(crate) sealed: bool,
    pub(crate) signs_from: DateTime<Utc>,
}
