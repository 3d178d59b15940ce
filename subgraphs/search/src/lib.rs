//! Search: Korean full text over what is on sale, with suggestions, facets and trends.

mod actions;
mod clients;
mod consumers;
mod engine;
mod error;
mod events;
mod graphql;
mod jobs;
mod model;
mod rules;
mod schema;
mod seed;
mod settings;
mod snapshot;
mod start;
mod store;
mod suggest;
mod trends;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use seed::{SeedProduct, read_all_soon, seed};
pub use settings::SearchSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/search");

/// The search service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "search",
    port: 3009,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: SearchSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
