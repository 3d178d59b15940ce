//! Second factors: what a person has, and the commands about them.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::UserError;
use platform::identity::{SignedIn, request_context};

use super::inputs::{BeginTotpInput, CompleteSignInInput, ConfirmTotpInput, RemoveFactorInput, StepUpInput};
use super::payloads::{caller, outcome, signed_in_payload};
use super::session::Session;
use super::state;
use super::user::User;
use crate::actions::{self, Factor, Proof, Tokens, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::model::{FactorId, FactorKind, FactorRow};

/// A second factor of a person.
pub(crate) struct MfaFactor(pub(crate) FactorRow);

/// A second factor of a person.
#[Object]
impl MfaFactor {
    /// The factor's identifier, `mfa_…`.
    async fn id(&self) -> FactorId {
        self.0.id
    }

    /// What kind of factor.
    async fn kind(&self) -> FactorKind {
        self.0.kind
    }

    /// What the person calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Since when it counts.
    async fn confirmed_at(&self) -> Option<DateTime<Utc>> {
        self.0.confirmed_at
    }

    /// When one of its codes was used last.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}

signed_in_payload!(
    /// The outcome of `completeSignIn`.
    CompleteSignInPayload
);

/// The outcome of `beginTotp`.
#[derive(Default, SimpleObject)]
pub(crate) struct BeginTotpPayload {
    /// The factor to confirm, `mfa_…`.
    factor_id: Option<FactorId>,
    /// The secret in Base32, for typing. It is shown once.
    secret: Option<String>,
    /// The same as an `otpauth:` URI, for a QR code.
    uri: Option<String>,
    /// Why there is none; empty when there is.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// The outcome of `confirmTotp`.
#[derive(Default, SimpleObject)]
pub(crate) struct ConfirmTotpPayload {
    /// The factor, which counts from now on.
    factor: Option<MfaFactor>,
    /// Ten codes for the loss of the app, each good once. They are shown once; empty when there were some already.
    recovery_codes: Vec<String>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// The outcome of `regenerateRecoveryCodes`.
#[derive(Default, SimpleObject)]
pub(crate) struct RegenerateRecoveryCodesPayload {
    /// Ten new codes, each good once. They are shown once.
    recovery_codes: Vec<String>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// The outcome of `removeFactor`.
#[derive(Default, SimpleObject)]
pub(crate) struct RemoveFactorPayload {
    /// The factor that was removed.
    factor: Option<MfaFactor>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// The outcome of `stepUp`.
#[derive(Default, SimpleObject)]
pub(crate) struct StepUpPayload {
    /// The session, whose next access token carries the proof.
    session: Option<Session>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// Commands about second factors.
#[derive(Default)]
pub(crate) struct FactorMutation;

#[Object]
impl FactorMutation {
    /// Ends a sign-in that waits for its second factor: give a code of the authenticator app or a recovery code. After
    /// many wrong codes further attempts have to wait.
    async fn complete_sign_in(
        &self,
        ctx: &Context<'_>,
        input: CompleteSignInInput,
    ) -> async_graphql::Result<CompleteSignInPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        let Some(factor) = Factor::of(input.code, input.recovery_code) else {
            return CompleteSignInPayload::of(Err(ErrorCode::InvalidCode.at(&["code"], context.language).into()));
        };
        CompleteSignInPayload::of(to_the_end(actions::complete_sign_in(state, context, input.challenge, factor)).await)
    }

    /// Proves anew who the signed-in person is: by a passkey (see `beginPasskeyStepUp`), by a code where the account has a
    /// second factor, by the password elsewhere. Commands that ask for it (`STEP_UP_REQUIRED`) pass for some minutes from
    /// the next refresh of the session on.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn step_up(&self, ctx: &Context<'_>, input: StepUpInput) -> async_graphql::Result<StepUpPayload> {
        let (state, caller) = caller(ctx)?;
        let factor = Factor::of(input.code, input.recovery_code);
        let proof = Proof { password: input.password, factor, credential: input.credential };
        outcome(
            to_the_end(actions::step_up(state, caller, proof)).await,
            |row| StepUpPayload { session: Some(Session(std::sync::Arc::new(row))), user_errors: Vec::new() },
            |user_errors| StepUpPayload { session: None, user_errors },
        )
    }

    /// Makes a secret for an authenticator app. It counts once `confirmTotp` was given a code of it. Needs a recent proof
    /// of who the person is, as every change of second factors does: see `stepUp`.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn begin_totp(&self, ctx: &Context<'_>, input: BeginTotpInput) -> async_graphql::Result<BeginTotpPayload> {
        let (state, caller) = caller(ctx)?;
        outcome(
            to_the_end(async move { actions::begin_totp(state, caller, &input.name).await }).await,
            |begun| BeginTotpPayload {
                factor_id: Some(begun.factor),
                secret: Some(begun.secret),
                uri: Some(begun.uri),
                user_errors: Vec::new(),
            },
            |user_errors| BeginTotpPayload { user_errors, ..BeginTotpPayload::default() },
        )
    }

    /// Makes an authenticator app the account's second factor, by a code that it shows. With the first factor the
    /// person's other sessions end. Refresh the session for a token that knows of it.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn confirm_totp(
        &self,
        ctx: &Context<'_>,
        input: ConfirmTotpInput,
    ) -> async_graphql::Result<ConfirmTotpPayload> {
        let (state, caller) = caller(ctx)?;
        outcome(
            to_the_end(async move { actions::confirm_totp(state, caller, input.factor_id, &input.code).await }).await,
            |confirmed| ConfirmTotpPayload {
                factor: Some(MfaFactor(confirmed.factor)),
                recovery_codes: confirmed.recovery_codes,
                user_errors: Vec::new(),
            },
            |user_errors| ConfirmTotpPayload { user_errors, ..ConfirmTotpPayload::default() },
        )
    }

    /// Puts ten new recovery codes in place of the old ones.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn regenerate_recovery_codes(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<RegenerateRecoveryCodesPayload> {
        let (state, caller) = caller(ctx)?;
        outcome(
            to_the_end(actions::regenerate_recovery_codes(state, caller)).await,
            |recovery_codes| RegenerateRecoveryCodesPayload { recovery_codes, user_errors: Vec::new() },
            |user_errors| RegenerateRecoveryCodesPayload { recovery_codes: Vec::new(), user_errors },
        )
    }

    /// Removes a second factor; with the last one the recovery codes go as well.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn remove_factor(
        &self,
        ctx: &Context<'_>,
        input: RemoveFactorInput,
    ) -> async_graphql::Result<RemoveFactorPayload> {
        let (state, caller) = caller(ctx)?;
        outcome(
            to_the_end(actions::remove_factor(state, caller, input.factor_id)).await,
            |factor| RemoveFactorPayload { factor: Some(MfaFactor(factor)), user_errors: Vec::new() },
            |user_errors| RemoveFactorPayload { factor: None, user_errors },
        )
    }
}
