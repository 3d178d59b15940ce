//! The subgraph: one file a type.

mod factors;
mod inputs;
mod mutation;
mod oauth;
mod passkeys;
mod payloads;
mod query;
mod recovery;
mod security;
mod session;
mod staff;
mod user;

pub(crate) use inputs::{
    ChangePasswordInput, ConsentInput, ResetPasswordInput, SignInInput, SignUpInput, SignUpWithOauthInput,
};

use async_graphql::{Context, EmptySubscription, MergedObject, Schema};

use crate::actions::State;
use factors::FactorMutation;
use mutation::AccountMutation;
use oauth::OauthMutation;
use passkeys::PasskeyMutation;
use query::Query;
use recovery::RecoveryMutation;
use staff::StaffMutation;

/// Commands.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    AccountMutation,
    RecoveryMutation,
    FactorMutation,
    OauthMutation,
    PasskeyMutation,
    StaffMutation,
);

/// The executable schema.
pub(crate) type AuthSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema over a running service.
pub(crate) fn schema(state: State) -> AuthSchema {
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(state)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    platform::graph::print_sdl(&Schema::build(Query, Mutation::default(), EmptySubscription).finish())
}

fn state<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a State> {
    ctx.data()
}
