//! Carts: what guests and members mean to buy, at the prices that they have seen.

mod actions;
mod clients;
mod consumers;
mod error;
mod graphql;
mod jobs;
mod loaders;
mod model;
mod rules;
mod schema;
mod settings;
mod statements;
mod store;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

pub use settings::CartSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/cart");

/// The cart service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "cart",
    port: 3006,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: &[],
    hears: consumers::HEARS,
    settings: CartSettings::DOCS,
    start: |context| Box::pin(start(context)),
};

async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let carts = actions::Carts {
        database: context.database,
        graph: context.graph,
        settings: Arc::new(CartSettings::from_source(&context.settings)?),
    };
    let job = jobs::remove_old_guest_carts(carts.clone(), context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(carts.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![consumers::subscription(carts)],
        jobs: vec![Box::pin(job)],
    })
}
