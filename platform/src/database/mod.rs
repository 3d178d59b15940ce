//! PostgreSQL: a pool per service, under the service's own role and schema.

mod migrate;
mod pool;
mod server;

pub use migrate::{MigrationError, migrate_service, role_of};
pub use pool::{Connection, Database, DatabaseSettings, PoolError};
pub use server::Server;
