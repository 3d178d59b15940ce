//! The subgraph: one file a type.

mod inputs;
mod item;
mod mutation;
mod payout;
mod query;
mod rate;
mod settlement;

use async_graphql::{Context, EmptySubscription, Schema};
use platform::errors::GraphError;
use platform::graph::print_sdl;
use platform::identity::{Scope, current_principal, request_context};

use crate::actions::Settlements;
use crate::loaders::Loaders;
use crate::model::SellerId;
use mutation::Mutation;
use query::Query;

pub(crate) type SettlementSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(desk: Settlements) -> SettlementSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(Loaders::new(&desk.database))
        .data(desk)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation, EmptySubscription).enable_federation().finish())
}

fn desk<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Settlements> {
    ctx.data()
}

/// Whether the one who asks is an owner or manager of the seller, staff, or one of our services: it is the seller's money.
fn may_see(ctx: &Context<'_>, seller: SellerId) -> bool {
    let principal = current_principal(ctx);
    principal.manages(seller.0) || principal.has_scope(Scope::StaffSettlements) || principal.has_scope(Scope::Service)
}

/// Refuses everybody else.
fn require_insider(ctx: &Context<'_>, seller: SellerId) -> Result<(), GraphError> {
    if may_see(ctx, seller) { Ok(()) } else { Err(GraphError::forbidden(request_context(ctx).language)) }
}
