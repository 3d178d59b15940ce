//! The subgraph: one file a type.

mod internal;
mod mutation;
mod query;
mod reservation;
mod stock_item;
mod variant;

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform::graph::print_sdl;

use crate::actions::Inventory;
use crate::loaders::Loaders;
use internal::InternalMutation;
use mutation::StockMutation;
use query::Query;

/// What sellers and staff change, and what the order service asks for.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(StockMutation, InternalMutation);

pub(crate) type InventorySchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(inventory: Inventory) -> InventorySchema {
    let loaders = Loaders::new(&inventory.database);
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(inventory)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation::default(), EmptySubscription).enable_federation().finish())
}
