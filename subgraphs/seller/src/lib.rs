//! Sellers: from their application to their end, with the people who act for them and the particulars that the law
//! asks for.

mod actions;
mod clients;
mod error;
mod events;
mod graphql;
mod loaders;
mod model;
mod rules;
mod schema;
mod settings;
mod store;

pub use actions::{SeedSeller, seed};
pub use model::TaxType;
pub use settings::SellerSettings;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/seller");

/// The service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "seller",
    port: 3011,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: &[],
    settings: SellerSettings::DOCS,
    start: |context| Box::pin(async move { start(context) }),
};

fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = SellerSettings::from_source(&context.settings)?;
    let loaders = loaders::Loaders::new(&context.database);
    let state = actions::State { database: context.database, outbox: context.outbox, loaders, graph: context.graph };
    let watch = actions::watch_documents(state.clone(), settings, context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(state)),
        routes: axum::Router::new(),
        subscriptions: Vec::new(),
        jobs: vec![Box::pin(watch)],
    })
}
