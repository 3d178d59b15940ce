//! The catalogue: products with their variants and prices, the category tree, and brands.

mod actions;
mod cache;
mod categories;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod loaders;
mod model;
mod pictures;
mod rules;
mod schema;
pub mod seed;
mod settings;
mod start;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use model::{Kc, KcCertification, KcKind, Notice, NoticeKind, OptionKind, Picture, ProductOption};
pub use pictures::routes as picture_routes;
pub use settings::ProductSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/product");

/// The product service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "product",
    port: 3002,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: ProductSettings::DOCS,
    start: |context| Box::pin(async move { start::start(context) }),
};
