//! The subgraph: one file a type.

mod ledger;
mod mutation;
mod order;
mod payment;
mod query;

use async_graphql::{EmptySubscription, Schema};
use platform::graph::print_sdl;

use crate::actions::Payments;
use crate::loaders::Loaders;
use mutation::Mutation;
use query::Query;

pub(crate) type PaymentSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(payments: Payments) -> PaymentSchema {
    let loaders = Loaders::new(&payments.database);
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(payments)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}
