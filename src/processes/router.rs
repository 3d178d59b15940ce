//! The market's router as a process of its own.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use gateway::{FrontDoor, RestRouteUse, ServiceEntry, SupergraphInForce};
use platform::graph::{HttpTransport, SubgraphTransport, WHOLE_GRAPH};
use platform::identity::jwks_over_http;
use platform::server::{ReadinessCheck, health_routes, serve, shutdown_on_signal};
use platform::trace::{SpanKind, follow_fetches};
use sha2::{Digest as _, Sha256};

use super::assembly::{Shared, stand, work};
use super::edge::{PublicSide, public_side};
use super::forward::service_routes;
use super::{http_client, listen};
use crate::config::Config;
use crate::services::{self, GATEWAY, SERVICES};

/// Runs the market's router, with the gateway's subgraph beside it.
pub(crate) async fn router(config: Config) -> anyhow::Result<()> {
    let (listener, port) = listen(&config, GATEWAY.port).await?;
    let shutdown = shutdown_on_signal()?;
    let tokens = config.shared_tokens()?;
    let client = http_client(&config)?;
    let files = platform::http_client::builder().connect_timeout(config.transport.connect_timeout).build()?;
    let shared = Shared::new(&config, port, shutdown.clone())?;
    let gateway = stand(&GATEWAY, &config, &config.database, config.database_url()?, &shared).await?;
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    let mut checks = shared.readiness();
    // Clients are served without it: it keeps who they are and what they may ask for by its hash.
    checks.extend(gateway.readiness.clone().map(ReadinessCheck::optional));
    let mut readiness: HashMap<_, _> =
        gateway.readiness.clone().map(|check| (GATEWAY.name, check)).into_iter().collect();
    for definition in &SERVICES {
        let url = config.service_url(definition.name, definition.port);
        let endpoint = format!("{url}/graphql");
        let transport = HttpTransport::to_ours(&endpoint, config.transport.clone(), Arc::clone(&tokens))
            .with_context(|| format!("service {}", definition.name))?;
        let transport = follow_fetches(definition.name, SpanKind::Client, Arc::new(transport));
        transports.insert(definition.name.to_owned(), transport);
        readiness.insert(definition.name, answers(definition.name, client.clone(), format!("{url}/health/ready")));
        if definition.name == auth::SERVICE.name {
            checks.push(answers(definition.name, client.clone(), format!("{url}/health/live")));
        }
    }
    transports.insert(GATEWAY.name.to_owned(), gateway.transport());
    let keys_url = format!("{}{}", config.service_url(auth::SERVICE.name, auth::SERVICE.port), auth::KEYS_PATH);
    let keys = jwks_over_http(client, keys_url);
    let public = public_side(&config, transports.clone(), &shared, keys, Some(Arc::clone(&tokens)))?;
    transports.insert(WHOLE_GRAPH.to_owned(), Arc::clone(&public.router) as Arc<dyn SubgraphTransport>);
    shared.graph.connect(transports);
    inform_gateway(&public, &readiness);
    work(vec![gateway], &shared).await?;
    tracing::info!(port, "the router is open");
    // The demo catalogue's pictures are drawn, not stored: whoever serves pages can draw them.
    let own = service_routes(&config, &files, &tokens).merge(product::picture_routes());
    let routes = public.with_services(own).merge(health_routes(checks));
    serve(listener, routes, shutdown, config.process.drain).await?;
    Ok(())
}

/// Tells the gateway's subgraph what it answers about: the services with what each cannot work without.
pub(super) fn inform_gateway(public: &PublicSide, readiness: &HashMap<&'static str, ReadinessCheck>) {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let services = services::all().map(|service| ServiceEntry {
        name: service.name.to_owned(),
        version: version.clone(),
        readiness: readiness.get(service.name).cloned(),
    });
    let supergraph = SupergraphInForce {
        hash: hex::encode(Sha256::digest(public.supergraph.as_bytes())),
        composed_at: Utc::now(),
        subgraphs: services::all().map(|service| service.name.to_owned()).collect(),
        sdl: Arc::clone(&public.supergraph),
    };
    let (rest, router) = (Arc::clone(&public.rest), Arc::clone(&public.router));
    let date = |text: Option<String>| Some(DateTime::parse_from_rfc3339(&text?).ok()?.with_timezone(&Utc));
    gateway::attach(FrontDoor {
        services: services.collect(),
        supergraph: Arc::new(move || Some(supergraph.clone())),
        rest_routes: Arc::new(move || {
            let uses = rest.route_uses().into_iter().map(|route| RestRouteUse {
                method: route.method,
                path: route.path,
                operation: route.operation,
                requests: route.requests,
                deprecated_since: date(route.deprecated_since),
                sunset: date(route.sunset),
            });
            uses.collect()
        }),
        validate: Arc::new(move |document| router.validate(document)),
    });
}

fn answers(name: &str, client: reqwest::Client, url: String) -> ReadinessCheck {
    ReadinessCheck::new(name, move || {
        let (client, url) = (client.clone(), url.clone());
        async move {
            let answer = client.get(url).send().await.and_then(reqwest::Response::error_for_status);
            answer.map(|_| ()).map_err(|error| error.to_string())
        }
    })
}
