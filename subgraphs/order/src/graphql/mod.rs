//! The subgraph: one file a type.

mod line;
mod lists;
mod mutation;
mod order;
mod overview;
mod place_order;
mod query;
mod references;
mod seller_order;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Orders;
use crate::loaders::Loaders;
use mutation::Mutation;
use query::Query;

pub(crate) type OrderSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(orders: Orders) -> OrderSchema {
    let loaders = Loaders::new(&orders.database);
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(orders)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
