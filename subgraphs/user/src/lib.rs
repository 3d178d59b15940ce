//! People: their profile, addresses, consents and wishlist.

mod actions;
mod clients;
mod consumers;
mod document;
mod error;
mod events;
mod graphql;
mod identity;
mod loaders;
mod model;
mod own_data;
mod rules;
pub mod sandbox;
mod schema;
mod settings;
mod store;
mod vault;

pub use actions::{SeedAddress, SeedUser, seed};
pub use settings::UserSettings;

use std::sync::Arc;

use axum::Router;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::service::{ClientPath, Service, ServiceContext, ServiceDefinition, StartError};

use identity::{IdentityDesk, PortOneClient};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/user");

/// Where the sandbox of identity verifications stands, when it is on.
const SANDBOX_PATH: &str = "/sandbox/portone";

/// The service.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "user",
    port: 3005,
    sdl: graphql::sdl,
    migrations: Some(|| MIGRATIONS),
    // Somebody else's part in tests, and no part of ours.
    client_paths: &[ClientPath { path: "/sandbox/portone/{*below}", describe: None }],
    tells: events::TELLS,
    hears: consumers::HEARS,
    settings: UserSettings::DOCS,
    start: |context| Box::pin(start(context)),
};

async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = Arc::new(UserSettings::from_source(&context.settings)?);
    let failed = |error: platform::errors::GraphError| StartError(error.message.to_string());
    let (identity, sandbox) = identity(&settings, &context)?;
    let vault = vault::Vault::new(&settings.data_key).map_err(failed)?;
    actions::seal_what_is_plain(&context.database, &vault).await.map_err(failed)?;
    let state = actions::State {
        loaders: loaders::Loaders::new(&context.database, &vault),
        vault: vault.clone(),
        identity: identity.map(Arc::new),
        settings,
        database: context.database.clone(),
        outbox: context.outbox,
        graph: context.graph,
    };
    let housekeeping = actions::keep_house(state.clone(), context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(state)),
        routes: sandbox,
        subscriptions: vec![consumers::subscription(context.database, vault)],
        jobs: vec![Box::pin(housekeeping)],
    })
}

/// Where people show that they are adults, if that was set up, and the sandbox's routes when this process has one.
fn identity(settings: &UserSettings, context: &ServiceContext) -> Result<(Option<IdentityDesk>, Router), StartError> {
    let desk = |url: String, secret: &str, store: &str, channel: &str, window_url| {
        let (secret, store_id, channel_key) = (secret.to_owned(), store.to_owned(), channel.to_owned());
        let client = PortOneClient::new(url, secret, store_id.clone(), channel_key.clone(), settings.portone_timeout);
        let provider = Box::new(client.map_err(|error| StartError(error.to_string()))?);
        Ok::<_, StartError>(Some(IdentityDesk { provider, store_id, channel_key, window_url }))
    };
    let sandboxed = |ours: String, browsers: &str| {
        let window = Some(format!("{browsers}/window"));
        desk(ours, "sandbox", sandbox::STORE_ID, sandbox::CHANNEL_KEY, window)
    };
    if settings.identity_sandbox {
        tracing::warn!("USER_IDENTITY_SANDBOX: everybody may be as old as they say they are");
        let elsewhere = &settings.identity_sandbox_url;
        if !elsewhere.is_empty() {
            return Ok((sandboxed(elsewhere.clone(), elsewhere)?, Router::new()));
        }
        let browsers = format!("{}{SANDBOX_PATH}", context.public_url);
        let desk = sandboxed(format!("{}{SANDBOX_PATH}", context.own_url), &browsers)?;
        return Ok((desk, Router::new().nest(SANDBOX_PATH, sandbox::routes())));
    }
    let UserSettings { portone_secret, portone_store_id, portone_channel_key, portone_url, .. } = settings;
    if portone_secret.is_empty() {
        return Ok((None, Router::new()));
    }
    if portone_store_id.is_empty() || portone_channel_key.is_empty() {
        return Err(StartError(
            "PORTONE_API_SECRET needs a PORTONE_STORE_ID and a PORTONE_IDENTITY_CHANNEL_KEY".to_owned(),
        ));
    }
    Ok((desk(portone_url.clone(), portone_secret, portone_store_id, portone_channel_key, None)?, Router::new()))
}
