//! Inventory: how much of every variant there is, what orders hold of it, and the movements that explain each count.

mod actions;
mod consumers;
mod error;
mod events;
mod graphql;
mod jobs;
mod levels;
mod loaders;
mod model;
mod rules;
mod schema;
mod seed;
mod settings;
mod start;
mod statements;
mod stock_check;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use seed::{SeedStock, seed};
pub use settings::InventorySettings;
pub use stock_check::{SoldPieces, StockFinding, check_stock, sold_pieces};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/inventory");

/// The inventory service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "inventory",
    port: 3010,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: InventorySettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
