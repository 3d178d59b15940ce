//! Commands on accounts and sessions: each field gives one to an action.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use platform::errors::UserError;
use platform::identity::{self, AnyScope, SignedIn, request_context};

use super::inputs::{
    ChangePasswordInput, GrantScopeInput, RefreshSessionInput, RevokeSessionInput, SignInInput, SignOutInput,
    SignUpInput,
};
use super::payloads::{SignInPayload, caller, outcome, signed_in_payload, user_payload};
use super::session::Session;
use super::state;
use super::user::User;
use crate::actions::{self, Tokens, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::model::UserId;

signed_in_payload!(
    /// The outcome of `signUp`.
    SignUpPayload
);
signed_in_payload!(
    /// The outcome of `refreshSession`.
    RefreshSessionPayload
);

user_payload!(
    /// The outcome of `changePassword`.
    ChangePasswordPayload
);
user_payload!(
    /// The outcome of `grantScope`.
    #[graphql(inaccessible)]
    GrantScopePayload
);

/// The outcome of `signOut`.
#[derive(Default, SimpleObject)]
pub(crate) struct SignOutPayload {
    /// How many sessions ended.
    revoked_sessions: i32,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// The outcome of `revokeSession`.
#[derive(Default, SimpleObject)]
pub(crate) struct RevokeSessionPayload {
    /// The session that ended.
    session: Option<Session>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// Commands on accounts and sessions.
#[derive(Default)]
pub(crate) struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Makes an account and signs its owner in.
    async fn sign_up(&self, ctx: &Context<'_>, input: SignUpInput) -> async_graphql::Result<SignUpPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        SignUpPayload::of(to_the_end(actions::sign_up(state, context, input)).await)
    }

    /// Signs in with e-mail address and password. An account that has a second factor answers a challenge, which
    /// `completeSignIn` takes. After many wrong passwords further attempts have to wait.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> async_graphql::Result<SignInPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        SignInPayload::of(to_the_end(actions::sign_in(state, context, input)).await)
    }

    /// Replaces a refresh token and issues a new access token with today's permissions. Presenting a token that was
    /// replaced before ends the session.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> async_graphql::Result<RefreshSessionPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        RefreshSessionPayload::of(to_the_end(actions::refresh(state, context, input.refresh_token)).await)
    }

    /// Ends this session, or all sessions of the signed-in person.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn sign_out(&self, ctx: &Context<'_>, input: SignOutInput) -> async_graphql::Result<SignOutPayload> {
        let (state, caller) = caller(ctx)?;
        outcome(
            to_the_end(actions::sign_out(state, caller, input.everywhere)).await,
            |ended| SignOutPayload {
                revoked_sessions: i32::try_from(ended).unwrap_or(i32::MAX),
                user_errors: Vec::new(),
            },
            |user_errors| SignOutPayload { user_errors, ..SignOutPayload::default() },
        )
    }

    /// Changes the password and ends the signed-in person's other sessions.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> async_graphql::Result<ChangePasswordPayload> {
        let (state, caller) = caller(ctx)?;
        ChangePasswordPayload::of(to_the_end(actions::change_password(state, caller, input)).await)
    }

    /// Ends one of the signed-in person's sessions.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        input: RevokeSessionInput,
    ) -> async_graphql::Result<RevokeSessionPayload> {
        let (state, caller) = caller(ctx)?;
        outcome(
            to_the_end(actions::revoke_session(state, caller, input.session_id)).await,
            |row| RevokeSessionPayload { session: Some(Session(Arc::new(row))), user_errors: Vec::new() },
            |user_errors| RevokeSessionPayload { session: None, user_errors },
        )
    }

    /// Gives an account a scope, or takes it away. It shows in tokens from the next refresh on.
    #[graphql(
        inaccessible,
        tag = "internal",
        requires_scopes = "service",
        guard = "AnyScope(&[identity::Scope::Service])"
    )]
    async fn grant_scope(&self, ctx: &Context<'_>, input: GrantScopeInput) -> async_graphql::Result<GrantScopePayload> {
        let (state, language) = (state(ctx)?.clone(), request_context(ctx).language);
        let action = actions::grant_scope(state, language, input.user_id, input.scope, input.granted);
        GrantScopePayload::of(to_the_end(action).await)
    }
}
