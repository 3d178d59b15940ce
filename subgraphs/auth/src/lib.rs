//! Who somebody is: accounts, passwords, sessions, and the tokens that prove them.

mod actions;
mod clients;
mod consumers;
mod error;
mod events;
mod graphql;
mod jobs;
mod keys;
mod loaders;
mod model;
mod passwords;
mod rules;
mod schema;
mod seal;
mod settings;
mod store;
mod throttle;
mod totp;

pub use actions::{CreateAccountError, create_account};
pub use settings::AuthSettings;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

use keys::KeyRing;
use seal::Sealer;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/auth");

/// The path under which the keys that verify access tokens are published.
pub const KEYS_PATH: &str = "/.well-known/jwks.json";

/// The service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "auth",
    port: 3001,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[KEYS_PATH],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: AuthSettings::DOCS,
    start: |context| Box::pin(start(context)),
};

async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = Arc::new(AuthSettings::from_source(&context.settings)?);
    let keys = Arc::new(KeyRing::open(context.database.clone(), &settings).await?);
    let state = actions::State {
        loaders: loaders::Loaders::new(&context.database),
        passwords: passwords::Passwords::new(&settings)?,
        secrets: Arc::new(Sealer::new(&settings, "second factors")?),
        throttle: throttle::Throttle::new(context.cache),
        database: context.database.clone(),
        outbox: context.outbox,
        public_url: context.public_url,
        graph: context.graph,
        keys: Arc::clone(&keys),
        settings: Arc::clone(&settings),
    };
    let rotation = jobs::rotate_keys(Arc::clone(&keys), context.shutdown.clone());
    let pruning = jobs::prune(context.database, settings.session_lifetime, context.shutdown);
    Ok(Service {
        subscriptions: vec![consumers::subscription(state.clone())],
        schema: Arc::new(graphql::schema(state)),
        routes: published_keys(keys),
        jobs: vec![Box::pin(rotation), Box::pin(pruning)],
    })
}

fn published_keys(keys: Arc<KeyRing>) -> Router {
    let answer = move || async move {
        let headers =
            [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "public, max-age=60")];
        (headers, keys.published().to_string())
    };
    Router::new().route(KEYS_PATH, get(answer))
}
