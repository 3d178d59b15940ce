//! What mutations are given.

use async_graphql::InputObject;

use crate::model::{ConsentPurpose, FactorId, OauthLinkId, PasskeyId, Scope, SessionId, UserId};
use crate::providers::OauthProvider;

/// What the person agrees to, or does not.
#[derive(InputObject)]
pub(crate) struct ConsentInput {
    /// To what.
    pub(crate) purpose: ConsentPurpose,
    /// The version of the text that was shown, up to 40 characters.
    pub(crate) version: String,
    /// Whether the person agrees.
    pub(crate) granted: bool,
}

/// A new account.
#[derive(InputObject)]
pub(crate) struct SignUpInput {
    /// The e-mail address to sign in with; letters' case does not matter.
    pub(crate) email: String,
    /// At least 10 characters.
    #[graphql(secret)]
    pub(crate) password: String,
    /// 1–50 characters.
    pub(crate) name: String,
    /// A Korean phone number.
    pub(crate) phone: Option<String>,
    /// TERMS, PRIVACY and AGE_OVER_14 have to be granted.
    pub(crate) consents: Vec<ConsentInput>,
}

/// Who signs in.
#[derive(InputObject)]
pub(crate) struct SignInInput {
    /// The e-mail address of the account.
    pub(crate) email: String,
    /// Its password.
    #[graphql(secret)]
    pub(crate) password: String,
}

/// The second half of a sign-in: a code of the authenticator app, or a recovery code.
#[derive(InputObject)]
pub(crate) struct CompleteSignInInput {
    /// `token` of the challenge.
    #[graphql(secret)]
    pub(crate) challenge: String,
    /// Six digits.
    #[graphql(secret)]
    pub(crate) code: Option<String>,
    /// One of the codes that were kept for the loss of the app.
    #[graphql(secret)]
    pub(crate) recovery_code: Option<String>,
}

/// A proof of who the person is: a code where the account has a second factor, the password elsewhere.
#[derive(InputObject)]
pub(crate) struct StepUpInput {
    /// The account's password.
    #[graphql(secret)]
    pub(crate) password: Option<String>,
    /// Six digits of the authenticator app.
    #[graphql(secret)]
    pub(crate) code: Option<String>,
    /// One of the codes that were kept for the loss of the app.
    #[graphql(secret)]
    pub(crate) recovery_code: Option<String>,
    /// What `navigator.credentials.get()` answered to the options of `beginPasskeyStepUp`, as JSON
    /// (`credential.toJSON()`). Where it is given, nothing else is looked at.
    #[graphql(secret)]
    pub(crate) credential: Option<String>,
}

/// A new authenticator app.
#[derive(InputObject)]
pub(crate) struct BeginTotpInput {
    /// What the person calls it, 1–50 characters.
    pub(crate) name: String,
}

/// A code of the new authenticator app.
#[derive(InputObject)]
pub(crate) struct ConfirmTotpInput {
    /// The factor that `beginTotp` returned.
    pub(crate) factor_id: FactorId,
    /// Six digits.
    #[graphql(secret)]
    pub(crate) code: String,
}

/// A second factor to remove.
#[derive(InputObject)]
pub(crate) struct RemoveFactorInput {
    /// One of the signed-in person's factors.
    pub(crate) factor_id: FactorId,
}

/// By whose service to sign in.
#[derive(InputObject)]
pub(crate) struct BeginOauthInput {
    /// By whose.
    pub(crate) provider: OauthProvider,
    /// Whether the signed-in person wants to link the account there.
    #[graphql(default = false)]
    pub(crate) link: bool,
}

/// What the browser came back with.
#[derive(InputObject)]
pub(crate) struct CompleteOauthInput {
    /// `flow` of `beginOauth`.
    #[graphql(secret)]
    pub(crate) flow: String,
    /// `state` of the address that the browser came back to.
    #[graphql(secret)]
    pub(crate) state: String,
    /// `code` of that address.
    #[graphql(secret)]
    pub(crate) code: String,
}

/// A new account for the one whom a ticket is about.
#[derive(InputObject)]
pub(crate) struct SignUpWithOauthInput {
    /// `token` of the ticket.
    #[graphql(secret)]
    pub(crate) token: String,
    /// The e-mail address, when it is not the one there.
    pub(crate) email: Option<String>,
    /// 1–50 characters.
    pub(crate) name: String,
    /// A Korean phone number.
    pub(crate) phone: Option<String>,
    /// TERMS, PRIVACY and AGE_OVER_14 have to be granted.
    pub(crate) consents: Vec<ConsentInput>,
}

/// A ticket to link the account of.
#[derive(InputObject)]
pub(crate) struct ConfirmOauthLinkInput {
    /// `token` of the ticket.
    #[graphql(secret)]
    pub(crate) token: String,
}

/// A link to remove.
#[derive(InputObject)]
pub(crate) struct UnlinkOauthInput {
    /// One of the signed-in person's links.
    pub(crate) link_id: OauthLinkId,
}

/// A passkey that a device has made.
#[derive(InputObject)]
pub(crate) struct AddPasskeyInput {
    /// What the person calls it, 1–50 characters.
    pub(crate) name: String,
    /// What `navigator.credentials.create()` answered, as JSON (`credential.toJSON()`).
    pub(crate) credential: String,
}

/// Another name of a passkey.
#[derive(InputObject)]
pub(crate) struct RenamePasskeyInput {
    /// One of the signed-in person's passkeys.
    pub(crate) passkey_id: PasskeyId,
    /// 1–50 characters.
    pub(crate) name: String,
}

/// A passkey to remove.
#[derive(InputObject)]
pub(crate) struct RemovePasskeyInput {
    /// One of the signed-in person's passkeys.
    pub(crate) passkey_id: PasskeyId,
}

/// What a device has signed.
#[derive(InputObject)]
pub(crate) struct SignInWithPasskeyInput {
    /// What `navigator.credentials.get()` answered, as JSON (`credential.toJSON()`).
    #[graphql(secret)]
    pub(crate) credential: String,
}

/// What a session is refreshed with.
#[derive(InputObject)]
pub(crate) struct RefreshSessionInput {
    /// The last refresh token that the client was given.
    #[graphql(secret)]
    pub(crate) refresh_token: String,
}

/// Where to sign out.
#[derive(InputObject)]
pub(crate) struct SignOutInput {
    /// On all devices, not only on this one.
    #[graphql(default = false)]
    pub(crate) everywhere: bool,
}

/// A new password.
#[derive(InputObject)]
pub(crate) struct ChangePasswordInput {
    /// The password until now.
    #[graphql(secret)]
    pub(crate) current_password: String,
    /// At least 10 characters.
    #[graphql(secret)]
    pub(crate) new_password: String,
}

/// The token of a mailed link.
#[derive(InputObject)]
pub(crate) struct VerifyEmailInput {
    /// `token` of the link.
    #[graphql(secret)]
    pub(crate) token: String,
}

/// Whose password is forgotten.
#[derive(InputObject)]
pub(crate) struct RequestPasswordResetInput {
    /// The e-mail address of the account.
    pub(crate) email: String,
}

/// A new password in place of a forgotten one.
#[derive(InputObject)]
pub(crate) struct ResetPasswordInput {
    /// `token` of the mailed link.
    #[graphql(secret)]
    pub(crate) token: String,
    /// At least 10 characters.
    #[graphql(secret)]
    pub(crate) new_password: String,
}

/// A session to end.
#[derive(InputObject)]
pub(crate) struct RevokeSessionInput {
    /// One of the signed-in person's sessions.
    pub(crate) session_id: SessionId,
}

/// A scope to grant or take.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct GrantScopeInput {
    /// Whose.
    pub(crate) user_id: UserId,
    /// Which.
    pub(crate) scope: Scope,
    /// False takes it away.
    #[graphql(default = true)]
    pub(crate) granted: bool,
}
