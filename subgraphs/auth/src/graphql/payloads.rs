//! What mutations of this service answer alike.

use async_graphql::Context;
use platform::errors::UserError;
use platform::identity::{current_user, request_context};

use super::state;
use crate::actions::{Caller, State};
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
                        session: Some(Session(Arc::new(session))),
                        tokens: Some(tokens),
                        user_errors: Vec::new(),
                    },
                    |user_errors| Self { user_errors, ..Self::default() },
                )
            }
        }
    };
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
