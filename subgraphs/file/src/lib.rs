//! Files: uploads, images in the sizes that pages need, documents behind signed addresses.

mod actions;
mod consumers;
mod error;
mod events;
mod graphql;
mod images;
mod jobs;
mod links;
mod loaders;
mod model;
mod objects;
mod paths;
mod routes;
mod rules;
mod schema;
mod settings;
mod start;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use settings::FileSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/file");

/// The file service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "file",
    port: 3013,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: paths::PATHS,
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: FileSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
