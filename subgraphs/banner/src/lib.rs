//! Banners: what the shop front shows where, when and to whom, and how often it was seen and followed.

mod actions;
mod consumers;
mod counts;
mod error;
mod events;
mod experiment;
mod graphql;
mod jobs;
mod model;
mod placements;
mod redirect;
mod rules;
mod schedule;
mod schema;
mod seed;
mod settings;
mod start;
mod statements;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{ClientPath, ServiceDefinition};

pub use seed::{SeedBanner, SeedSlot, seed};
pub use settings::BannerSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/banner");

/// The banner service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "banner",
    port: 3014,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[ClientPath { path: redirect::CLICK_PATH, describe: Some(redirect::describe) }],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: BannerSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
