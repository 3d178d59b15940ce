//! What mutations of this service answer alike.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::UserError;
use platform::identity::{current_user, request_context};

use super::session::Session;
use super::state;
use super::user::User;
use crate::actions::{Caller, Challenge, SignInOutcome, SignedIn, State, Tokens};
use crate::error::{ErrorCode, Refusal};
use crate::model::{SessionId, UserId};

/// Makes a payload of an action's outcome.
pub(super) fn outcome<T, P: Default>(
    outcome: Result<T, Refusal>,
    filled: impl FnOnce(T) -> P,
    refused: impl FnOnce(Vec<UserError<ErrorCode>>) -> P,
) -> async_graphql::Result<P> {
    match outcome {
        Ok(value) => Ok(filled(value)),
        Err(Refusal::Expected(errors)) => Ok(refused(errors)),
        Err(Refusal::Fault(error)) => Err(error.into()),
    }
}

macro_rules! signed_in_payload {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Default, SimpleObject)]
        pub(crate) struct $name {
            /// Who is signed in.
            user: Option<User>,
            /// The device's session.
            session: Option<Session>,
            /// What the client proves with who it is.
            tokens: Option<Tokens>,
            /// Why nobody was signed in; empty when somebody was.
            user_errors: Vec<UserError<ErrorCode>>,
        }

        impl $name {
            fn of(signed_in: Result<actions::SignedIn, Refusal>) -> async_graphql::Result<Self> {
                outcome(
                    signed_in,
                    |actions::SignedIn { session, tokens }| Self {
                        user: Some(User { id: session.user_id }),
                        session: Some(Session(std::sync::Arc::new(session))),
                        tokens: Some(tokens),
                        user_errors: Vec::new(),
                    },
                    |user_errors| Self { user_errors, ..Self::default() },
                )
            }
        }
    };
}

/// A sign-in that waits for its second factor.
#[derive(SimpleObject)]
pub(crate) struct SignInChallenge {
    /// For `completeSignIn`.
    token: String,
    /// Until when it waits.
    expires_at: DateTime<Utc>,
}

/// The outcome of `signIn`.
#[derive(Default, SimpleObject)]
pub(crate) struct SignInPayload {
    /// Who is signed in; null while the second factor is missing.
    user: Option<User>,
    /// The device's session.
    session: Option<Session>,
    /// What the client proves with who it is.
    tokens: Option<Tokens>,
    /// What the second factor is to be shown for, when the account has one.
    challenge: Option<SignInChallenge>,
    /// Why nobody was signed in; empty when somebody was, or the second factor is missing.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl SignInPayload {
    pub(super) fn of(entered: Result<SignInOutcome, Refusal>) -> async_graphql::Result<Self> {
        let filled = |entered| match entered {
            SignInOutcome::SignedIn(SignedIn { session, tokens }) => Self {
                user: Some(User { id: session.user_id }),
                session: Some(Session(Arc::new(session))),
                tokens: Some(tokens),
                ..Self::default()
            },
            SignInOutcome::Challenged(Challenge { token, expires_at }) => {
                Self { challenge: Some(SignInChallenge { token, expires_at }), ..Self::default() }
            }
        };
        outcome(entered, filled, |user_errors| Self { user_errors, ..Self::default() })
    }
}

macro_rules! user_payload {
    ($(#[$meta:meta])* $name:ident) => {
        #[derive(Default, SimpleObject)]
        $(#[$meta])*
        pub(crate) struct $name {
            /// The account that changed.
            user: Option<User>,
            /// Why nothing changed; empty when it did.
            user_errors: Vec<UserError<ErrorCode>>,
        }

        impl $name {
            fn of(changed: Result<UserId, Refusal>) -> async_graphql::Result<Self> {
                outcome(
                    changed,
                    |id| Self { user: Some(User { id }), user_errors: Vec::new() },
                    |user_errors| Self { user: None, user_errors },
                )
            }
        }
    };
}

pub(super) use {signed_in_payload, user_payload};

/// The signed-in person who gives a command.
pub(super) fn caller(ctx: &Context<'_>) -> async_graphql::Result<(State, Caller)> {
    let user = UserId(current_user(ctx)?);
    let context = request_context(ctx).clone();
    let session = context.principal.session_id.map(SessionId);
    Ok((state(ctx)?.clone(), Caller { user, session, context }))
}
