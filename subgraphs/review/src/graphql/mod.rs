//! The subgraph: one file a type.

mod author;
mod line;
mod list;
mod mutation;
mod product;
mod query;
mod references;
mod review;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Reviews;
use crate::loaders::Loaders;
use mutation::Mutation;
use query::Query;

pub(crate) type ReviewSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(reviews: Reviews) -> ReviewSchema {
    let loaders = Loaders::new(&reviews.database);
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(reviews)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
