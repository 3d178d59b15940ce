//! The subgraph.

mod cart;
mod line;
mod mutation;
mod query;
mod quote;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Carts;
use crate::loaders::Loaders;
use mutation::Mutation;
use query::Query;

pub(crate) type CartSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(carts: Carts) -> CartSchema {
    let loaders = Loaders::new(&carts.database, &carts.graph);
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(carts)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
