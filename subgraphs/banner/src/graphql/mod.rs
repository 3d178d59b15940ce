//! The subgraph: one file a type.

mod banner;
mod inputs;
mod mutation;
mod placement;
mod query;
mod slot;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Banners;
use mutation::Mutation;
use query::Query;

pub(crate) type BannerSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(banners: Banners) -> BannerSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(banners)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
