//! The marketplace's own people: staff and roles, the audit log of what they do, what two of them decide together,
//! notices, complaints, and looks at the market as somebody else.

mod actions;
mod audit_check;
mod chain;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod impersonated;
mod jobs;
mod model;
mod rules;
mod schema;
mod seed;
mod settings;
mod start;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use actions::appoint_administrator;
pub use audit_check::{AuditFinding, check_audit};
pub use impersonated::impersonation_goes_on;
pub use seed::{SeedComplaint, SeedNotice, seed};
pub use settings::AdminSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/admin");

/// The admin service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "admin",
    port: 3012,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: AdminSettings::DOCS,
    start: |context| Box::pin(async move { start::start(context) }),
};
