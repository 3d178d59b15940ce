//! The subgraph: one file a type.

mod facets;
mod mutation;
mod query;
mod references;
mod results;
mod suggestion;
mod synonym;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Search;
use mutation::Mutation;
use query::Query;

pub(crate) type SearchSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(search: Search) -> SearchSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(search)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
