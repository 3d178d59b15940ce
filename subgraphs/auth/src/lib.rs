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
mod providers;
mod rules;
pub mod sandbox;
mod schema;
mod seal;
mod settings;
mod store;
mod throttle;
mod totp;
mod webauthn;

pub use actions::{CreateAccountError, create_account};
pub use settings::AuthSettings;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{ClientPath, Service, ServiceContext, ServiceDefinition, StartError};
use serde_json::{Value, json};

use keys::KeyRing;
use providers::Providers;
use seal::Sealer;
use webauthn::RelyingParty;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/auth");

/// The path under which the keys that verify access tokens are published.
pub const KEYS_PATH: &str = "/.well-known/jwks.json";

/// Where the sandbox of other people's sign-ins stands, when it is on.
const SANDBOX_PATH: &str = "/sandbox/identity";

/// The service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "auth",
    port: 3001,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    client_paths: &[
        ClientPath { path: KEYS_PATH, describe: Some(describe_keys) },
        // Somebody else's part in tests, and no part of ours.
        ClientPath { path: "/sandbox/identity/{*below}", describe: None },
    ],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: AuthSettings::DOCS,
    start: |context| Box::pin(start(context)),
};

async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = Arc::new(AuthSettings::from_source(&context.settings)?);
    let keys = Arc::new(KeyRing::open(context.database.clone(), &settings).await?);
    let (providers, sandbox) = providers(&settings, &context)?;
    let relying_party = RelyingParty::of(&context.public_url)
        .ok_or_else(|| StartError(format!("PUBLIC_URL: {:?} is no URL with a host", context.public_url)))?;
    let state = actions::State {
        relying_party: Arc::new(relying_party),
        providers,
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
        routes: published_keys(keys).merge(sandbox),
        jobs: vec![Box::pin(rotation), Box::pin(pruning)],
    })
}

/// The providers by which people sign in, and the sandbox's routes when this process has one.
fn providers(settings: &AuthSettings, context: &ServiceContext) -> Result<(Providers, Router), StartError> {
    if !settings.oauth_sandbox {
        return Ok((Providers::new(settings, None)?, Router::new()));
    }
    let elsewhere = &settings.oauth_sandbox_url;
    if !elsewhere.is_empty() {
        return Ok((Providers::new(settings, Some((elsewhere, elsewhere)))?, Router::new()));
    }
    tracing::warn!("AUTH_OAUTH_SANDBOX: everybody may sign up as whoever they say they are");
    let ours = format!("{}{SANDBOX_PATH}", context.own_url);
    let browsers = format!("{}{SANDBOX_PATH}", context.public_url);
    let providers = Providers::new(settings, Some((&ours, &browsers)))?;
    Ok((providers, Router::new().nest(SANDBOX_PATH, sandbox::routes().map_err(StartError)?)))
}

/// What is at [`KEYS_PATH`].
fn describe_keys() -> Value {
    let keys = json!({
        "type": "object",
        "required": ["keys"],
        "properties": {
            "keys": { "type": "array", "items": { "type": "object" }, "description": "JSON Web Keys (RFC 7517)" },
        },
    });
    json!({ "get": {
        "operationId": "ListAccessTokenKeys",
        "summary": "The public keys that access tokens are signed with",
        "tags": ["auth"],
        "responses": { "200": {
            "description": "Success",
            "content": { "application/jwk-set+json": { "schema": keys } },
        } },
    } })
}

fn published_keys(keys: Arc<KeyRing>) -> Router {
    let answer = move || async move {
        let headers =
            [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "public, max-age=60")];
        (headers, keys.published().to_string())
    };
    Router::new().route(KEYS_PATH, get(answer))
}
