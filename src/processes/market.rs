//! The all-in-one shape: every service, the router and the web client in one process, joined by direct calls.

use anyhow::Context as _;
use platform::database::{DatabaseSettings, contract_service, contracts, migrate_service};
use platform::graph::{SubgraphTransport, WHOLE_GRAPH};
use platform::identity::jwks_in_process;
use platform::server::{health_routes, serve, shutdown_on_signal};
use std::sync::Arc;

use super::assembly::{Shared, Standing, local_transports, stand, work};
use super::edge::public_side;
use super::listen;
use crate::config::Config;
use crate::postgres::PrivatePostgres;
use crate::services::{GATEWAY, SERVICES};
use crate::{demo, services};

/// Runs the market until it is told to stop.
pub(crate) async fn up(config: Config) -> anyhow::Result<()> {
    let (listener, port) = listen(&config, 3000).await?;
    let shutdown = shutdown_on_signal()?;
    let private = match &config.database.url {
        Some(_) => None,
        None => Some(PrivatePostgres::start(&config.local_directory()?)?),
    };
    let outcome = run(&config, private.as_ref(), listener, port, shutdown).await;
    if let Some(private) = private {
        private.stop();
    }
    outcome
}

async fn run(
    config: &Config,
    private: Option<&PrivatePostgres>,
    listener: tokio::net::TcpListener,
    port: u16,
    shutdown: tokio_util::sync::CancellationToken,
) -> anyhow::Result<()> {
    let (settings, url) = match private {
        Some(private) => {
            let settings = DatabaseSettings { role_password: private.password.clone(), ..config.database.clone() };
            (settings, private.url.clone())
        }
        None => (config.database.clone(), config.database_url()?.to_owned()),
    };
    migrate_all(&settings, &url).await?;
    if config.process.seed {
        demo::when_empty(config, &settings, &url).await?;
    }
    let shared = Shared::new(config, port, shutdown.clone())?;
    let mut standing: Vec<Standing> = Vec::new();
    for definition in SERVICES.iter().chain([&GATEWAY]) {
        standing.push(stand(definition, config, &settings, &url, &shared).await?);
    }
    if private.is_some() {
        // Nobody else works on this database.
        contract_all(&settings, &url).await?;
    }
    let transports = local_transports(&standing);
    let auth = standing.iter().find(|service| service.name == auth::SERVICE.name).context("auth stands")?;
    let keys = jwks_in_process(auth.routes.clone(), auth::KEYS_PATH);
    let public = public_side(config, transports.clone(), &shared, keys, None)?;
    let mut ways = transports;
    ways.insert(WHOLE_GRAPH.to_owned(), Arc::clone(&public.router) as Arc<dyn SubgraphTransport>);
    shared.graph.connect(ways);
    let readiness = standing.iter().filter_map(|service| Some((service.name, service.readiness.clone()?))).collect();
    super::router::inform_gateway(&public, &readiness);
    let mut checks = shared.readiness();
    let mut own = axum::Router::new();
    for service in &standing {
        own = own.merge(service.routes.clone());
        checks.extend(service.readiness.clone());
    }
    let routes = public.with_services(own);
    work(standing, &shared).await?;
    announce(&shared.public_url, private.is_some() && config.process.seed);
    serve(listener, routes.merge(health_routes(checks)), shutdown, config.process.drain).await?;
    Ok(())
}

/// Creates and migrates every service's schema, and says so when there was anything to do.
async fn migrate_all(settings: &DatabaseSettings, url: &str) -> anyhow::Result<()> {
    for definition in services::all() {
        if let Some(migrations) = definition.migrations {
            let ran = migrate_service(settings, url, definition.name, migrations()).await?;
            if ran > 0 {
                tracing::info!(service = definition.name, migrations = ran, "migrated");
            }
        }
    }
    Ok(())
}

/// Removes from every service's schema what only the release before reads.
async fn contract_all(settings: &DatabaseSettings, url: &str) -> anyhow::Result<()> {
    for definition in services::all() {
        let removing = definition.migrations.map(|migrations| migrations()).filter(contracts);
        if let Some(migrations) = removing {
            let ran = contract_service(settings, url, definition.name, migrations).await?;
            if ran > 0 {
                tracing::info!(service = definition.name, migrations = ran, "contracted");
            }
        }
    }
    Ok(())
}

/// The command `migrate`.
pub(crate) async fn migrate(config: &Config, contract: bool) -> anyhow::Result<()> {
    let url = config.database_url()?;
    migrate_all(&config.database, url).await?;
    if contract { contract_all(&config.database, url).await } else { Ok(()) }
}

fn announce(url: &str, demo: bool) {
    eprintln!("\nDOA Market is open.");
    for (what, path) in [
        ("Storefront", "/"),
        ("Seller centre", "/seller"),
        ("Admin", "/admin"),
        ("GraphQL", "/graphql"),
        ("REST", "/docs"),
    ] {
        eprintln!("  {what:<14} {url}{path}");
    }
    if demo {
        eprintln!("\nDemo logins, all with the password {}:", demo::PASSWORD);
        for (role, email) in demo::LOGINS {
            eprintln!("  {role:<14} {email}");
        }
    }
    eprintln!("\nStop with ctrl-C.");
}
