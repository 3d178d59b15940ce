//! The subgraph: one file a type.

mod delivery;
mod endpoint;
mod mutation;
mod notification;
mod preference;
mod query;
mod subscription;

use async_graphql::Schema;
use platform::graph::print_sdl;

use crate::actions::Notifications;
use mutation::Mutation;
use query::Query;
use subscription::Subscription;

pub(crate) type NotificationSchema = Schema<Query, Mutation, Subscription>;

pub(crate) fn schema(notifications: Notifications) -> NotificationSchema {
    Schema::build(Query, Mutation, Subscription)
        .enable_federation()
        .enable_subscription_in_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(notifications)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    let schema = Schema::build(Query, Mutation, Subscription).enable_federation();
    print_sdl(&schema.enable_subscription_in_federation().finish())
}
