//! Stats: what was sold, to whom, how far it came, and what the tax office asks; made of events alone.

mod books;
mod consumers;
mod facts;
mod graphql;
mod model;
mod reports;
mod rules;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

pub use books::{OrderMoney, totals};
pub use facts::{rebuild, record};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/stats");

/// The stats service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "stats",
    port: 3017,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: &[],
    hears: consumers::HEARS,
    settings: &[],
    start: |context| Box::pin(async move { start(context) }),
};

fn start(context: ServiceContext) -> Result<Service, StartError> {
    Ok(Service {
        schema: Arc::new(graphql::schema(context.database.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![consumers::subscription(context.database)],
        jobs: Vec::new(),
    })
}
