//! Orders: what was bought of whom, the checkout that makes it so, and the state of every line.

mod actions;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod jobs;
mod ledger_check;
mod loaders;
mod model;
mod rules;
mod schema;
mod settings;
mod start;
mod statements;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use ledger_check::{LineConfirmation, OrderFinding, OrderTotals, check_orders, line_confirmations, order_totals};
pub use settings::OrderSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/order");

/// The order service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "order",
    port: 3003,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: OrderSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
