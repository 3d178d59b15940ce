//! Coupons: the policies they are issued by, who holds them, what orders do with them, and what they take off.

mod actions;
mod clients;
mod consumers;
mod coupon_check;
mod error;
mod events;
mod graphql;
mod jobs;
mod loaders;
mod model;
mod pricing;
mod rules;
mod schema;
mod seed;
mod settings;
mod start;
mod statements;
mod store;
mod terms;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::ServiceDefinition;

pub use coupon_check::{CouponFinding, check_coupons};
pub use model::{CouponDiscountKind, CouponDistribution, CouponLevel, CouponScope};
pub use seed::{SeedPolicy, seed};
pub use settings::CouponSettings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/coupon");

/// The coupon service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "coupon",
    port: 3015,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: CouponSettings::DOCS,
    start: |context| Box::pin(async move { start::start(context) }),
};
