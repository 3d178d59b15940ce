//! The subgraph: one file a type.

mod inputs;
mod member;
mod mutation;
mod particulars;
mod query;
mod seller;

pub(crate) use inputs::{
    ApplyAsSellerInput, ChangeSellerBankAccountInput, RequestSellerParticularsInput, SellerDocumentInput,
    UpdateSellerProfileInput,
};

use async_graphql::{Context, EmptySubscription, Schema};

use crate::actions::State;
use mutation::Mutation;
use query::Query;

/// The executable schema.
pub(crate) type SellerSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema over a running service.
pub(crate) fn schema(state: State) -> SellerSchema {
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
