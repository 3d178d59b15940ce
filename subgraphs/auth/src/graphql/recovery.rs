//! Commands about mailed links: verifying an e-mail address, and getting back in after forgetting the password.

use async_graphql::{Context, Object, SimpleObject};
use platform::errors::UserError;
use platform::identity::{SignedIn, request_context};

use super::inputs::{RequestPasswordResetInput, ResetPasswordInput, VerifyEmailInput};
use super::payloads::{caller, outcome, user_payload};
use super::state;
use super::user::User;
use crate::actions::{self, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::model::UserId;

user_payload!(
    /// The outcome of `requestEmailVerification`.
    RequestEmailVerificationPayload
);
user_payload!(
    /// The outcome of `verifyEmail`.
    VerifyEmailPayload
);
user_payload!(
    /// The outcome of `resetPassword`.
    ResetPasswordPayload
);

/// The outcome of `requestPasswordReset`.
#[derive(Default, SimpleObject)]
pub(crate) struct RequestPasswordResetPayload {
    /// Whether the wish was heard. It does not tell whether there is such an account.
    accepted: bool,
    /// Why it was not; empty when it was.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// Commands about mailed links.
#[derive(Default)]
pub(crate) struct RecoveryMutation;

#[Object]
impl RecoveryMutation {
    /// Mails the signed-in person a link that shows that the e-mail address is theirs. Signing up mails the first one.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn request_email_verification(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<RequestEmailVerificationPayload> {
        let (state, caller) = caller(ctx)?;
        RequestEmailVerificationPayload::of(to_the_end(actions::request_email_verification(state, caller)).await)
    }

    /// Takes the token of the mailed link, and notes that the e-mail address is the person's. Whoever has the link may
    /// follow it, on any device and more than once.
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        input: VerifyEmailInput,
    ) -> async_graphql::Result<VerifyEmailPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        VerifyEmailPayload::of(to_the_end(actions::verify_email(state, context, input.token)).await)
    }

    /// Mails a link to a new password to the account's owner. The answer is the same whether there is such an account or
    /// not. After several mails further ones have to wait.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        input: RequestPasswordResetInput,
    ) -> async_graphql::Result<RequestPasswordResetPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        outcome(
            to_the_end(actions::request_password_reset(state, context, input.email)).await,
            |()| RequestPasswordResetPayload { accepted: true, user_errors: Vec::new() },
            |user_errors| RequestPasswordResetPayload { accepted: false, user_errors },
        )
    }

    /// Takes the token of the mailed link and sets a new password. The link works once. All of the person's sessions end;
    /// sign in with the new password.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        input: ResetPasswordInput,
    ) -> async_graphql::Result<ResetPasswordPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        ResetPasswordPayload::of(to_the_end(actions::reset_password(state, context, input)).await)
    }
}
