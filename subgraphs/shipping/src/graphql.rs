//! The subgraph: one file a type.

mod inputs;
mod invoices;
mod policy;
mod policy_mutation;
mod query;
mod quote;
mod references;
mod shipment;
mod shipment_mutation;

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform::graph::print_sdl;

use crate::actions::Shipping;
use crate::loaders::Loaders;
use policy_mutation::PolicyMutation;
use query::Query;
use shipment_mutation::ShipmentMutation;

/// What sellers and staff change.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(PolicyMutation, ShipmentMutation);

pub(crate) type ShippingSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(shipping: Shipping) -> ShippingSchema {
    let loaders = Loaders::new(&shipping.database);
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(shipping)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation::default(), EmptySubscription).enable_federation().finish())
}
