//! PostgreSQL: a pool per service, under the service's own role and schema.

mod among;
mod migrate;
mod pool;
mod server;
mod statement;

pub use among::{Among, AmongKeys};
pub use migrate::{MigrationError, contract_service, contracts, migrate_service, role_of};
pub use pool::{Connection, Database, DatabaseSettings, PoolError};
pub use server::Server;
