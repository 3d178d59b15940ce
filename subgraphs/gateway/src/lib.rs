//! The front door seen as a subgraph: how the services are, which supergraph is in force and was, which REST routes
//! there are, which programs may ask and what they may ask by hash.

mod actions;
mod error;
mod events;
mod front_door;
mod graphql;
mod history;
mod model;
mod probe;
mod questions;
mod schema;
mod settings;
mod store;
mod usage;

pub use front_door::{FrontDoor, RestRouteUse, ServiceEntry, SupergraphInForce, ValidateDocument, attach};
pub use settings::GatewaySettings;

pub use questions::{KnownClient, client_of_api_key, trusted_body};

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

use crate::actions::Gateway;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/gateway");

/// The service. It runs beside the router.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "gateway",
    port: 3000,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: &[],
    settings: GatewaySettings::DOCS,
    start: |context| Box::pin(async move { start(context) }),
};

fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = GatewaySettings::from_source(&context.settings)?;
    let gateway = Gateway { database: context.database, outbox: context.outbox };
    let history = history::keep_history(gateway.clone(), context.shutdown.clone());
    let usage = usage::keep_usage(gateway.clone(), settings, context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(gateway, context.graph)),
        routes: axum::Router::new(),
        subscriptions: Vec::new(),
        jobs: vec![Box::pin(history), Box::pin(usage)],
    })
}
