//! People: their profile, addresses, consents and wishlist.

mod actions;
mod clients;
mod consumers;
mod document;
mod error;
mod events;
mod graphql;
mod loaders;
mod model;
mod own_data;
mod rules;
mod schema;
mod settings;
mod store;
mod vault;

pub use actions::{SeedAddress, SeedUser, seed};
pub use settings::UserSettings;

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
    settings: UserSettings::DOCS,
    start: |context| Box::pin(start(context)),
};

async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = Arc::new(UserSettings::from_source(&context.settings)?);
    let failed = |error: platform::errors::GraphError| StartError(error.message.to_string());
    let vault = vault::Vault::new(&settings.data_key).map_err(failed)?;
    actions::seal_what_is_plain(&context.database, &vault).await.map_err(failed)?;
    let state = actions::State {
        loaders: loaders::Loaders::new(&context.database, &vault),
        vault: vault.clone(),
        settings,
        database: context.database.clone(),
        outbox: context.outbox,
        graph: context.graph,
    };
    let housekeeping = actions::keep_house(state.clone(), context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(state)),
        routes: axum::Router::new(),
        subscriptions: vec![consumers::subscription(context.database, vault)],
        jobs: vec![Box::pin(housekeeping)],
    })
}
