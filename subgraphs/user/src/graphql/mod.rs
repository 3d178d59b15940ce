//! The subgraph: one file a type.

mod address;
mod adult;
mod data_view;
mod export;
mod inputs;
mod mutation;
mod query;
mod user;
mod wishlist;

pub(crate) use inputs::{
    AddAddressInput, AddressFields, ConsentInput, UpdateAddressInput, UpdateProfileInput, WithdrawInput,
};

use async_graphql::{Context, EmptySubscription, Schema};
use platform::identity::{Scope, request_context};

use crate::actions::State;
use crate::model::UserId;
use mutation::Mutation;
use query::Query;

/// The executable schema.
pub(crate) type UserSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema over a running service.
pub(crate) fn schema(state: State) -> UserSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(state)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    platform::graph::print_sdl(&Schema::build(Query, Mutation, EmptySubscription).finish())
}

fn state<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a State> {
    ctx.data()
}

/// Whether the one who asks may see what belongs to the person: the person, staff, and our own services.
fn may_see(ctx: &Context<'_>, user: UserId) -> bool {
    let principal = &request_context(ctx).principal;
    // Programs of staff see nobody: who looks at a person is a person.
    let is_staff = principal.user_id.is_some() && principal.has_scope(Scope::Staff);
    principal.user_id == Some(user.0) || is_staff || principal.has_scope(Scope::Service)
}

/// Staff who look at the data of somebody else; what they see is recorded.
fn looking_staff(ctx: &Context<'_>, user: UserId) -> Option<UserId> {
    let principal = &request_context(ctx).principal;
    let viewer = principal.user_id.filter(|viewer| *viewer != user.0 && principal.has_scope(Scope::Staff))?;
    Some(UserId(viewer))
}
