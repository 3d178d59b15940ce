//! The subgraph: one file a type.

mod files;
mod market;
mod points;
mod query;
mod sales;

use async_graphql::{EmptyMutation, EmptySubscription, Schema};
use platform::database::Database;
use platform::graph::print_sdl;

use query::Query;

pub(crate) type StatsSchema = Schema<Query, EmptyMutation, EmptySubscription>;

pub(crate) fn schema(database: Database) -> StatsSchema {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(database)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, EmptyMutation, EmptySubscription).enable_federation().finish())
}
