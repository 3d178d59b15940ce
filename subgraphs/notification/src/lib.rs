//! Notifications: what people and sellers' systems are told, by which channel, and what became of it.

mod actions;
mod banks;
mod channels;
mod clients;
mod consumers;
mod error;
mod graphql;
mod jobs;
mod live;
mod model;
mod plan;
mod policy;
mod rules;
mod schema;
mod settings;
mod start;
mod statements;
mod store;
mod templates;
mod webhook;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::audit::AuditRecorded;
use platform::events::FactDoc;
use platform::service::ServiceDefinition;

pub use settings::NotificationSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/notification");

/// The notification service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "notification",
    port: 3008,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: &[FactDoc::of::<AuditRecorded>()],
    hears: plan::KINDS,
    settings: NotificationSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
