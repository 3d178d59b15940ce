//! The subgraph: one file a type.

mod coupon;
mod inputs;
mod internal;
mod mutation;
mod policy;
mod query;
mod references;
mod simulation;

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform::graph::print_sdl;

use crate::actions::Coupons;
use crate::loaders::Loaders;
use internal::{InternalMutation, InternalQuery};
use mutation::CouponMutation;
use query::CouponQuery;
use simulation::SimulationQuery;

/// What everybody asks, what a cart tries out, and what our services ask.
#[derive(MergedObject, Default)]
pub(crate) struct Query(CouponQuery, SimulationQuery, InternalQuery);

/// What users, sellers and staff change, and what the order service asks for.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(CouponMutation, InternalMutation);

pub(crate) type CouponSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(coupons: Coupons) -> CouponSchema {
    let loaders = Loaders::new(&coupons.database);
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(coupons)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query::default(), Mutation::default(), EmptySubscription).enable_federation().finish())
}
