//! Payments: what a buyer owes for an order, what the provider took, what was given back, and the ledger of all of it.

mod actions;
mod clients;
mod error;
mod events;
mod graphql;
mod jobs;
mod ledger_check;
mod loaders;
mod model;
mod provider;
mod rules;
pub mod sandbox;
mod schema;
mod settings;
mod start;
mod statements;
mod store;
mod vault;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use ledger_check::{LedgerFinding, PaymentTotals, check_ledger, payment_totals};
pub use settings::PaymentSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/payment");

/// The payment service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "payment",
    port: 3004,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: &[],
    settings: PaymentSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
