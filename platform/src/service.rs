//! What a service is: a subgraph with its routes, its ears and its jobs. The composition root starts them in any shape.

use std::sync::Arc;

use axum::Router;
use diesel_migrations::EmbeddedMigrations;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::cache::Cache;
use crate::database::Database;
use crate::events::{FactDoc, Outbox, Subscription};
use crate::graph::{GraphClient, LocalSchema};
use crate::settings::{SettingDoc, SettingSource};

/// A service as its crate declares it.
pub struct ServiceDefinition {
    /// The service's name: of its schema, its role, its subgraph, its queue.
    pub name: &'static str,
    /// The port of its process in the distributed shape.
    pub port: u16,
    /// Prints its subgraph's SDL, without a database.
    pub sdl: fn() -> String,
    /// Its own migrations; `None` for a service that keeps nothing.
    pub migrations: Option<fn() -> EmbeddedMigrations>,
    /// The paths of its own, beside the graph, that clients reach. No other is reached where it has its own process.
    pub client_paths: &'static [ClientPath],
    /// Every fact that it tells.
    pub tells: &'static [FactDoc],
    /// Every kind of fact that it hears.
    pub hears: &'static [&'static str],
    /// Its own options.
    pub settings: &'static [SettingDoc],
    /// Starts it.
    pub start: fn(ServiceContext) -> BoxFuture<'static, Result<Service, StartError>>,
}

/// A path that a service serves to clients beside the graph.
pub struct ClientPath {
    /// The path with its parameters in braces, as `/files/{id}`; `{*below}` at its end is everything below.
    pub path: &'static str,
    /// What is served there, for whoever reads the API's documentation: a path item of OpenAPI 3.1 with an operation for
    /// each method. It may refer to the problem, as [`crate::problem::answers`] does. `None` keeps a path out of the
    /// documentation that is no part of the API; nothing under `/api/` may be kept out.
    pub describe: Option<fn() -> Value>,
}

/// What a service is given to start with.
#[derive(Clone)]
pub struct ServiceContext {
    /// Its database.
    pub database: Database,
    /// The cache.
    pub cache: Cache,
    /// Wakes its relay after a commit.
    pub outbox: Outbox,
    /// Asks other services and the whole graph, as this service.
    pub graph: GraphClient,
    /// Its options' values.
    pub settings: Arc<SettingSource>,
    /// The URL under which clients reach the market, without a trailing slash.
    pub public_url: Arc<str>,
    /// The URL under which this process answers itself, without a trailing slash.
    pub own_url: Arc<str>,
    /// Where the service may keep files of a local installation.
    pub local_directory: Arc<std::path::Path>,
    /// Cancelled when the process is asked to stop.
    pub shutdown: CancellationToken,
}

/// A service that has started.
pub struct Service {
    /// Its subgraph.
    pub schema: Arc<dyn LocalSchema>,
    /// HTTP routes of its own, beside GraphQL: published keys, provider call-backs, files. Who asks stands in the request
    /// as a [`crate::caller::Caller`].
    pub routes: Router,
    /// What it hears.
    pub subscriptions: Vec<Subscription>,
    /// What it does by itself; each runs until the context's `shutdown`.
    pub jobs: Vec<BoxFuture<'static, ()>>,
}

/// A service that cannot start.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl From<crate::settings::SettingsError> for StartError {
    fn from(error: crate::settings::SettingsError) -> Self {
        Self(error.to_string())
    }
}

impl From<crate::database::PoolError> for StartError {
    fn from(error: crate::database::PoolError) -> Self {
        Self(error.to_string())
    }
}

impl From<diesel::result::Error> for StartError {
    fn from(error: diesel::result::Error) -> Self {
        Self(format!("database: {error}"))
    }
}
