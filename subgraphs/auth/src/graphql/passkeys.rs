//! Passkeys, and the commands about them.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::UserError;
use platform::identity::{SignedIn, request_context};

use super::inputs::{AddPasskeyInput, RemovePasskeyInput, RenamePasskeyInput, SignInWithPasskeyInput};
use super::payloads::{caller, outcome, signed_in_payload};
use super::session::Session;
use super::state;
use super::user::User;
use crate::actions::{self, Tokens, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::model::{PasskeyId, PasskeyRow};

/// A key of a device by which a person signs in.
pub(crate) struct Passkey(pub(crate) PasskeyRow);

/// A key of a device by which a person signs in.
#[Object]
impl Passkey {
    /// The passkey's identifier, `psk_…`.
    async fn id(&self) -> PasskeyId {
        self.0.id
    }

    /// What the person calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is kept by a service that copies it to the person's other devices.
    async fn backed_up(&self) -> bool {
        self.0.backed_up
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the person signed in by it last.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}

signed_in_payload!(
    /// The outcome of `signInWithPasskey`.
    SignInWithPasskeyPayload
);

/// What to ask a device for.
#[derive(Default, SimpleObject)]
pub(crate) struct PasskeyOptionsPayload {
    /// JSON for `PublicKeyCredential.parseCreationOptionsFromJSON()` or `parseRequestOptionsFromJSON()`.
    options: Option<String>,
    /// Why there is nothing to ask for; empty when there is.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl PasskeyOptionsPayload {
    fn of(options: Result<serde_json::Value, Refusal>) -> async_graphql::Result<Self> {
        outcome(
            options,
            |options| Self { options: Some(options.to_string()), user_errors: Vec::new() },
            |user_errors| Self { options: None, user_errors },
        )
    }
}

/// The outcome of a change of a passkey.
#[derive(Default, SimpleObject)]
pub(crate) struct PasskeyPayload {
    /// The passkey.
    passkey: Option<Passkey>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl PasskeyPayload {
    fn of(changed: Result<PasskeyRow, Refusal>) -> async_graphql::Result<Self> {
        outcome(
            changed,
            |row| Self { passkey: Some(Passkey(row)), user_errors: Vec::new() },
            |user_errors| Self { passkey: None, user_errors },
        )
    }
}

/// Commands about passkeys.
#[derive(Default)]
pub(crate) struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Begins to add a passkey for the signed-in person. Needs a recent proof of who the person is, as adding and removing
    /// it does: see `stepUp`.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn begin_passkey(&self, ctx: &Context<'_>) -> async_graphql::Result<PasskeyOptionsPayload> {
        let (state, caller) = caller(ctx)?;
        PasskeyOptionsPayload::of(to_the_end(actions::begin_passkey(state, caller)).await)
    }

    /// Adds the passkey that the person's device has made.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn add_passkey(&self, ctx: &Context<'_>, input: AddPasskeyInput) -> async_graphql::Result<PasskeyPayload> {
        let (state, caller) = caller(ctx)?;
        let action = async move { actions::add_passkey(state, caller, &input.name, &input.credential).await };
        PasskeyPayload::of(to_the_end(action).await)
    }

    /// Gives a passkey another name.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn rename_passkey(
        &self,
        ctx: &Context<'_>,
        input: RenamePasskeyInput,
    ) -> async_graphql::Result<PasskeyPayload> {
        let (state, caller) = caller(ctx)?;
        let action = async move { actions::rename_passkey(state, caller, input.passkey_id, &input.name).await };
        PasskeyPayload::of(to_the_end(action).await)
    }

    /// Removes a passkey, unless nothing would be left to sign in with.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn remove_passkey(
        &self,
        ctx: &Context<'_>,
        input: RemovePasskeyInput,
    ) -> async_graphql::Result<PasskeyPayload> {
        let (state, caller) = caller(ctx)?;
        PasskeyPayload::of(to_the_end(actions::remove_passkey(state, caller, input.passkey_id)).await)
    }

    /// Begins to sign in by a passkey; the device knows whose it is.
    async fn begin_passkey_sign_in(&self, ctx: &Context<'_>) -> async_graphql::Result<PasskeyOptionsPayload> {
        let (state, language) = (state(ctx)?.clone(), request_context(ctx).language);
        PasskeyOptionsPayload::of(to_the_end(actions::begin_passkey_sign_in(state, language)).await)
    }

    /// Begins to prove anew who the signed-in person is, by one of the person's passkeys. `stepUp` takes the answer, in the
    /// same session.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn begin_passkey_step_up(&self, ctx: &Context<'_>) -> async_graphql::Result<PasskeyOptionsPayload> {
        let (state, caller) = caller(ctx)?;
        PasskeyOptionsPayload::of(to_the_end(actions::begin_passkey_step_up(state, caller)).await)
    }

    /// Signs in by a passkey. The device has verified the person, so that no second factor is asked for.
    async fn sign_in_with_passkey(
        &self,
        ctx: &Context<'_>,
        input: SignInWithPasskeyInput,
    ) -> async_graphql::Result<SignInWithPasskeyPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        let action = async move { actions::sign_in_with_passkey(state, context, &input.credential).await };
        SignInWithPasskeyPayload::of(to_the_end(action).await)
    }
}
