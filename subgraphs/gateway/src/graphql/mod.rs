//! The subgraph.

mod clients;
mod documents;
mod front_door;
mod mutation;
mod query;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::{GraphClient, print_sdl};

use crate::actions::Gateway;
use mutation::Mutation;
use query::Query;

pub(crate) type GatewaySchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema over a running service.
pub(crate) fn schema(gateway: Gateway, graph: GraphClient) -> GatewaySchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(gateway)
        .data(graph)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
