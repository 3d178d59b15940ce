//! What every service needs, and nothing about commerce.

pub mod audit;
pub mod business_days;
pub mod cache;
pub mod caller;
pub mod contact;
pub mod csv_file;
pub mod database;
pub mod date;
pub mod errors;
pub mod events;
pub mod fault;
pub mod graph;
pub mod http_client;
pub mod idempotency;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod language;
pub mod loader;
pub mod money;
pub mod paging;
pub mod problem;
pub mod recent;
pub mod refusal;
pub mod seal;
pub mod server;
pub mod service;
pub mod settings;
pub mod signature;
pub mod subgraph;
pub mod telemetry;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test that cannot be set up must fail")]
pub mod testing;
pub mod text_enum;
pub mod trace;

/// Crates that this crate's macros name.
#[doc(hidden)]
pub mod reexport {
    pub use {async_graphql, diesel, schemars, serde, uuid};
}
