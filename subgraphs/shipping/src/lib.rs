//! Shipping: what sending costs, the parcels that are sent, and where their carriers say that they are.

mod actions;
mod carriers;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod jobs;
mod loaders;
mod model;
mod rules;
pub mod sandbox;
mod schema;
mod seed;
mod settings;
mod start;
mod store;
mod webhooks;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use seed::{SeedPolicies, seed};
pub use settings::ShippingSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/shipping");

/// The shipping service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "shipping",
    port: 3016,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: webhooks::PATHS,
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: ShippingSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
