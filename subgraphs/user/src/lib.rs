//! People: their profile, addresses, consents and wishlist.

mod actions;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod loaders;
mod model;
mod rules;
mod schema;
mod store;

pub use actions::{SeedAddress, SeedUser, seed};

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/user");

/// The service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "user",
    port: 3005,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: &[],
    start: |context| Box::pin(async move { start(context) }),
};

fn start(context: ServiceContext) -> Result<Service, StartError> {
    let state = actions::State {
        loaders: loaders::Loaders::new(&context.database),
        database: context.database.clone(),
        outbox: context.outbox,
        graph: context.graph,
    };
    Ok(Service {
        schema: Arc::new(graphql::schema(state)),
        routes: axum::Router::new(),
        subscriptions: vec![consumers::subscription(context.database)],
        jobs: Vec::new(),
    })
}
