//! Settlements: what sellers are owed for what they sold, the statements on which it stands, and how it is paid.

mod actions;
mod amounts;
mod bank;
mod calendar;
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
mod settlement_check;
mod start;
mod statement;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use seed::{SeedRate, seed};
pub use settings::SettlementSettings;
pub use settlement_check::{
    SaleStanding, SettledTotals, SettlementFinding, check_settlement, sale_standings, settled_totals,
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/settlement");

/// The settlement service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "settlement",
    port: 3018,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: SettlementSettings::DOCS,
    start: |context| Box::pin(async move { start::start(context) }),
};
