//! The subgraph: one file a type.

mod ledger;
mod mutation;
mod order;
mod payment;
mod query;
mod receipts;
mod reconciliation;

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform::graph::print_sdl;

use crate::actions::Payments;
use crate::loaders::Loaders;
use mutation::PaymentMutation;
use query::PaymentQuery;
use reconciliation::{ReconciliationMutation, ReconciliationQuery};

/// What buyers, staff and our services ask.
#[derive(MergedObject, Default)]
pub(crate) struct Query(PaymentQuery, ReconciliationQuery);

/// What buyers, staff, the provider and our services change.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(PaymentMutation, ReconciliationMutation);

pub(crate) type PaymentSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(payments: Payments) -> PaymentSchema {
    let loaders = Loaders::new(&payments.database);
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(loaders)
        .data(payments)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query::default(), Mutation::default(), EmptySubscription).enable_federation().finish())
}
