//! The subgraph: one file a type.

mod claim;
mod claim_lists;
mod claim_mutation;
mod line;
mod lists;
mod mutation;
mod order;
mod overview;
mod place_order;
mod query;
mod references;
mod seller_order;

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform::graph::print_sdl;

use crate::actions::Orders;
use crate::loaders::Loaders;
use claim_mutation::ClaimMutation;
use mutation::OrderMutation;
use query::Query;

#[derive(MergedObject, Default)]
pub(crate) struct Mutation(OrderMutation, ClaimMutation);

pub(crate) type OrderSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(orders: Orders) -> OrderSchema {
    let loaders = Loaders::new(&orders.database);
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(orders)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation::default(), EmptySubscription).enable_federation().finish())
}
