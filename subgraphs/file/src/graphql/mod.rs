//! The subgraph: one file a type.

mod file;
mod mutation;
mod query;
mod upload;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Files;
use crate::loaders::Loaders;
use mutation::Mutation;
use query::Query;

pub(crate) type FileSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(files: Files) -> FileSchema {
    let loaders = Loaders::new(&files.database);
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .data(loaders)
        .data(files)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
