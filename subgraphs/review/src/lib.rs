//! Reviews: what confirmed buyers say of what they bought, and the ratings of products that follow from it.

mod actions;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod loaders;
mod model;
mod rating_check;
mod rules;
mod schema;
mod seed;
mod settings;
mod start;
mod statements;
mod store;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use rating_check::{RatingFinding, check_ratings};
pub use seed::{SeedAuthor, SeedReview, seed, seed_authors};
pub use settings::ReviewSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/review");

/// The review service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "review",
    port: 3007,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: ReviewSettings::DOCS,
    start: |context| Box::pin(start::start(context)),
};
